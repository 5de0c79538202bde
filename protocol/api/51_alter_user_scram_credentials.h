// AlterUserScramCredentials: sets and removes SCRAM credentials (KIP-554).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct AlterUserScramCredentialsRequest {
  static constexpr ApiKey key = ApiKey::AlterUserScramCredentials;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  struct ScramCredentialDeletion {
    std::string name;
    int8_t mechanism = 0;

    bool operator==(const ScramCredentialDeletion&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("name", m.name);
      w("mechanism", m.mechanism);
    }
  };

  struct ScramCredentialUpsertion {
    std::string name;
    int8_t mechanism = 0;
    int32_t iterations = 0;
    Bytes salt;
    Bytes salted_password;

    bool operator==(const ScramCredentialUpsertion&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("name", m.name);
      w("mechanism", m.mechanism);
      w("iterations", m.iterations);
      w("salt", m.salt);
      w("salted_password", m.salted_password);
    }
  };

  std::vector<ScramCredentialDeletion> deletions;
  std::vector<ScramCredentialUpsertion> upsertions;

  bool operator==(const AlterUserScramCredentialsRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("deletions", m.deletions);
    w("upsertions", m.upsertions);
  }
};

struct AlterUserScramCredentialsResponse {
  static constexpr ApiKey key = ApiKey::AlterUserScramCredentials;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  struct AlterUserScramCredentialsResult {
    std::string user;
    int16_t error_code = 0;
    std::optional<std::string> error_message = "";

    bool operator==(const AlterUserScramCredentialsResult&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("user", m.user);
      w("error_code", m.error_code);
      w("error_message", m.error_message, nullable(0));
    }
  };

  int32_t throttle_time_ms = 0;
  std::vector<AlterUserScramCredentialsResult> results;

  bool operator==(const AlterUserScramCredentialsResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("throttle_time_ms", m.throttle_time_ms);
    w("results", m.results);
  }
};

}  // namespace kafka
