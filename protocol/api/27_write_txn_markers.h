// WriteTxnMarkers: the transaction coordinator has the leaders append commit or abort markers
// (KIP-98).
//   v2: transaction version (KIP-1228)
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct WriteTxnMarkersRequest {
  static constexpr ApiKey key = ApiKey::WriteTxnMarkers;
  static constexpr int16_t min_version = 1;
  static constexpr int16_t max_version = 2;
  static constexpr int16_t flexible_since = 1;

  struct WritableTxnMarkerTopic {
    std::string name;
    std::vector<int32_t> partition_indexes;

    bool operator==(const WritableTxnMarkerTopic&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("name", m.name);
      w("partition_indexes", m.partition_indexes);
    }
  };

  struct WritableTxnMarker {
    int64_t producer_id = 0;
    int16_t producer_epoch = 0;
    bool transaction_result = false;
    std::vector<WritableTxnMarkerTopic> topics;
    int32_t coordinator_epoch = 0;
    int8_t transaction_version = 0;

    bool operator==(const WritableTxnMarker&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("producer_id", m.producer_id);
      w("producer_epoch", m.producer_epoch);
      w("transaction_result", m.transaction_result);
      w("topics", m.topics);
      w("coordinator_epoch", m.coordinator_epoch);
      w("transaction_version", m.transaction_version, since(2), ignorable);
    }
  };

  std::vector<WritableTxnMarker> markers;

  bool operator==(const WriteTxnMarkersRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) { w("markers", m.markers); }
};

struct WriteTxnMarkersResponse {
  static constexpr ApiKey key = ApiKey::WriteTxnMarkers;
  static constexpr int16_t min_version = 1;
  static constexpr int16_t max_version = 2;
  static constexpr int16_t flexible_since = 1;

  struct WritableTxnMarkerPartitionResult {
    int32_t partition_index = 0;
    int16_t error_code = 0;

    bool operator==(const WritableTxnMarkerPartitionResult&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("partition_index", m.partition_index);
      w("error_code", m.error_code);
    }
  };

  struct WritableTxnMarkerTopicResult {
    std::string name;
    std::vector<WritableTxnMarkerPartitionResult> partitions;

    bool operator==(const WritableTxnMarkerTopicResult&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("name", m.name);
      w("partitions", m.partitions);
    }
  };

  struct WritableTxnMarkerResult {
    int64_t producer_id = 0;
    std::vector<WritableTxnMarkerTopicResult> topics;

    bool operator==(const WritableTxnMarkerResult&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("producer_id", m.producer_id);
      w("topics", m.topics);
    }
  };

  std::vector<WritableTxnMarkerResult> markers;

  bool operator==(const WriteTxnMarkersResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) { w("markers", m.markers); }
};

}  // namespace kafka
