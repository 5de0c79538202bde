// ListOffsets: the offset at an end of a partition, or at a time.
//
//   timestamp  means                                                    since
//   >= 0       the first record that is not older                       v1
//   -1         latest: the high watermark, or for isolation level 1
//              the last stable offset                                   v1
//   -2         earliest: the log start                                  v1
//   -3         the record with the largest timestamp (KIP-734)          v7
//   -4         earliest on local disk (KIP-405): the log start here     v8
//   -5         latest in tiered storage (KIP-1005): none here           v9
//   -6         earliest not yet tiered (KIP-1023): none here            v11
//
// A special timestamp in a version that does not know it is UNSUPPORTED_VERSION. Records beyond
// what the reader may see are not found. A partition that is named twice is answered once, with
// INVALID_REQUEST.
//
// A new leader may not know yet how far its predecessor had told consumers to be. Until its high
// watermark has reached the start of its own epoch it names no end, and finds no record beyond:
// OFFSET_NOT_AVAILABLE, LEADER_NOT_AVAILABLE before v5 (KIP-207). Followers, who ask with their
// id, are told the log end; id -2 is a tool that may ask a follower.
//
//   v2  isolation_level    v4  current_leader_epoch, leader_epoch (KIP-320)    v10  timeout_ms
#include "protocol/api/02_list_offsets.h"

#include <optional>
#include <set>

#include "broker/handlers/partition_lookup.h"
#include "broker/node/node.h"

namespace kafka {

namespace {

using ListOffsetsPartition = ListOffsetsRequest::ListOffsetsPartition;
using ListOffsetsPartitionResponse = ListOffsetsResponse::ListOffsetsPartitionResponse;

enum : int64_t {
  latest = -1,
  earliest = -2,
  max_timestamp = -3,
  earliest_local = -4,
  latest_tiered = -5,
  earliest_pending_upload = -6,
};

constexpr int32_t consumer_id = -1;
constexpr int32_t debugging_id = -2;
constexpr int16_t offset_not_available_since = 5;
constexpr int16_t leader_epochs_since = 4;

bool is_known(int64_t timestamp, int16_t version) {
  switch (timestamp) {
    case latest:
    case earliest:
      return true;
    case max_timestamp:
      return version >= 7;
    case earliest_local:
      return version >= 8;
    case latest_tiered:
      return version >= 9;
    case earliest_pending_upload:
      return version >= 11;
    default:
      return timestamp >= 0;
  }
}

Result<TimestampAndOffset> log_start(Partition& partition) {
  const int64_t offset = partition.log().log_start_offset();
  const Result<int32_t> epoch = partition.log().epoch_of_offset(offset);
  if (!epoch) {
    return std::unexpected(epoch.error());
  }
  return TimestampAndOffset{no_timestamp, offset, *epoch};
}

Result<TimestampAndOffset> look_up(Partition& partition, int64_t timestamp, int64_t bound) {
  switch (timestamp) {
    case latest:
      return TimestampAndOffset{no_timestamp, bound, partition.leader_epoch()};
    case earliest:
    case earliest_local:
      return log_start(partition);
    case latest_tiered:
    case earliest_pending_upload:
      return TimestampAndOffset{};
    default:
      break;
  }
  const auto found = timestamp == max_timestamp ? partition.log().max_timestamp()
                                                : partition.log().offset_for_timestamp(timestamp);
  if (!found) {
    return std::unexpected(found.error());
  }
  return *found && (*found)->offset < bound ? **found : TimestampAndOffset{};
}

Result<TimestampAndOffset> offset_of(Node& node, const ListOffsetsRequest& message,
                                     const std::string& topic, const ListOffsetsPartition& wanted,
                                     int16_t version) {
  if (!is_known(wanted.timestamp, version)) {
    return fail(ErrorCode::UnsupportedVersion);
  }
  const Result<Partition*> partition = find_partition(node, topic, wanted.partition_index);
  if (!partition) {
    return std::unexpected(partition.error());
  }
  const Result<> serves = message.replica_id == debugging_id
                              ? (*partition)->check_epoch(wanted.current_leader_epoch)
                              : (*partition)->check_leader(wanted.current_leader_epoch);
  if (!serves) {
    return std::unexpected(serves.error());
  }
  // Only consumers are held back: followers and tools ask for the real end.
  const bool committed_only = message.replica_id == consumer_id;
  const int64_t bound = !committed_only                ? (*partition)->log().log_end_offset()
                        : message.isolation_level == 1 ? (*partition)->last_stable_offset()
                                                       : (*partition)->high_watermark();
  Result<TimestampAndOffset> found = look_up(**partition, wanted.timestamp, bound);
  const bool lagging =
      committed_only && (*partition)->epoch_start_offset() > (*partition)->high_watermark();
  const bool by_bound =
      wanted.timestamp == latest || ((wanted.timestamp >= 0 || wanted.timestamp == max_timestamp) &&
                                     found && found->offset == no_offset);
  if (lagging && by_bound) {
    return fail(version >= offset_not_available_since ? ErrorCode::OffsetNotAvailable
                                                      : ErrorCode::LeaderNotAvailable,
                "the high watermark has not reached the start of this leader's epoch");
  }
  return found;
}

}  // namespace

void handle_list_offsets(Node& node, Request& request) {
  const auto message = node.decode_or_close<ListOffsetsRequest>(request);
  if (!message) {
    return;
  }
  std::set<std::pair<std::string_view, int32_t>> seen;
  std::set<std::pair<std::string_view, int32_t>> twice;
  for (const auto& topic : message->topics) {
    for (const ListOffsetsPartition& partition : topic.partitions) {
      if (!seen.insert({topic.name, partition.partition_index}).second) {
        twice.insert({topic.name, partition.partition_index});
      }
    }
  }
  std::set<std::pair<std::string_view, int32_t>> answered;
  ListOffsetsResponse response;
  for (const auto& topic : message->topics) {
    auto& answers = response.topics.emplace_back();
    answers.name = topic.name;
    for (const ListOffsetsPartition& partition : topic.partitions) {
      if (!answered.insert({topic.name, partition.partition_index}).second) {
        continue;
      }
      ListOffsetsPartitionResponse& answer = answers.partitions.emplace_back();
      answer.partition_index = partition.partition_index;
      const Result<TimestampAndOffset> found =
          twice.contains({topic.name, partition.partition_index})
              ? fail(ErrorCode::InvalidRequest)
              : offset_of(node, *message, topic.name, partition, request.version());
      if (!found) {
        answer.error_code = static_cast<int16_t>(found.error().code);
        continue;
      }
      answer.timestamp = found->timestamp;
      answer.offset = found->offset;
      if (request.version() >= leader_epochs_since) {
        answer.leader_epoch = found->leader_epoch;
      }
    }
  }
  node.reply(request.reply_to, response);
}

}  // namespace kafka
