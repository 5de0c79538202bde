// Metadata records about ACLs, SCRAM credentials and delegation tokens. See cluster_records.h.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "protocol/message.h"

namespace kafka {

// An ACL was created.
struct AccessControlEntryRecord {
  static constexpr int16_t record_type = 18;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  Uuid id;
  int8_t resource_type = 0;
  std::string resource_name;
  int8_t pattern_type = 0;
  std::string principal;
  std::string host;
  int8_t operation = 0;
  int8_t permission_type = 0;

  bool operator==(const AccessControlEntryRecord&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("id", m.id);
    w("resource_type", m.resource_type);
    w("resource_name", m.resource_name);
    w("pattern_type", m.pattern_type);
    w("principal", m.principal);
    w("host", m.host);
    w("operation", m.operation);
    w("permission_type", m.permission_type);
  }
};

// An ACL was removed, named by its id.
struct RemoveAccessControlEntryRecord {
  static constexpr int16_t record_type = 19;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  Uuid id;

  bool operator==(const RemoveAccessControlEntryRecord&) const = default;
  static constexpr void wire(auto& m, auto& w) { w("id", m.id); }
};

// A SCRAM credential was set (mechanism 1: SHA-256, 2: SHA-512).
struct UserScramCredentialRecord {
  static constexpr int16_t record_type = 11;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  std::string name;
  int8_t mechanism = 0;
  Bytes salt;
  Bytes stored_key;
  Bytes server_key;
  int32_t iterations = 0;

  bool operator==(const UserScramCredentialRecord&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("name", m.name);
    w("mechanism", m.mechanism);
    w("salt", m.salt);
    w("stored_key", m.stored_key);
    w("server_key", m.server_key);
    w("iterations", m.iterations);
  }
};

// A SCRAM credential was removed.
struct RemoveUserScramCredentialRecord {
  static constexpr int16_t record_type = 22;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  std::string name;
  int8_t mechanism = 0;

  bool operator==(const RemoveUserScramCredentialRecord&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("name", m.name);
    w("mechanism", m.mechanism);
  }
};

// A delegation token in full: written at creation and at each renewal.
struct DelegationTokenRecord {
  static constexpr int16_t record_type = 10;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  std::string owner;
  std::string requester;
  std::vector<std::string> renewers;
  int64_t issue_timestamp = 0;
  int64_t max_timestamp = 0;
  int64_t expiration_timestamp = 0;
  std::string token_id;

  bool operator==(const DelegationTokenRecord&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("owner", m.owner);
    w("requester", m.requester);
    w("renewers", m.renewers);
    w("issue_timestamp", m.issue_timestamp);
    w("max_timestamp", m.max_timestamp);
    w("expiration_timestamp", m.expiration_timestamp);
    w("token_id", m.token_id);
  }
};

// A delegation token expired or was withdrawn.
struct RemoveDelegationTokenRecord {
  static constexpr int16_t record_type = 26;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  std::string token_id;

  bool operator==(const RemoveDelegationTokenRecord&) const = default;
  static constexpr void wire(auto& m, auto& w) { w("token_id", m.token_id); }
};

}  // namespace kafka
