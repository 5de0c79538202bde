// GroupHistory: what the members of a group were told, and its rules.
//
//   one assignment per generation   a partition belongs to one member
//   old generations are fenced      no commit and no SyncGroup of one is taken
//   committed offsets stay          a fetch finds what was acknowledged, or what came after it
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace kafka::sim {

class GroupHistory {
 public:
  // What the inside of the cluster has to say to it (checker.h).
  std::function<void(int32_t partition, int64_t offset)> on_committed;

  // Another broker leads the partition of the group's offsets. Who has not heard of it answers by what
  // it knows, as Apache Kafka's coordinator does: nobody has promised otherwise.
  std::function<bool(int32_t broker)> is_deposed;

  void assigned(int32_t generation, const std::string& member, int32_t partition);
  // A commit is sent; the number names it.
  uint64_t begin_commit(int32_t generation, int32_t partition, int64_t offset);
  void committed(int32_t partition, uint64_t commit);
  void refused(int32_t partition, uint64_t commit);  // for good
  // A SyncGroup was answered that was sent when `newest` was the newest generation.
  void synced(int32_t generation, int32_t newest) const;
  int32_t newest_generation() const { return newest_generation_; }
  // A SyncGroup of that generation is sent by who may be its leader, without an assignment. After the
  // loss of what a coordinator had not committed a later one may give the same number again.
  void begin_late_sync(int32_t generation) { synced_late_.insert(generation); }
  bool may_lack_assignments(int32_t generation) const { return synced_late_.contains(generation); }
  // Requests come more than once: then a commit may come back after a later one.
  void expect_replays() { replays_ = true; }
  // When a fetch of the offset is sent, and what it brought (-1: none).
  uint64_t begin_fetch(int32_t partition) const;
  void fetched(int32_t partition, uint64_t since, int64_t offset) const;

 private:
  struct Commit {
    uint64_t id;
    int32_t generation;
    int32_t newest_generation;  // that had begun when it was sent
    int64_t offset;
    // Acknowledged or refused, when this commit was the newest; 0: it may still be taken.
    uint64_t settled_at = 0;
  };
  std::map<std::pair<int32_t, int32_t>, std::string> owners_;  // generation, partition
  struct Partition {
    std::vector<Commit> sent;
    uint64_t acknowledged = 0;  // the newest
    int32_t generation = -1;    // of that
  };
  std::map<int32_t, Partition> partitions_;
  std::set<int32_t> synced_late_;
  uint64_t last_commit_ = 0;
  int32_t newest_generation_ = -1;
  bool replays_ = false;
};

}  // namespace kafka::sim
