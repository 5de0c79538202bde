// MetadataLoader: bytes of the metadata log and of snapshots into an image.
//
// Records between BeginTransaction and EndTransaction take effect together, at the end; after
// AbortTransaction none does. (The controller brackets what does not fit into one batch; a crash in
// between leaves the bracket open, and the next controller aborts it.)
//
// Every batch's checksum is verified. Tagged fields that are not known here are skipped, unknown
// record types are an error: their meaning cannot be left out of the metadata.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "broker/core/controller/image.h"
#include "broker/core/raft/metadata_batch.h"
#include "broker/core/raft/snapshot.h"
#include "protocol/record_batch.h"
#include "protocol/result.h"

namespace kafka {

class MetadataLoader {
 public:
  // Both outlive the loader; `delta` may be null.
  MetadataLoader(MetadataImage& image, MetadataDelta* delta) : image_(image), delta_(delta) {}

  // A whole snapshot file, into an empty image. Without its footer it is an error.
  Result<> load_snapshot(std::span<const uint8_t> bytes, const SnapshotId& id);

  // Whole batches of the log, in order.
  Result<> load_batches(std::span<const uint8_t> bytes);

  // What the leader itself appended: one batch, which ends at `last`.
  Result<> load_own(std::span<const MetadataRecord> records,
                    std::span<const RaftControlRecord> control, const OffsetAndEpoch& last,
                    int64_t timestamp);

  bool in_transaction() const { return in_transaction_; }
  int64_t last_timestamp() const { return last_timestamp_; }  // of the last batch

 private:
  Result<> load_batch(const BatchView& batch);
  Result<> load_data(const BatchView& batch);
  Result<> load_control(const BatchView& batch);
  Result<> take(MetadataRecord record);
  void take(const RaftControlRecord& record);
  Result<> apply(const MetadataRecord& record);

  MetadataImage& image_;
  MetadataDelta* delta_;
  RecordReader reader_;
  std::vector<MetadataRecord> transaction_;
  bool in_transaction_ = false;
  bool in_snapshot_ = false;
  bool saw_footer_ = false;
  int64_t last_timestamp_ = 0;
};

}  // namespace kafka
