// DescribeCluster: cluster id, nodes and controller, for tools (KIP-700).
//   v1: brokers or controllers (KIP-919)
//   v2: fenced brokers too (KIP-1073)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct DescribeClusterRequest {
  static constexpr ApiKey key = ApiKey::DescribeCluster;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 2;
  static constexpr int16_t flexible_since = 0;

  bool include_cluster_authorized_operations = false;
  int8_t endpoint_type = 1;
  bool include_fenced_brokers = false;

  bool operator==(const DescribeClusterRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("include_cluster_authorized_operations", m.include_cluster_authorized_operations);
    w("endpoint_type", m.endpoint_type, since(1));
    w("include_fenced_brokers", m.include_fenced_brokers, since(2));
  }
};

struct DescribeClusterResponse {
  static constexpr ApiKey key = ApiKey::DescribeCluster;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 2;
  static constexpr int16_t flexible_since = 0;

  struct DescribeClusterBroker {
    int32_t broker_id = 0;
    std::string host;
    int32_t port = 0;
    std::optional<std::string> rack;
    bool is_fenced = false;

    bool operator==(const DescribeClusterBroker&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("broker_id", m.broker_id);
      w("host", m.host);
      w("port", m.port);
      w("rack", m.rack, nullable(0));
      w("is_fenced", m.is_fenced, since(2));
    }
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  std::optional<std::string> error_message;
  int8_t endpoint_type = 1;
  std::string cluster_id;
  int32_t controller_id = -1;
  std::vector<DescribeClusterBroker> brokers;
  int32_t cluster_authorized_operations = INT32_MIN;

  bool operator==(const DescribeClusterResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("throttle_time_ms", m.throttle_time_ms);
    w("error_code", m.error_code);
    w("error_message", m.error_message, nullable(0));
    w("endpoint_type", m.endpoint_type, since(1));
    w("cluster_id", m.cluster_id);
    w("controller_id", m.controller_id);
    w("brokers", m.brokers);
    w("cluster_authorized_operations", m.cluster_authorized_operations);
  }
};

}  // namespace kafka
