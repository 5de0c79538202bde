#include "broker/core/controller/bootstrap.h"

#include <algorithm>
#include <string>
#include <utility>

#include "broker/core/controller/features.h"
#include "broker/core/controller/image.h"
#include "broker/core/raft/snapshot.h"
#include "protocol/record_batch.h"

namespace kafka {
namespace {

int16_t level_in(const std::vector<MetadataRecord>& records, std::string_view feature) {
  for (const MetadataRecord& record : records) {
    const auto* level = std::get_if<FeatureLevelRecord>(&record);
    if (level != nullptr && level->name == feature) {
      return level->feature_level;
    }
  }
  return 0;
}

}  // namespace

Result<Bytes> encode_bootstrap(std::span<const MetadataRecord> records, int64_t now_ms) {
  SnapshotContent content;
  content.now_ms = now_ms;
  content.metadata_version = metadata_version::latest;
  content.records = records;
  return encode_snapshot(content);
}

Result<std::vector<MetadataRecord>> decode_bootstrap(std::span<const uint8_t> bytes) {
  std::vector<MetadataRecord> records;
  Result<> outcome;
  const auto walked = for_each_record(bytes, [&](const RecordView& view) {
    auto record = decode_metadata_record(view.value.value_or(BytesView{}));
    if (!record) {
      outcome = std::unexpected(std::move(record.error()));
      return false;
    }
    records.push_back(std::move(*record));
    return true;
  });
  if (!walked || !outcome) {
    const Error& error = walked ? outcome.error() : walked.error();
    return fail(error.code, std::string(bootstrap_file) + ": " + error.message);
  }
  if (level_in(records, metadata_version_feature) == 0) {
    return fail(ErrorCode::InvalidRecord,
                std::string(bootstrap_file) + " does not set metadata.version");
  }
  return records;
}

std::vector<MetadataRecord> default_bootstrap() {
  FeatureLevelRecord level;
  level.name = metadata_version_feature;
  level.feature_level = metadata_version::latest;
  return {std::move(level)};
}

std::vector<MetadataRecord> bootstrap_batch(std::vector<MetadataRecord> bootstrap,
                                            int32_t min_insync_replicas) {
  const bool elr = level_in(bootstrap, elr_feature) > 0;
  const bool bracket =
      level_in(bootstrap, metadata_version_feature) >= metadata_version::transactions;
  std::vector<MetadataRecord> batch;
  if (bracket) {
    BeginTransactionRecord begin;
    begin.name = "Bootstrap records";
    batch.emplace_back(std::move(begin));
  }
  std::ranges::move(bootstrap, std::back_inserter(batch));
  if (elr) {
    ConfigRecord config;
    config.resource_type = static_cast<int8_t>(ConfigResourceType::Broker);
    config.name = "min.insync.replicas";
    config.value = std::to_string(min_insync_replicas);
    batch.emplace_back(std::move(config));
  }
  if (bracket) {
    batch.emplace_back(EndTransactionRecord{});
  }
  return batch;
}

}  // namespace kafka
