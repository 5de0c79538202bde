// IsrChanges: carries the ISR proposals of this broker's partitions to the controller.
//
// One AlterPartition is under way at a time. The first proposal leaves at once, alone; what comes
// up while it travels goes together in the next. A proposal stays until the controller answered it
// or the metadata overtook it: a lost request is sent again, and since each names the partition
// epoch that it is based on, sending one twice does no harm.
//
// Pure: next() says what to send, the answers come back through on_response() and on_failure().
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "broker/core/replica/replica_table.h"
#include "protocol/api/56_alter_partition.h"

namespace kafka {

class IsrChanges {
 public:
  static constexpr int64_t retry_ms = 50;
  static constexpr int64_t proposals_max = 1000;  // in one request

  explicit IsrChanges(ReplicaTable& replicas) : replicas_(replicas) {}

  // Looks at partitions where a follower caught up; at all of them, when other brokers became
  // eligible; and, from time to time, for followers that lag.
  void look_at_waiting(int64_t now_ms);
  void look_at_all(int64_t now_ms);
  void look_for_laggards(int64_t now_ms);

  std::optional<AlterPartitionRequest> next(int64_t now_ms);
  int64_t next_deadline_ms() const;  // INT64_MAX: none

  void on_response(const AlterPartitionResponse& response, int64_t now_ms);
  void on_failure(int64_t now_ms);

  // One line for each ISR that changed, since the last call.
  std::vector<std::string> take_notes();

 private:
  void consider(Partition& partition, bool shrink, int64_t now_ms);
  void settle(const Uuid& topic_id, const AlterPartitionResponse::PartitionData& answer,
              int64_t now_ms);

  ReplicaTable& replicas_;
  std::set<TopicIdPartition> wanted_;     // proposals to be sent
  std::set<TopicIdPartition> under_way_;  // in the request that was sent
  int64_t retry_at_ms_ = 0;
  std::vector<std::string> notes_;
};

}  // namespace kafka
