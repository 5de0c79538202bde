// Recovery of one segment after an unclean stop: which batches are whole and valid.
//
//    | trusted: below the recovery point | scanned: checksum, offsets grow | torn: cut |
//                                        ^ newest index entry that can be believed
#include "broker/core/bugs.h"
#include "broker/core/check.h"
#include "broker/core/log/segment.h"

namespace kafka {

Result<int64_t> Segment::trusted_position(int64_t trusted) {
  Loaded& state = loaded();
  if (auto outcome = state.offsets.load(); !outcome) {
    return std::unexpected(outcome.error());
  }
  if (auto outcome = state.times.load(); !outcome) {
    return std::unexpected(outcome.error());
  }
  const auto offsets_sorted = state.offsets.is_sorted();
  const auto times_sorted = state.times.is_sorted();
  if (!offsets_sorted || !times_sorted) {
    return std::unexpected(offsets_sorted ? times_sorted.error() : offsets_sorted.error());
  }
  if (!*offsets_sorted || !*times_sorted || state.times.empty()) {
    return 0;
  }
  const auto entry = state.offsets.entry_before(trusted - 1);
  if (!entry) {
    return std::unexpected(entry.error());
  }
  if (entry->position <= 0 || entry->position >= size_) {
    return 0;
  }
  const auto batch = batch_at(entry->position);
  const bool matches =
      batch && batch->has_value() && (*batch)->last_offset == base_offset_ + entry->relative_offset;
  return matches ? entry->position : 0;
}

Result<Segment::Recovery> Segment::recover(int64_t trusted, int32_t index_interval_bytes,
                                           const std::function<void(const BatchView&)>& visit) {
  Loaded& state = loaded();
  const auto start = trusted > base_offset_ ? trusted_position(trusted) : 0;
  auto opened = file();
  if (!start || !opened) {
    return std::unexpected(start ? opened.error() : start.error());
  }
  if (auto kept = keep_indexes_below(*start); !kept) {
    return std::unexpected(kept.error());
  }
  Recovery recovery{.next_offset = base_offset_};
  BatchScanner scanner(**opened, *start, size_);
  int64_t good_end = *start;
  while (true) {
    const auto found = scanner.next();
    if (!found) {
      return std::unexpected(found.error());
    }
    if (!found->has_value()) {
      break;
    }
    const BatchView& batch = (*found)->batch;
    if (batch.base_offset() < recovery.next_offset || batch.last_offset_delta() < 0 ||
        batch.last_offset() - base_offset_ > INT32_MAX) {
      break;
    }
    visit(batch);
    if (auto indexed = index_batch(BatchSummary::of(**found), index_interval_bytes); !indexed) {
      return std::unexpected(indexed.error());
    }
    if (is_on(Bug::RecoveryDropsTheLastBatch) && (*found)->end() == size_) {
      break;
    }
    recovery.next_offset = batch.next_offset();
    good_end = (*found)->end();
  }
  recovery.scanned_bytes = good_end - *start;
  recovery.cut_bytes = size_ - good_end;
  if (recovery.cut_bytes > 0) {
    if (auto cut = cut_file(good_end); !cut) {
      return std::unexpected(cut.error());
    }
  }
  state.tail_known = true;
  if (auto written = write_indexes(); !written) {
    return std::unexpected(written.error());
  }
  return recovery;
}

Result<> Segment::keep_indexes_below(int64_t position) {
  Loaded& state = loaded();
  state.tail_known = false;
  state.largest = {};
  state.bytes_since_index_entry = 0;
  if (position == 0) {
    auto reset = state.offsets.reset();
    return reset ? state.times.reset() : reset;
  }
  const auto batch = batch_at(position);
  if (!batch) {
    return std::unexpected(batch.error());
  }
  if (auto cut = state.offsets.truncate_to_position(position); !cut) {
    return cut;
  }
  if (auto cut = state.times.truncate_to_offset((*batch)->base_offset); !cut) {
    return cut;
  }
  const auto offset = state.offsets.last();
  const auto time = state.times.last();
  if (!offset || !time) {
    return std::unexpected(offset ? time.error() : offset.error());
  }
  state.bytes_since_index_entry = position - (offset->has_value() ? (*offset)->position : 0);
  if (time->has_value()) {
    state.largest = {(*time)->timestamp, state.times.offset_of(**time)};
  }
  return {};
}

}  // namespace kafka
