// Snapshot files of the metadata log: `%020d-%010d.checkpoint`.
//
//   name      end offset (first offset that is not in it) and epoch of the last record in it
//   content   record batches, offsets counted from 0 inside the file:
//               control: SnapshotHeader, and with dynamic voters KRaftVersion and Voters
//               data:    the image as records
//               control: SnapshotFooter; without it the file is not complete
//
// bootstrap.checkpoint has the same form; the 0-0 checkpoint of a formatted directory holds nothing
// but the control records, which is how a dynamic quorum begins.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "broker/core/raft/metadata_batch.h"
#include "broker/core/raft/voters.h"
#include "broker/core/types.h"
#include "protocol/cluster_records.h"
#include "protocol/result.h"

namespace kafka {

// The snapshot ends before `offset`; `epoch` is that of its last record.
using SnapshotId = OffsetAndEpoch;

std::string snapshot_file_name(const SnapshotId& id);
// nullopt when it is not the name of a finished snapshot (.part and .deleted are not).
std::optional<SnapshotId> parse_snapshot_file_name(std::string_view name);

struct SnapshotContent {
  int64_t last_contained_timestamp = 0;
  int64_t now_ms = 0;
  int32_t epoch = 0;
  int16_t metadata_version = 0;
  int16_t kraft_version = 0;  // 1: voters are written
  VoterSet voters;
  std::span<const MetadataRecord> records;
};

Result<Bytes> encode_snapshot(const SnapshotContent& content);

// kraft.version and voters at the head of a snapshot; 0 and nobody when it does not name them.
Result<std::pair<int16_t, VoterSet>> voters_of_snapshot(std::span<const uint8_t> bytes);

}  // namespace kafka
