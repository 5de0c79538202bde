// EvidenceEvents: writes into the evidence what does not travel as a request: how far logs and high
// watermarks are, who leads and is in sync, which generation a group has. Each is said when it
// changed, at the end of the event that changed it. Made when kraftlab.evidence.path is set.
//
// Thread: the core thread.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "broker/core/group/output.h"
#include "broker/core/replica/partition.h"
#include "broker/io/evidence_recorder.h"

namespace kafka {

class EvidenceEvents {
 public:
  explicit EvidenceEvents(EvidenceRecorder& recorder) : recorder_(recorder) {}

  void on_moved(const Partition& partition);
  void on_role(const Partition& partition);
  void forget(const TopicIdPartition& partition) { said_.erase(partition); }
  void on_group_append(const GroupAppend& append);

 private:
  struct Said {
    std::string name;
    int64_t log_end = 0;
    int64_t high_watermark = 0;
    int32_t leader = -1;
    int32_t leader_epoch = -1;
    std::vector<int32_t> in_sync;
  };

  Said& said_of(const Partition& partition);

  EvidenceRecorder& recorder_;
  std::unordered_map<TopicIdPartition, Said> said_;
  std::unordered_map<std::string, std::string> said_of_groups_;
  std::string text_;  // of the event at hand; kept, because most come with an append
};

}  // namespace kafka
