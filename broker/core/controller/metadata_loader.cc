#include "broker/core/controller/metadata_loader.h"

#include <fmt/format.h>

#include <utility>

namespace kafka {
namespace {

std::unexpected<Error> at_offset(const BatchView& batch, const Error& error) {
  return fail(error.code,
              fmt::format("metadata batch at offset {}: {}", batch.base_offset(), error.message));
}

}  // namespace

Result<> MetadataLoader::load_snapshot(std::span<const uint8_t> bytes, const SnapshotId& id) {
  in_snapshot_ = true;
  saw_footer_ = false;
  auto loaded = load_batches(bytes);
  in_snapshot_ = false;
  if (loaded && !saw_footer_) {
    loaded = fail(ErrorCode::CorruptMessage, "its footer is missing");
  }
  if (!loaded) {
    return fail(loaded.error().code,
                fmt::format("snapshot {}: {}", snapshot_file_name(id), loaded.error().message));
  }
  image_.set_position(id.offset - 1, id.epoch);
  return {};
}

Result<> MetadataLoader::load_batches(std::span<const uint8_t> bytes) {
  Result<> outcome;
  const auto walked = for_each_batch(
      bytes,
      [&](const BatchView& batch) {
        outcome = load_batch(batch);
        return outcome.has_value();
      },
      Tail::MustBeWhole);
  return walked ? outcome : Result<>(std::unexpected(walked.error()));
}

Result<> MetadataLoader::load_batch(const BatchView& batch) {
  if (!batch.crc_matches()) {
    return at_offset(batch, {ErrorCode::CorruptMessage, "its checksum does not match"});
  }
  if (auto opened = reader_.open(batch); !opened) {
    return at_offset(batch, opened.error());
  }
  const auto loaded = batch.is_control() ? load_control(batch) : load_data(batch);
  if (!loaded) {
    return at_offset(batch, loaded.error());
  }
  if (!in_snapshot_) {
    image_.set_position(batch.last_offset(), batch.partition_leader_epoch());
    last_timestamp_ = batch.max_timestamp();
  }
  return {};
}

Result<> MetadataLoader::load_data(const BatchView&) {
  RecordView record;
  while (true) {
    const auto more = reader_.next(record);
    if (!more || !*more) {
      return more ? Result<>{} : std::unexpected(more.error());
    }
    if (!record.value) {
      return fail(ErrorCode::CorruptMessage, "a record without value");
    }
    auto decoded = decode_metadata_record(*record.value);
    if (!decoded) {
      return std::unexpected(std::move(decoded.error()));
    }
    if (auto taken = take(std::move(*decoded)); !taken) {
      return fail(taken.error().code,
                  fmt::format("record {}: {}", record.offset, taken.error().message));
    }
  }
}

Result<> MetadataLoader::load_control(const BatchView& batch) {
  return for_each_control_record(
      batch, [&](const RaftControlRecord& record, int64_t) { take(record); });
}

void MetadataLoader::take(const RaftControlRecord& record) {
  if (const auto* version = std::get_if<KRaftVersionRecord>(&record)) {
    image_.set_kraft_version(version->k_raft_version, delta_);
  } else if (const auto* voters = std::get_if<VotersRecord>(&record)) {
    image_.set_voters(from_record(*voters), delta_);
  } else if (const auto* header = std::get_if<SnapshotHeaderRecord>(&record)) {
    last_timestamp_ = header->last_contained_log_timestamp;
  } else if (std::holds_alternative<SnapshotFooterRecord>(record)) {
    saw_footer_ = true;
  }
}

Result<> MetadataLoader::load_own(std::span<const MetadataRecord> records,
                                  std::span<const RaftControlRecord> control,
                                  const OffsetAndEpoch& last, int64_t timestamp) {
  for (const RaftControlRecord& record : control) {
    take(record);
  }
  for (const MetadataRecord& record : records) {
    if (auto taken = take(record); !taken) {
      return taken;
    }
  }
  image_.set_position(last.offset, last.epoch);
  last_timestamp_ = timestamp;
  return {};
}

Result<> MetadataLoader::take(MetadataRecord record) {
  if (std::holds_alternative<BeginTransactionRecord>(record)) {
    if (in_transaction_) {
      return fail(ErrorCode::InvalidRecord, "a transaction begins inside of another");
    }
    in_transaction_ = true;
    return {};
  }
  const bool ends = std::holds_alternative<EndTransactionRecord>(record);
  const bool aborts = std::holds_alternative<AbortTransactionRecord>(record);
  if (!ends && !aborts) {
    if (in_transaction_) {
      transaction_.push_back(std::move(record));
      return {};
    }
    return apply(record);
  }
  if (!in_transaction_) {
    return fail(ErrorCode::InvalidRecord, "a transaction ends that has not begun");
  }
  in_transaction_ = false;
  const std::vector<MetadataRecord> records = std::exchange(transaction_, {});
  if (ends) {
    for (const MetadataRecord& inside : records) {
      if (auto applied = apply(inside); !applied) {
        return applied;
      }
    }
  }
  return {};
}

Result<> MetadataLoader::apply(const MetadataRecord& record) {
  auto applied = image_.apply(record, delta_);
  if (!applied) {
    return fail(applied.error().code,
                fmt::format("{}: {}", name(record), applied.error().message));
  }
  return {};
}

}  // namespace kafka
