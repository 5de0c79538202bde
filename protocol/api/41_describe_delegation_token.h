// DescribeDelegationToken: tokens of the given owners, or all (KIP-48).
//   v3: who asked for a token (KIP-373)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct DescribeDelegationTokenRequest {
  static constexpr ApiKey key = ApiKey::DescribeDelegationToken;
  static constexpr int16_t min_version = 1;
  static constexpr int16_t max_version = 3;
  static constexpr int16_t flexible_since = 2;

  struct DescribeDelegationTokenOwner {
    std::string principal_type;
    std::string principal_name;

    bool operator==(const DescribeDelegationTokenOwner&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("principal_type", m.principal_type);
      w("principal_name", m.principal_name);
    }
  };

  std::optional<std::vector<DescribeDelegationTokenOwner>> owners{std::in_place};

  bool operator==(const DescribeDelegationTokenRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) { w("owners", m.owners, nullable(0)); }
};

struct DescribeDelegationTokenResponse {
  static constexpr ApiKey key = ApiKey::DescribeDelegationToken;
  static constexpr int16_t min_version = 1;
  static constexpr int16_t max_version = 3;
  static constexpr int16_t flexible_since = 2;

  struct DescribedDelegationTokenRenewer {
    std::string principal_type;
    std::string principal_name;

    bool operator==(const DescribedDelegationTokenRenewer&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("principal_type", m.principal_type);
      w("principal_name", m.principal_name);
    }
  };

  struct DescribedDelegationToken {
    std::string principal_type;
    std::string principal_name;
    std::string token_requester_principal_type;
    std::string token_requester_principal_name;
    int64_t issue_timestamp = 0;
    int64_t expiry_timestamp = 0;
    int64_t max_timestamp = 0;
    std::string token_id;
    Bytes hmac;
    std::vector<DescribedDelegationTokenRenewer> renewers;

    bool operator==(const DescribedDelegationToken&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("principal_type", m.principal_type);
      w("principal_name", m.principal_name);
      w("token_requester_principal_type", m.token_requester_principal_type, since(3));
      w("token_requester_principal_name", m.token_requester_principal_name, since(3));
      w("issue_timestamp", m.issue_timestamp);
      w("expiry_timestamp", m.expiry_timestamp);
      w("max_timestamp", m.max_timestamp);
      w("token_id", m.token_id);
      w("hmac", m.hmac);
      w("renewers", m.renewers);
    }
  };

  int16_t error_code = 0;
  std::vector<DescribedDelegationToken> tokens;
  int32_t throttle_time_ms = 0;

  bool operator==(const DescribeDelegationTokenResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("error_code", m.error_code);
    w("tokens", m.tokens);
    w("throttle_time_ms", m.throttle_time_ms);
  }
};

}  // namespace kafka
