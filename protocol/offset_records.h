// Records of __consumer_offsets: committed offsets, and groups of every kind.
//
// Framing (typed_record.h): a key starts with its int16 type, a value with its int16 version.
//   auto key = encode_key(OffsetCommitKey{.group = "g", .topic = "t", .partition = 0});
//   auto value = encode_versioned(OffsetCommitValue{.offset = 42}, offset_commit_version);
// Each value struct carries the record_type of its key. A record without a value deletes.
#pragma once

#include "protocol/group/classic_records.h"
#include "protocol/group/consumer_records.h"
#include "protocol/group/share_records.h"
#include "protocol/group/streams_records.h"
#include "protocol/typed_record.h"

namespace kafka {

// The versions that Kafka 4.3 writes; every other value has only version 0.
inline constexpr int16_t offset_commit_version = 4;
inline constexpr int16_t group_metadata_version = 3;

}  // namespace kafka
