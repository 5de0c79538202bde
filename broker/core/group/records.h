// The records of __consumer_offsets that classic groups need, as values and as bytes.
//
//   key   = int16 type (1 offset commit, 2 group metadata) + fields, strings with int16 lengths
//   value = int16 version (4 and 3 are what Apache Kafka 4.3 writes) + fields; null removes
//
// Other types belong to consumer, share and streams groups (KIP-848, 932, 1071). This broker does
// not offer those yet: it reads past their records and leaves them in the log.
//
// Note: notes/groups.md
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>

#include "protocol/offset_records.h"
#include "protocol/result.h"
#include "protocol/wire.h"

namespace kafka {

// The offset that a group committed for a partition, or its removal.
struct OffsetRecord {
  OffsetCommitKey key;
  std::optional<OffsetCommitValue> value;

  friend bool operator==(const OffsetRecord&, const OffsetRecord&) = default;
};

// A generation of a group with its members' assignments, or the group's removal.
struct MetadataOfGroup {
  GroupMetadataKey key;
  std::optional<GroupMetadataValue> value;

  friend bool operator==(const MetadataOfGroup&, const MetadataOfGroup&) = default;
};

using GroupRecord = std::variant<OffsetRecord, MetadataOfGroup>;

struct KeyAndValue {
  Bytes key;
  std::optional<Bytes> value;
};

KeyAndValue encode_group_record(const GroupRecord& record);

// nullopt: a record of another kind of group. CORRUPT_MESSAGE: bytes that are none.
Result<std::optional<GroupRecord>> decode_group_record(
    std::span<const uint8_t> key, std::optional<std::span<const uint8_t>> value);

GroupRecord offset_tombstone(std::string group, std::string topic, int32_t partition);
GroupRecord group_tombstone(std::string group);

// The partition of __consumer_offsets that a group lives in: the absolute value of Java's
// String.hashCode (0 for -2^31), modulo their number.
int32_t partition_of_group(std::string_view group_id, int32_t partitions);

}  // namespace kafka
