#include "tests/sim/group_history.h"

#include <fmt/format.h>

#include <algorithm>

#include "tests/sim/world.h"

namespace kafka::sim {

void GroupHistory::assigned(int32_t generation, const std::string& member, int32_t partition) {
  const auto [owner, is_new] = owners_.try_emplace({generation, partition}, member);
  if (!is_new && owner->second != member) {
    throw Violation("one assignment per generation",
                    fmt::format("partition {} of generation {} is {}'s and {}'s", partition,
                                generation, owner->second, member));
  }
  newest_generation_ = std::max(newest_generation_, generation);
}

uint64_t GroupHistory::begin_commit(int32_t generation, int32_t partition, int64_t offset) {
  partitions_[partition].sent.push_back({++last_commit_, generation, newest_generation_, offset});
  return last_commit_;
}

void GroupHistory::committed(int32_t partition, uint64_t commit) {
  Partition& known = partitions_[partition];
  Commit& done = *std::ranges::find(known.sent, commit, &Commit::id);
  done.settled_at = last_commit_;
  on_committed(partition, done.offset);
  if (done.generation < done.newest_generation) {
    throw Violation("old generations are fenced",
                    fmt::format("a commit of generation {} was taken after generation {} had begun",
                                done.generation, done.newest_generation));
  }
  if (commit > known.acknowledged) {
    known.acknowledged = commit;
    known.generation = done.generation;
  }
}

void GroupHistory::refused(int32_t partition, uint64_t commit) {
  std::ranges::find(partitions_[partition].sent, commit, &Commit::id)->settled_at = last_commit_;
}

void GroupHistory::synced(int32_t generation, int32_t newest) const {
  if (generation < newest) {
    throw Violation("old generations are fenced",
                    fmt::format("a SyncGroup of generation {} was answered after generation {} had "
                                "begun",
                                generation, newest));
  }
}

uint64_t GroupHistory::begin_fetch(int32_t partition) const {
  const auto known = partitions_.find(partition);
  return known == partitions_.end() ? 0 : known->second.acknowledged;
}

void GroupHistory::fetched(int32_t partition, uint64_t since, int64_t offset) const {
  const auto known = partitions_.find(partition);
  if (since == 0 || known == partitions_.end()) {
    return;  // nothing was acknowledged: any answer will do
  }
  const bool possible = std::ranges::any_of(known->second.sent, [&](const Commit& commit) {
    const bool settled_before = commit.settled_at != 0 && commit.settled_at < since;
    const bool may_come_later =
        commit.generation >= known->second.generation && (replays_ || !settled_before);
    return (commit.id >= since || may_come_later) && commit.offset == offset;
  });
  if (!possible) {
    throw Violation("committed offsets stay",
                    fmt::format("partition {}: the group's offset is {}, and commit {} or a later "
                                "one was acknowledged",
                                partition, offset, since));
  }
}

}  // namespace kafka::sim
