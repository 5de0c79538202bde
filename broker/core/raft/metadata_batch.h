// Batches of the metadata log and of snapshots: records to bytes.
//
// A data batch holds MetadataRecords, a control batch the marks of raft itself. Both are ordinary
// v2 record batches without compression, producer fields at -1, partitionLeaderEpoch = raft epoch.
//
// Which version of a record is written depends on the cluster's metadata.version: an older member
// could not read a newer one. What an old version cannot say is left out.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "protocol/cluster_records.h"
#include "protocol/control_records.h"
#include "protocol/record_batch.h"
#include "protocol/result.h"

namespace kafka {

using RaftControlRecord = std::variant<LeaderChangeMessage, SnapshotHeaderRecord,
                                       SnapshotFooterRecord, KRaftVersionRecord, VotersRecord>;

struct MetadataBatchPlace {
  int64_t base_offset = 0;
  int32_t epoch = 0;
  int64_t timestamp = 0;
};

// Appends one batch to `out`. The records must not be empty.
Result<> append_data_batch(std::span<const MetadataRecord> records, int16_t metadata_version,
                           const MetadataBatchPlace& place, Bytes& out);
Result<> append_control_batch(std::span<const RaftControlRecord> records,
                              const MetadataBatchPlace& place, Bytes& out);

// nullopt for a type that is not known here (a later version's): readers skip it. A snapshot's
// header or footer, KRaftVersion, Voters and LeaderChange are known.
Result<std::optional<RaftControlRecord>> decode_control_record(const RecordView& record);
// All that are known, of a control batch, each with its offset.
Result<> for_each_control_record(const BatchView& batch,
                                 const std::function<void(const RaftControlRecord&, int64_t)>& take);

}  // namespace kafka
