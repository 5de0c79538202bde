#include "broker/core/group/loader.h"

#include "protocol/control_records.h"

namespace kafka {

Result<> GroupLoader::load(std::span<const uint8_t> batches) {
  Result<> outcome;
  const auto walked = for_each_batch(batches, [&](const BatchView& batch) {
    outcome = load_batch(batch);
    return outcome.has_value();
  });
  if (!walked) {
    return std::unexpected(walked.error());
  }
  return outcome;
}

Result<> GroupLoader::load_batch(const BatchView& batch) {
  if (auto opened = reader_.open(batch); !opened) {
    return opened;
  }
  RecordView record;
  while (true) {
    const Result<bool> more = reader_.next(record);
    if (!more) {
      return std::unexpected(more.error());
    }
    if (!*more) {
      return {};
    }
    counts_.records += 1;
    if (batch.is_control()) {
      end_transaction(batch.producer_id(), record);
      continue;
    }
    auto decoded = record.key ? decode_group_record(*record.key, record.value)
                              : fail(ErrorCode::InvalidRecord, "a record without a key");
    if (!decoded) {
      counts_.unreadable += 1;
    } else if (!*decoded) {
      counts_.skipped += 1;
    } else if (auto* offset = std::get_if<OffsetRecord>(&**decoded);
               batch.is_transactional() && offset != nullptr) {
      open_transactions_[batch.producer_id()].push_back({record.offset, std::move(*offset)});
    } else {
      apply(record.offset, std::move(**decoded));
    }
  }
}

void GroupLoader::end_transaction(int64_t producer_id, const RecordView& marker) {
  auto ended = open_transactions_.extract(producer_id);
  if (ended.empty() || !marker.key) {
    return;
  }
  const auto type = decode_control_key(*marker.key);
  if (!type || *type != ControlRecordType::Commit) {
    return;
  }
  for (InTransaction& change : ended.mapped()) {
    const OffsetCommitKey& key = change.record.key;
    const auto newest = newest_.find({key.group, key.topic, key.partition});
    if (newest == newest_.end() || newest->second < change.log_offset) {
      apply(change.log_offset, std::move(change.record));
    }
  }
  if (open_transactions_.empty()) {
    newest_.clear();
  }
}

void GroupLoader::apply(int64_t log_offset, GroupRecord record) {
  const auto* offset = std::get_if<OffsetRecord>(&record);
  if (offset != nullptr && !open_transactions_.empty()) {
    newest_[{offset->key.group, offset->key.topic, offset->key.partition}] = log_offset;
  }
  shard_.apply(record, now_ms_);
}

}  // namespace kafka
