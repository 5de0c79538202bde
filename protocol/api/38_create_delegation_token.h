// CreateDelegationToken: a token that stands for a principal (KIP-48).
//   v3: for another owner (KIP-373)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct CreateDelegationTokenRequest {
  static constexpr ApiKey key = ApiKey::CreateDelegationToken;
  static constexpr int16_t min_version = 1;
  static constexpr int16_t max_version = 3;
  static constexpr int16_t flexible_since = 2;

  struct CreatableRenewers {
    std::string principal_type;
    std::string principal_name;

    bool operator==(const CreatableRenewers&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("principal_type", m.principal_type);
      w("principal_name", m.principal_name);
    }
  };

  std::optional<std::string> owner_principal_type = "";
  std::optional<std::string> owner_principal_name = "";
  std::vector<CreatableRenewers> renewers;
  int64_t max_lifetime_ms = 0;

  bool operator==(const CreateDelegationTokenRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("owner_principal_type", m.owner_principal_type, since(3), nullable(3));
    w("owner_principal_name", m.owner_principal_name, since(3), nullable(3));
    w("renewers", m.renewers);
    w("max_lifetime_ms", m.max_lifetime_ms);
  }
};

struct CreateDelegationTokenResponse {
  static constexpr ApiKey key = ApiKey::CreateDelegationToken;
  static constexpr int16_t min_version = 1;
  static constexpr int16_t max_version = 3;
  static constexpr int16_t flexible_since = 2;

  int16_t error_code = 0;
  std::string principal_type;
  std::string principal_name;
  std::string token_requester_principal_type;
  std::string token_requester_principal_name;
  int64_t issue_timestamp_ms = 0;
  int64_t expiry_timestamp_ms = 0;
  int64_t max_timestamp_ms = 0;
  std::string token_id;
  Bytes hmac;
  int32_t throttle_time_ms = 0;

  bool operator==(const CreateDelegationTokenResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("error_code", m.error_code);
    w("principal_type", m.principal_type);
    w("principal_name", m.principal_name);
    w("token_requester_principal_type", m.token_requester_principal_type, since(3));
    w("token_requester_principal_name", m.token_requester_principal_name, since(3));
    w("issue_timestamp_ms", m.issue_timestamp_ms);
    w("expiry_timestamp_ms", m.expiry_timestamp_ms);
    w("max_timestamp_ms", m.max_timestamp_ms);
    w("token_id", m.token_id);
    w("hmac", m.hmac);
    w("throttle_time_ms", m.throttle_time_ms);
  }
};

}  // namespace kafka
