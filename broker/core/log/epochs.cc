#include "broker/core/log/epochs.h"

#include <algorithm>

#include "broker/core/check.h"
#include "broker/core/log/checkpoint_text.h"

namespace kafka {

Result<Epochs> Epochs::parse(std::string_view text) {
  const auto rows = parse_checkpoint_text(text, 2, "leader-epoch-checkpoint");
  if (!rows) {
    return std::unexpected(rows.error());
  }
  Epochs epochs;
  for (const CheckpointRow& row : *rows) {
    const auto epoch = parse_number<int32_t>(row[0]);
    const auto offset = parse_number<int64_t>(row[1]);
    if (!epoch || !offset || *epoch <= epochs.last_epoch() ||
        (!epochs.empty() && *offset <= epochs.entries_.back().start_offset)) {
      return fail(ErrorCode::KafkaStorageError,
                  fmt::format("leader-epoch-checkpoint: row '{} {}' does not follow the one before",
                              row[0], row[1]));
    }
    epochs.entries_.push_back({*epoch, *offset});
  }
  return epochs;
}

std::string Epochs::format() const {
  std::string text = fmt::format("0\n{}\n", entries_.size());
  for (const EpochStart& entry : entries_) {
    text += fmt::format("{} {}\n", entry.epoch, entry.start_offset);
  }
  return text;
}

bool Epochs::assign(int32_t epoch, int64_t offset) {
  CHECK(epoch >= 0 && offset >= 0, "epoch {} at {}", epoch, offset);
  if (!entries_.empty() && entries_.back().epoch == epoch &&
      entries_.back().start_offset <= offset) {
    return false;
  }
  while (!entries_.empty() &&
         (entries_.back().epoch >= epoch || entries_.back().start_offset >= offset)) {
    entries_.pop_back();
  }
  entries_.push_back({epoch, offset});
  return true;
}

bool Epochs::truncate_from_end(int64_t offset) {
  const size_t before = entries_.size();
  while (!entries_.empty() && entries_.back().start_offset >= offset) {
    entries_.pop_back();
  }
  return entries_.size() != before;
}

bool Epochs::truncate_from_start(int64_t offset) {
  auto first_above = std::ranges::find_if(
      entries_, [&](const EpochStart& entry) { return entry.start_offset > offset; });
  if (first_above == entries_.begin()) {
    return false;
  }
  auto across = first_above - 1;
  const bool changed = across != entries_.begin() || across->start_offset != offset;
  across->start_offset = offset;
  entries_.erase(entries_.begin(), across);
  return changed;
}

OffsetAndEpoch Epochs::end_of_epoch(int32_t epoch, int64_t log_end_offset) const {
  if (epoch < 0 || entries_.empty() || epoch > entries_.back().epoch) {
    return {};
  }
  if (epoch == entries_.back().epoch) {
    return {log_end_offset, epoch};
  }
  const auto above =
      std::ranges::find_if(entries_, [&](const EpochStart& entry) { return entry.epoch > epoch; });
  if (above == entries_.begin()) {
    return {above->start_offset, epoch};  // older than anything that is left here
  }
  return {above->start_offset, (above - 1)->epoch};
}

int32_t Epochs::epoch_of_offset(int64_t offset) const {
  int32_t epoch = no_epoch;
  for (const EpochStart& entry : entries_) {
    if (entry.start_offset > offset) {
      break;
    }
    epoch = entry.epoch;
  }
  return epoch;
}

}  // namespace kafka
