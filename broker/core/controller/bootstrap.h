// bootstrap.checkpoint and the first records of a new cluster.
//
// kafka-storage format leaves the feature levels that a new cluster shall begin with in
// bootstrap.checkpoint. The first controller ever to lead writes them to the log as one batch:
//
//   BeginTransaction("Bootstrap records"), what bootstrap.checkpoint holds in its order,
//   Config(broker default, min.insync.replicas) if eligible leader replicas are on, EndTransaction
//
// Without the file a cluster begins with the newest metadata.version and nothing else.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "protocol/cluster_records.h"
#include "protocol/result.h"
#include "protocol/wire.h"

namespace kafka {

inline constexpr std::string_view bootstrap_file = "bootstrap.checkpoint";

Result<Bytes> encode_bootstrap(std::span<const MetadataRecord> records, int64_t now_ms);
Result<std::vector<MetadataRecord>> decode_bootstrap(std::span<const uint8_t> bytes);

// What is written when there is no file.
std::vector<MetadataRecord> default_bootstrap();

// The batch of the first activation.
std::vector<MetadataRecord> bootstrap_batch(std::vector<MetadataRecord> bootstrap,
                                            int32_t min_insync_replicas);

}  // namespace kafka
