// AlterPartition: a partition leader asks the controller to change the in-sync replicas (KIP-497).
//   v2: topic ids (KIP-841)
//   v3: broker epochs of the new in-sync replicas (KIP-903)
#pragma once

#include <cstdint>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct AlterPartitionRequest {
  static constexpr ApiKey key = ApiKey::AlterPartition;
  static constexpr int16_t min_version = 2;
  static constexpr int16_t max_version = 3;
  static constexpr int16_t flexible_since = 0;

  struct BrokerState {
    int32_t broker_id = 0;
    int64_t broker_epoch = -1;

    bool operator==(const BrokerState&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("broker_id", m.broker_id);
      w("broker_epoch", m.broker_epoch);
    }
  };

  struct PartitionData {
    int32_t partition_index = 0;
    int32_t leader_epoch = 0;
    std::vector<int32_t> new_isr;
    std::vector<BrokerState> new_isr_with_epochs;
    int8_t leader_recovery_state = 0;
    int32_t partition_epoch = 0;

    bool operator==(const PartitionData&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("partition_index", m.partition_index);
      w("leader_epoch", m.leader_epoch);
      w("new_isr", m.new_isr, until(2));
      w("new_isr_with_epochs", m.new_isr_with_epochs, since(3));
      w("leader_recovery_state", m.leader_recovery_state);
      w("partition_epoch", m.partition_epoch);
    }
  };

  struct TopicData {
    Uuid topic_id;
    std::vector<PartitionData> partitions;

    bool operator==(const TopicData&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("topic_id", m.topic_id);
      w("partitions", m.partitions);
    }
  };

  int32_t broker_id = 0;
  int64_t broker_epoch = -1;
  std::vector<TopicData> topics;

  bool operator==(const AlterPartitionRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("broker_id", m.broker_id);
    w("broker_epoch", m.broker_epoch);
    w("topics", m.topics);
  }
};

struct AlterPartitionResponse {
  static constexpr ApiKey key = ApiKey::AlterPartition;
  static constexpr int16_t min_version = 2;
  static constexpr int16_t max_version = 3;
  static constexpr int16_t flexible_since = 0;

  struct PartitionData {
    int32_t partition_index = 0;
    int16_t error_code = 0;
    int32_t leader_id = 0;
    int32_t leader_epoch = 0;
    std::vector<int32_t> isr;
    int8_t leader_recovery_state = 0;
    int32_t partition_epoch = 0;

    bool operator==(const PartitionData&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("partition_index", m.partition_index);
      w("error_code", m.error_code);
      w("leader_id", m.leader_id);
      w("leader_epoch", m.leader_epoch);
      w("isr", m.isr);
      w("leader_recovery_state", m.leader_recovery_state);
      w("partition_epoch", m.partition_epoch);
    }
  };

  struct TopicData {
    Uuid topic_id;
    std::vector<PartitionData> partitions;

    bool operator==(const TopicData&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("topic_id", m.topic_id);
      w("partitions", m.partitions);
    }
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  std::vector<TopicData> topics;

  bool operator==(const AlterPartitionResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("throttle_time_ms", m.throttle_time_ms);
    w("error_code", m.error_code);
    w("topics", m.topics);
  }
};

}  // namespace kafka
