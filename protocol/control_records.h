// Control records: batches with the control bit hold no data but marks of the broker.
//
//   key:   int16 version (0) | int16 type
//   value: int16 version | fields        (flexible, except the transaction markers)
//
// Types 0 and 1 end transactions in any log, 2 to 6 stand in the metadata log and its snapshots.
// The version is the first field of the value: set `version` to the one you encode.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "protocol/message.h"
#include "protocol/result.h"
#include "protocol/wire.h"

namespace kafka {

// Value of types 0 (abort) and 1 (commit). Its version is in front, not a field.
struct EndTxnMarker {
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = never_flexible;

  int32_t coordinator_epoch = 0;

  bool operator==(const EndTxnMarker&) const = default;
  static constexpr void wire(auto& m, auto& w) { w("coordinator_epoch", m.coordinator_epoch); }
};

// The first record of each leader epoch (KIP-595). v1: directory ids (KIP-853); v0 is written.
struct LeaderChangeMessage {
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 1;
  static constexpr int16_t flexible_since = 0;

  struct Voter {
    int32_t voter_id = 0;
    Uuid voter_directory_id;

    bool operator==(const Voter&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("voter_id", m.voter_id);
      w("voter_directory_id", m.voter_directory_id, since(1));
    }
  };

  int16_t version = 0;
  int32_t leader_id = 0;
  std::vector<Voter> voters;
  std::vector<Voter> granting_voters;

  bool operator==(const LeaderChangeMessage&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("version", m.version);
    w("leader_id", m.leader_id);
    w("voters", m.voters);
    w("granting_voters", m.granting_voters);
  }
};

// First record of a snapshot (KIP-630).
struct SnapshotHeaderRecord {
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  int16_t version = 0;
  int64_t last_contained_log_timestamp = 0;

  bool operator==(const SnapshotHeaderRecord&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("version", m.version);
    w("last_contained_log_timestamp", m.last_contained_log_timestamp);
  }
};

// Last record of a snapshot: without it the file is not complete.
struct SnapshotFooterRecord {
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  int16_t version = 0;

  bool operator==(const SnapshotFooterRecord&) const = default;
  static constexpr void wire(auto& m, auto& w) { w("version", m.version); }
};

// The kraft.version in force from here on (KIP-853).
struct KRaftVersionRecord {
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  int16_t version = 0;
  int16_t k_raft_version = 0;

  bool operator==(const KRaftVersionRecord&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("version", m.version);
    w("k_raft_version", m.k_raft_version);
  }
};

// The whole voter set from here on (KIP-853): effective when appended, not when committed.
struct VotersRecord {
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  struct Endpoint {
    std::string name;
    std::string host;
    uint16_t port = 0;

    bool operator==(const Endpoint&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("name", m.name);
      w("host", m.host);
      w("port", m.port);
    }
  };

  struct KRaftVersionFeature {
    int16_t min_supported_version = 0;
    int16_t max_supported_version = 0;

    bool operator==(const KRaftVersionFeature&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("min_supported_version", m.min_supported_version);
      w("max_supported_version", m.max_supported_version);
    }
  };

  struct Voter {
    int32_t voter_id = 0;
    Uuid voter_directory_id;
    std::vector<Endpoint> endpoints;
    KRaftVersionFeature k_raft_version_feature;

    bool operator==(const Voter&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("voter_id", m.voter_id);
      w("voter_directory_id", m.voter_directory_id);
      w("endpoints", m.endpoints);
      w("k_raft_version_feature", m.k_raft_version_feature);
    }
  };

  int16_t version = 0;
  std::vector<Voter> voters;

  bool operator==(const VotersRecord&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("version", m.version);
    w("voters", m.voters);
  }
};

enum class ControlRecordType : int16_t {
  Abort = 0,
  Commit = 1,
  LeaderChange = 2,
  SnapshotHeader = 3,
  SnapshotFooter = 4,
  KRaftVersion = 5,
  KRaftVoters = 6,
};

[[nodiscard]] Bytes encode_control_key(ControlRecordType type);
// Types this list does not have are returned as they are: readers skip them.
[[nodiscard]] Result<ControlRecordType> decode_control_key(std::span<const uint8_t> key);

[[nodiscard]] Bytes encode_end_txn_marker(const EndTxnMarker& marker);
[[nodiscard]] Result<EndTxnMarker> decode_end_txn_marker(std::span<const uint8_t> value);

// The value of types 2 to 6. A version that is newer than ours is an error.
template <Message M>
[[nodiscard]] Result<Bytes> encode_control_value(const M& value) {
  return encode(value, value.version);
}
template <Message M>
[[nodiscard]] Result<M> decode_control_value(std::span<const uint8_t> value) {
  Reader version(value);
  return decode<M>(value, version.int16());
}

}  // namespace kafka
