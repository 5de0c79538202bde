#include "broker/core/group/records.h"

#include <cstdlib>
#include <utility>

#include "broker/core/check.h"
#include "broker/core/group/text.h"

namespace kafka {

namespace {

// What the coordinator stores always fits: names are bounded when they come in (limits.h).
Bytes must(Result<Bytes> bytes) {
  CHECK(bytes.has_value(), "a group record does not encode: {}", bytes.error().message);
  return std::move(*bytes);
}

int16_t version_of(const OffsetCommitValue& value) {
  return value.expire_timestamp == -1 ? offset_commit_version : int16_t{1};
}

using Decoded = Result<std::optional<GroupRecord>>;

Decoded decode_offset(std::span<const uint8_t> key,
                      std::optional<std::span<const uint8_t>> value) {
  auto decoded_key = decode_key<OffsetCommitKey>(key);
  if (!decoded_key) {
    return std::unexpected(decoded_key.error());
  }
  OffsetRecord record{std::move(*decoded_key), std::nullopt};
  if (value) {
    auto decoded = decode_versioned<OffsetCommitValue>(*value);
    if (!decoded) {
      return std::unexpected(decoded.error());
    }
    record.value = std::move(*decoded);
  }
  return record;
}

// Type 0, from before 0.9: the same fields, less of them.
Decoded decode_legacy_offset(std::span<const uint8_t> key,
                             std::optional<std::span<const uint8_t>> value) {
  auto old_key = decode_key<LegacyOffsetCommitKey>(key);
  if (!old_key) {
    return std::unexpected(old_key.error());
  }
  OffsetRecord record{{old_key->group, old_key->topic, old_key->partition}, std::nullopt};
  if (value) {
    auto old = decode_versioned<LegacyOffsetCommitValue>(*value);
    if (!old) {
      return std::unexpected(old.error());
    }
    auto& fresh = record.value.emplace();
    fresh.offset = old->offset;
    fresh.metadata = std::move(old->metadata);
    fresh.commit_timestamp = old->commit_timestamp;
  }
  return record;
}

Decoded decode_group(std::span<const uint8_t> key, std::optional<std::span<const uint8_t>> value) {
  auto decoded_key = decode_key<GroupMetadataKey>(key);
  if (!decoded_key) {
    return std::unexpected(decoded_key.error());
  }
  MetadataOfGroup record{std::move(*decoded_key), std::nullopt};
  if (value) {
    auto decoded = decode_versioned<GroupMetadataValue>(*value);
    if (!decoded) {
      return std::unexpected(decoded.error());
    }
    record.value = std::move(*decoded);
  }
  return record;
}

}  // namespace

KeyAndValue encode_group_record(const GroupRecord& record) {
  KeyAndValue encoded;
  if (const auto* offset = std::get_if<OffsetRecord>(&record)) {
    encoded.key = must(encode_key(offset->key));
    if (offset->value) {
      encoded.value = must(encode_versioned(*offset->value, version_of(*offset->value)));
    }
  } else {
    const auto& group = std::get<MetadataOfGroup>(record);
    encoded.key = must(encode_key(group.key));
    if (group.value) {
      encoded.value = must(encode_versioned(*group.value, group_metadata_version));
    }
  }
  return encoded;
}

Result<std::optional<GroupRecord>> decode_group_record(
    std::span<const uint8_t> key, std::optional<std::span<const uint8_t>> value) {
  const auto type = decode_record_type(key);
  if (!type) {
    return std::unexpected(type.error());
  }
  switch (*type) {
    case LegacyOffsetCommitKey::record_type:
      return decode_legacy_offset(key, value);
    case OffsetCommitKey::record_type:
      return decode_offset(key, value);
    case GroupMetadataKey::record_type:
      return decode_group(key, value);
    default:
      return std::nullopt;
  }
}

GroupRecord offset_tombstone(std::string group, std::string topic, int32_t partition) {
  return OffsetRecord{{std::move(group), std::move(topic), partition}, std::nullopt};
}

GroupRecord group_tombstone(std::string group) {
  return MetadataOfGroup{{std::move(group)}, std::nullopt};
}

int32_t partition_of_group(std::string_view group_id, int32_t partitions) {
  CHECK(partitions > 0, "a topic has {} partitions", partitions);
  const int32_t hash = java_hash(group_id);
  return hash == INT32_MIN ? 0 : std::abs(hash) % partitions;
}

}  // namespace kafka
