// Lab 10, the rules: three packers share four partitions of parcels as one group. One comes late,
// one dies, and one parcel takes longer than a member may be silent.
//
// The note they teach: labs/10_groups/README.md.
#include "labs/10_groups/rules.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "labs/10_groups/membership.h"
#include "labs/common/check.h"
#include "labs/common/murmur2.h"

namespace kraftlab {
namespace {

using kafka::ErrorCode;

constexpr std::string_view kParcels = "parcels";
constexpr std::string_view kPacked = "packed";
constexpr int kPartitions = 4;
constexpr int kParcelsEach = 22;  // in a partition
constexpr uint64_t kSlowMs = 4500;
constexpr size_t kDeath = 1;  // of the planned faults

RunData make_data(uint64_t seed) {
  WordMaker make(seed);
  RunData data{.lab = "10", .seed = seed};
  std::vector<int> have(kPartitions, 0);
  const int slow_partition = static_cast<int>(make.number(0, kPartitions - 1));
  const int slow_place = static_cast<int>(make.number(12, kParcelsEach - 1));
  auto& parcels = data.lists["parcels"];
  while (parcels.size() < static_cast<size_t>(kPartitions * kParcelsEach)) {
    const std::string street = make.word(6);
    const int partition = partition_of(street, kPartitions);
    int& place = have[static_cast<size_t>(partition)];
    if (place < kParcelsEach) {
      const bool slow = partition == slow_partition && place == slow_place;
      parcels.push_back(fmt::format("{}:parcel {} takes {} ms", street, make.word(8),
                                    slow ? kSlowMs : make.number(10, 25)));
      ++place;
    }
  }
  data.topics = {
      {.name = std::string(kParcels), .partitions = kPartitions, .fill = "parcels", .keyed = true},
      {.name = std::string(kPacked)}};
  data.faults = {
      fmt::format("mark Produce of packed at record {} then start 3", make.number(6, 10)),
      fmt::format("mute Produce of packed at record {}", make.number(24, 36))};
  data.together = true;
  data.broker = {{"group.min.session.timeout.ms", "500"}};
  data.acts = {
      {{"CLIENT_ID", "packer-1"}}, {{"CLIENT_ID", "packer-2"}}, {{"CLIENT_ID", "packer-3"}}};
  return data;
}

bool has_joined(const std::vector<Join>& joins, const std::string& client, uint64_t before) {
  return std::ranges::any_of(
      joins, [&](const Join& join) { return join.client == client && join.frame < before; });
}

const std::string& client_of(const History& history, uint64_t frame) {
  static const std::string none;
  const auto& client = history.exchanges.at(frame - 1).header.client_id;
  return client ? *client : none;
}

// The third comes when the work is well begun; whether it finds any is not its fault.
std::vector<std::string> first_clients(const History& history) {
  return {history.run.acts.at(0).at("CLIENT_ID"), history.run.acts.at(1).at("CLIENT_ID")};
}

// The first who read parcels or wrote packed ones under a name that is no packer's.
std::optional<uint64_t> nameless_frame(const History& history) {
  auto is_packer = [&](uint64_t frame) {
    const std::string& client = client_of(history, frame);
    return std::ranges::any_of(
        history.run.acts, [&](const Environment& act) { return act.at("CLIENT_ID") == client; });
  };
  for (int partition = 0; partition < kPartitions; ++partition) {
    for (const FetchSeen& fetch : fetches_of(history, kParcels, partition)) {
      if (!is_packer(fetch.frame)) {
        return fetch.frame;
      }
    }
  }
  for (const SentRecord& record : sent_records(history, kPacked)) {
    if (!is_packer(record.frame)) {
      return record.frame;
    }
  }
  return std::nullopt;
}

Finding members_join(const History& history) {
  const std::string expected =
      "packer-1, packer-2 and later packer-3 each join a group (JoinGroup) before they fetch";
  if (const auto frame = nameless_frame(history)) {
    return fail_with({expected,
                      fmt::format("frame {}: a client that calls itself {}", *frame,
                                  shown(client_of(history, *frame))),
                      "set client.id to $CLIENT_ID, in the consumer and in the producer: that is "
                      "how a member is told from the others",
                      {}},
                     true);
  }
  const auto joins = joins_of(history);
  for (int partition = 0; partition < kPartitions; ++partition) {
    for (const FetchSeen& fetch : fetches_of(history, kParcels, partition)) {
      const std::string& client = client_of(history, fetch.frame);
      if (!has_joined(joins, client, fetch.frame)) {
        return fail_with({expected,
                          fmt::format("frame {}: {} fetches partition {} and is in no group",
                                      fetch.frame, client, partition),
                          "assign() takes partitions and asks nobody: when their owner dies, "
                          "nobody takes them over. subscribe() joins the group",
                          {}},
                         true);
      }
    }
  }
  for (const std::string& client : first_clients(history)) {
    if (!has_joined(joins, client, UINT64_MAX)) {
      return fail_with({expected,
                        fmt::format("no JoinGroup came from {}", client),
                        "does the program subscribe to parcels, with client.id = $CLIENT_ID, and "
                        "poll until it is told to stop?",
                        {}});
    }
  }
  return pass_with(expected, counted(joins.size(), "JoinGroup request"));
}

Finding one_group(const History& history) {
  const std::string expected = "all packers are members of one group";
  std::optional<Join> first;
  for (const Join& join : joins_of(history)) {
    if (first && join.group != first->group) {
      return fail_with(
          {expected,
           fmt::format("frame {}: {} joins {}; frame {}: {} joins {}", first->frame, first->client,
                       shown(first->group), join.frame, join.client, shown(join.group)),
           "each group gets every parcel. Members of one group share them: the same group.id in "
           "all programs",
           {}},
          true);
    }
    first = first.value_or(join);
  }
  return pass_with(expected, first ? shown(first->group) : "nobody joined");
}

Finding nobody_is_idle(const History& history) {
  const std::string expected =
      fmt::format("no generation has more members than parcels has partitions ({})", kPartitions);
  size_t most = 0;
  for (const Join& join : joins_of(history)) {
    if (join.members > static_cast<size_t>(kPartitions)) {
      return fail_with(
          {expected,
           fmt::format("frame {}: generation {} has {} members", join.frame, join.generation,
                       join.members),
           "a partition is read by one member of a group. Whoever comes after the last partition "
           "is taken waits, and makes rebalances slower: one consumer a program is enough here",
           {}},
          true);
    }
    most = std::max(most, join.members);
  }
  return pass_with(expected, fmt::format("at most {} members", most));
}

Finding nobody_is_evicted(const History& history) {
  const std::string expected =
      fmt::format("the parcel that takes {} ms is packed by a member that stays one", kSlowMs);
  const auto evictions = evictions_of(history);
  if (evictions.empty()) {
    return pass_with(expected, "no member that lived was put out");
  }
  const Eviction& first = evictions.front();
  int32_t patience = 0;
  int32_t session = 0;
  for (const Join& join : joins_of(history)) {
    if (join.client == first.client && join.frame < first.frame) {
      patience = join.rebalance_timeout_ms;
      session = join.session_timeout_ms;
    }
  }
  if (!first.left && patience > static_cast<int32_t>(kSlowMs)) {
    return fail_with(
        {expected,
         fmt::format("frame {}: {} {}; its JoinGroup said session.timeout.ms = {}", first.frame,
                     first.client, first.how, session),
         "the coordinator missed its heartbeats for that long. They come every "
         "heartbeat.interval.ms (3000 unless you say otherwise): a third of the session's timeout "
         "or less, so that one may be late",
         {}},
        true);
  }
  return fail_with(
      {expected,
       fmt::format("frame {}: {} {}; its JoinGroup said {} ms", first.frame, first.client,
                   first.how, patience),
       "max.poll.interval.ms is how long a handler may keep you from the next poll. Who is silent "
       "longer loses its partitions, and another packs the same parcel again: raise it above the "
       "longest handler, or handle in another thread, paused partitions, and go on polling",
       {}},
      true);
}

// The packed values; one whose answer its packer did not live to see stands there as well.
std::map<std::string, size_t> packed_times(const History& history) {
  std::map<std::string, size_t> times;
  std::set<std::pair<int32_t, int64_t>> places;
  for (const SentRecord& record : sent_records(history, kPacked)) {
    const bool muted = history.exchanges.at(record.frame - 1).fault.starts_with("mute");
    const bool again =
        record.is_stored() && !places.insert({record.partition, record.offset}).second;
    if ((record.is_stored() || muted) && !again) {
      ++times[record.value.value_or("")];
    }
  }
  return times;
}

Finding all_are_packed(const History& history) {
  const auto& parcels = history.run.list("parcels");
  const auto packed = packed_times(history);
  const std::string expected =
      fmt::format("all {} parcels stand in packed, those of the dead packer too", parcels.size());
  std::vector<std::string> missing;
  for (const std::string& line : parcels) {
    if (!packed.contains(line.substr(line.find(':') + 1))) {
      missing.push_back(line);
    }
  }
  if (missing.empty()) {
    return pass_with(expected, fmt::format("all {} stand there", parcels.size()));
  }
  const std::string key = missing[0].substr(0, missing[0].find(':'));
  const int32_t partition = partition_of(key, kPartitions);
  int64_t place = 0;  // of the missing one in its partition
  for (const std::string& line : parcels) {
    if (line == missing[0]) {
      break;
    }
    place += partition_of(line.substr(0, line.find(':')), kPartitions) == partition ? 1 : 0;
  }
  for (const CommitSeen& commit : commits_of(history, kParcels)) {
    if (commit.error == 0 && commit.partition == partition && commit.offset > place) {
      return fail_with(
          {expected,
           fmt::format("frame {}: OffsetCommit {} of partition {} says that offset {} is done; {} "
                       "never came to packed",
                       commit.frame, commit.offset, partition, place,
                       shown(missing[0].substr(missing[0].find(':') + 1))),
           "pack first, and commit what is packed: whoever takes the partition over goes on behind "
           "the last commit",
           history.fault_line(kDeath)});
    }
  }
  const auto joins = joins_of(history);
  const int32_t session = joins.empty() ? 0 : joins.back().session_timeout_ms;
  return fail_with(
      {expected,
       fmt::format("{} of {} are missing; the first is {} of partition {}", missing.size(),
                   parcels.size(), shown(missing[0].substr(missing[0].find(':') + 1)), partition),
       history.fault(kDeath) != nullptr && session > 10'000
           ? fmt::format(
                 "the dead one's partitions lie idle until its session.timeout.ms ({} ms) is over",
                 session)
           : "a member ends only when it is told to (SIGTERM): until then it may have to take over "
             "another's partitions",
       history.fault_line(kDeath)});
}

Finding work_is_committed(const History& history) {
  const std::string expected =
      "work is committed as it is done: at the end each position is the partition's end, and few "
      "parcels were packed again";
  std::map<int32_t, CommitSeen> last;
  std::map<int32_t, CommitSeen> refused;  // since the last that was done
  for (const CommitSeen& commit : commits_of(history, kParcels)) {
    if (commit.error == 0) {
      last[commit.partition] = commit;
      refused.erase(commit.partition);
    } else if (commit.error > 0) {
      refused[commit.partition] = commit;
    }
  }
  size_t repeated = 0;
  for (const auto& [value, times] : packed_times(history)) {
    repeated += times > 1 ? 1 : 0;
  }
  if (repeated * 3 > history.run.list("parcels").size()) {
    return fail_with({expected, counted(repeated, "parcel") + " stand more than once in packed",
                      "when partitions change hands the next owner goes on from the last commit: "
                      "commit after each parcel, or in the rebalance callback",
                      history.fault_line(kDeath)},
                     true);
  }
  for (int32_t partition = 0; partition < kPartitions; ++partition) {
    const auto found = last.find(partition);
    const bool at_end = found != last.end() && found->second.offset == kParcelsEach;
    if (const auto no = refused.find(partition); !at_end && no != refused.end()) {
      return fail_with(
          {expected,
           fmt::format("frame {}: the commit of {} in partition {} was answered {}, and no other "
                       "came",
                       no->second.frame, no->second.offset, partition,
                       kafka::name(static_cast<ErrorCode>(no->second.error))),
           "a commit may be refused, as while the group rebalances: wait for its answer, and commit "
           "again after the next poll what is still yours",
           {}});
    }
    if (!at_end) {
      return fail_with(
          {expected,
           found == last.end()
               ? fmt::format("nobody committed partition {}", partition)
               : fmt::format("frame {}: partition {} is committed to {} of {}", found->second.frame,
                             partition, found->second.offset, kParcelsEach),
           "commit the offset after each packed parcel, before the next poll",
           {}});
    }
  }
  return pass_with(expected, counted(repeated, "parcel") + " packed again after the death");
}

constexpr Rule kRules[] = {
    {"10.1", "each packer joins a group",
     "Whoever assigns partitions to itself is nobody's member: the broker does not know that it\n"
     "lives, and gives its partitions to no one when it dies. subscribe() sends JoinGroup (API\n"
     "key 11), and the coordinator answers with the partitions to read.\n"
     "Read on: broker/handlers/11_join_group.cc",
     members_join},
    {"10.2", "all packers are in one group",
     "A group is a name. Every group gets every record, and within a group every partition has\n"
     "one reader: with a group of its own each packer packs every parcel.\n"
     "Read on: notes/consumer_group.md",
     one_group},
    {"10.3", "no member is idle",
     "Parallelism ends at the number of partitions. The fifth member of a group that reads four\n"
     "partitions gets none; it only has to be waited for in every rebalance.\n"
     "Read on: notes/groups.md",
     nobody_is_idle},
    {"10.4", "a long handler evicts nobody",
     "Heartbeats come from a thread of the client and say only that the process lives. That the\n"
     "program makes progress is shown by poll(): after max.poll.interval.ms without one, the\n"
     "client leaves the group by itself. Another member takes the partition, meets the same slow\n"
     "record and leaves as well, and so on round the group.\n"
     "Read on: broker/handlers/13_leave_group.cc",
     nobody_is_evicted},
    {"10.5", "the dead packer's parcels are packed by others",
     "A killed process says no goodbye. The coordinator misses its heartbeats for\n"
     "session.timeout.ms, then starts a rebalance, and the others go on from the committed\n"
     "offset.\n"
     "Read on: broker/handlers/12_heartbeat.cc",
     all_are_packed},
    {"10.6", "work is committed as it is done",
     "Each rebalance hands partitions over at the last commit. Without one the new owner begins\n"
     "again.\n"
     "Read on: broker/handlers/08_offset_commit.cc",
     work_is_committed},
};

}  // namespace

LabCode groups_lab() {
  return {"10", make_data, kRules};
}

}  // namespace kraftlab
