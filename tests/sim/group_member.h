// SimGroupMember: one member of a classic consumer group. It joins, takes its part, commits and
// heartbeats; the leader deals out the partitions in turns. Sometimes it leaves, or begins anew.
//
// GroupHistory holds what all members of a group saw:
//   - in one generation no partition belongs to two members
//   - after a commit was acknowledged, the group's offset is that one or one that was sent later, or
//     one of the same generation: a request may arrive late
//   - a commit of a generation is refused once a later one has begun
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "protocol/api/08_offset_commit.h"
#include "tests/sim/client.h"
#include "tests/sim/group_history.h"

namespace kafka::sim {

class SimGroupMember final : public SimClient {
 public:
  SimGroupMember(World& world, Wire& wire, Machine machine, int number, std::string group,
                 std::string topic, int32_t partitions, std::vector<int32_t> brokers,
                 GroupHistory& history);

  void start();
  int64_t last_commit_us() const { return last_commit_us_; }
  void stay() { restless_ = false; }  // no more leaving
  std::string state() const;

 private:
  void find_coordinator();
  void join();
  void sync(int32_t generation, const std::vector<std::string>& members);
  void take(int32_t generation, const std::vector<uint8_t>& assignment);
  void fetch_offsets(int run);
  void live(int run);
  void heartbeat(int run);
  OffsetCommitRequest commit_request(int32_t generation, const std::string& member,
                                     const TopicView& of) const;
  void commit(int run);
  ErrorCode take_commits(const Result<OffsetCommitResponse>& answer,
                         const std::map<int32_t, uint64_t>& commits);
  void leave();
  // As a process that has not heard: both name a generation that is over.
  void commit_late(int32_t generation, const std::string& member);
  void sync_late(int32_t generation, const std::string& member);
  // What an error means: whom to ask next, and as whom.
  void failed(std::string_view what, ErrorCode error);

  std::string group_;
  std::string topic_name_;
  int32_t partition_count_;
  GroupHistory& history_;
  int32_t coordinator_ = -1;
  std::string member_id_;
  int32_t generation_ = -1;
  std::map<int32_t, int64_t> positions_;  // of what is ours
  int run_ = 0;                           // grows with each new start; answers to older ones are void
  int64_t last_commit_us_ = -1;
  bool restless_ = true;
  std::string doing_ = "nothing";
};

}  // namespace kafka::sim
