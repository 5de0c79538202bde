// DescribeUserScramCredentials: which users have which SCRAM mechanisms; never the secrets
// (KIP-554).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct DescribeUserScramCredentialsRequest {
  static constexpr ApiKey key = ApiKey::DescribeUserScramCredentials;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  struct UserName {
    std::string name;

    bool operator==(const UserName&) const = default;
    static constexpr void wire(auto& m, auto& w) { w("name", m.name); }
  };

  std::optional<std::vector<UserName>> users{std::in_place};

  bool operator==(const DescribeUserScramCredentialsRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) { w("users", m.users, nullable(0)); }
};

struct DescribeUserScramCredentialsResponse {
  static constexpr ApiKey key = ApiKey::DescribeUserScramCredentials;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  struct CredentialInfo {
    int8_t mechanism = 0;
    int32_t iterations = 0;

    bool operator==(const CredentialInfo&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("mechanism", m.mechanism);
      w("iterations", m.iterations);
    }
  };

  struct DescribeUserScramCredentialsResult {
    std::string user;
    int16_t error_code = 0;
    std::optional<std::string> error_message = "";
    std::vector<CredentialInfo> credential_infos;

    bool operator==(const DescribeUserScramCredentialsResult&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("user", m.user);
      w("error_code", m.error_code);
      w("error_message", m.error_message, nullable(0));
      w("credential_infos", m.credential_infos);
    }
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  std::optional<std::string> error_message = "";
  std::vector<DescribeUserScramCredentialsResult> results;

  bool operator==(const DescribeUserScramCredentialsResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("throttle_time_ms", m.throttle_time_ms);
    w("error_code", m.error_code);
    w("error_message", m.error_message, nullable(0));
    w("results", m.results);
  }
};

}  // namespace kafka
