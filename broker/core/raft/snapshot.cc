#include "broker/core/raft/snapshot.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace kafka {
namespace {

constexpr std::string_view suffix = ".checkpoint";
constexpr size_t offset_digits = 20;
constexpr size_t epoch_digits = 10;
constexpr size_t records_per_batch = 1000;

template <class Int>
std::optional<Int> number(std::string_view digits) {
  Int value = 0;
  const char* end = digits.data() + digits.size();
  const auto [at, error] = std::from_chars(digits.data(), end, value);
  return error == std::errc() && at == end && value >= 0 ? std::optional(value) : std::nullopt;
}

}  // namespace

std::string snapshot_file_name(const SnapshotId& id) {
  return fmt::format("{:020}-{:010}{}", id.offset, id.epoch, suffix);
}

std::optional<SnapshotId> parse_snapshot_file_name(std::string_view name) {
  if (name.size() != offset_digits + 1 + epoch_digits + suffix.size() ||
      !name.ends_with(suffix) || name[offset_digits] != '-') {
    return std::nullopt;
  }
  const auto offset = number<int64_t>(name.substr(0, offset_digits));
  const auto epoch = number<int32_t>(name.substr(offset_digits + 1, epoch_digits));
  return offset && epoch ? std::optional(SnapshotId{*offset, *epoch}) : std::nullopt;
}

Result<Bytes> encode_snapshot(const SnapshotContent& content) {
  Bytes bytes;
  MetadataBatchPlace place{.base_offset = 0, .epoch = content.epoch, .timestamp = content.now_ms};
  SnapshotHeaderRecord header;
  header.last_contained_log_timestamp = content.last_contained_timestamp;
  std::vector<RaftControlRecord> head{header};
  if (content.kraft_version >= 1) {
    KRaftVersionRecord kraft_version;
    kraft_version.k_raft_version = content.kraft_version;
    head.emplace_back(kraft_version);
    head.emplace_back(to_record(content.voters));
  }
  if (auto done = append_control_batch(head, place, bytes); !done) {
    return std::unexpected(std::move(done.error()));
  }
  place.base_offset += static_cast<int64_t>(head.size());
  for (size_t at = 0; at < content.records.size(); at += records_per_batch) {
    const auto part =
        content.records.subspan(at, std::min(records_per_batch, content.records.size() - at));
    if (auto done = append_data_batch(part, content.metadata_version, place, bytes); !done) {
      return std::unexpected(std::move(done.error()));
    }
    place.base_offset += static_cast<int64_t>(part.size());
  }
  const RaftControlRecord footer = SnapshotFooterRecord{};
  if (auto done = append_control_batch({&footer, 1}, place, bytes); !done) {
    return std::unexpected(std::move(done.error()));
  }
  return bytes;
}

Result<std::pair<int16_t, VoterSet>> voters_of_snapshot(std::span<const uint8_t> bytes) {
  std::pair<int16_t, VoterSet> found{0, {}};
  const auto head = BatchView::at_front_of(bytes);
  if (!head) {
    return std::unexpected(head.error());
  }
  const auto read = for_each_control_record(*head, [&](const RaftControlRecord& record, int64_t) {
    if (const auto* version = std::get_if<KRaftVersionRecord>(&record)) {
      found.first = version->k_raft_version;
    } else if (const auto* voters = std::get_if<VotersRecord>(&record)) {
      found.second = from_record(*voters);
    }
  });
  if (!read) {
    return std::unexpected(read.error());
  }
  return found;
}

}  // namespace kafka
