// JoinGroup: enters a rebalance of a classic group; answered when all members are in. The leader
// receives the members' metadata and computes the assignment.
//   v1: rebalance timeout (KIP-62)
//   v4: a member gets its id first and joins again (KIP-394)
//   v5: static members (KIP-345)
//   v7: protocol type in the answer (KIP-559)
//   v8: reason (KIP-800)
//   v9: the leader may be told to skip the assignment (KIP-814)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct JoinGroupRequest {
  static constexpr ApiKey key = ApiKey::JoinGroup;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 9;
  static constexpr int16_t flexible_since = 6;

  struct JoinGroupRequestProtocol {
    std::string name;
    Bytes metadata;

    bool operator==(const JoinGroupRequestProtocol&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("name", m.name);
      w("metadata", m.metadata);
    }
  };

  std::string group_id;
  int32_t session_timeout_ms = 0;
  int32_t rebalance_timeout_ms = -1;
  std::string member_id;
  std::optional<std::string> group_instance_id;
  std::string protocol_type;
  std::vector<JoinGroupRequestProtocol> protocols;
  std::optional<std::string> reason;

  bool operator==(const JoinGroupRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("group_id", m.group_id);
    w("session_timeout_ms", m.session_timeout_ms);
    w("rebalance_timeout_ms", m.rebalance_timeout_ms, since(1), ignorable);
    w("member_id", m.member_id);
    w("group_instance_id", m.group_instance_id, since(5), nullable(5));
    w("protocol_type", m.protocol_type);
    w("protocols", m.protocols);
    w("reason", m.reason, since(8), nullable(8), ignorable);
  }
};

struct JoinGroupResponse {
  static constexpr ApiKey key = ApiKey::JoinGroup;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 9;
  static constexpr int16_t flexible_since = 6;

  struct JoinGroupResponseMember {
    std::string member_id;
    std::optional<std::string> group_instance_id;
    Bytes metadata;

    bool operator==(const JoinGroupResponseMember&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("member_id", m.member_id);
      w("group_instance_id", m.group_instance_id, since(5), nullable(5), ignorable);
      w("metadata", m.metadata);
    }
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  int32_t generation_id = -1;
  std::optional<std::string> protocol_type;
  std::optional<std::string> protocol_name = "";
  std::string leader;
  bool skip_assignment = false;
  std::string member_id;
  std::vector<JoinGroupResponseMember> members;

  bool operator==(const JoinGroupResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("throttle_time_ms", m.throttle_time_ms, since(2), ignorable);
    w("error_code", m.error_code);
    w("generation_id", m.generation_id);
    w("protocol_type", m.protocol_type, since(7), nullable(7), ignorable);
    w("protocol_name", m.protocol_name, nullable(7));
    w("leader", m.leader);
    w("skip_assignment", m.skip_assignment, since(9));
    w("member_id", m.member_id);
    w("members", m.members);
  }
};

}  // namespace kafka
