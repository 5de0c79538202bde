// OffsetForLeaderEpoch: where the records of a leader epoch end in this log. A reader that was cut
// off compares it with its own position: if it is beyond, its history was truncated (KIP-101, 320).
//
// The answer holds the largest epoch that is not above the one asked for, and the offset after its
// last record; -1 and -1 when this log does not know. The current epoch ends at the log end.
//
//   v3  replica_id    v4  flexible
#include "protocol/api/23_offset_for_leader_epoch.h"

#include "broker/handlers/partition_lookup.h"
#include "broker/node/node.h"

namespace kafka {

namespace {

Result<OffsetAndEpoch> end_of_epoch(
    Node& node, const std::string& topic,
    const OffsetForLeaderEpochRequest::OffsetForLeaderPartition& wanted) {
  const Result<Partition*> partition = find_partition(node, topic, wanted.partition);
  if (!partition) {
    return std::unexpected(partition.error());
  }
  if (const Result<> leads = (*partition)->check_leader(wanted.current_leader_epoch); !leads) {
    return std::unexpected(leads.error());
  }
  return (*partition)->log().end_of_epoch(wanted.leader_epoch);
}

}  // namespace

void handle_offset_for_leader_epoch(Node& node, Request& request) {
  const auto message = node.decode_or_close<OffsetForLeaderEpochRequest>(request);
  if (!message) {
    return;
  }
  OffsetForLeaderEpochResponse response;
  for (const auto& topic : message->topics) {
    auto& results = response.topics.emplace_back();
    results.topic = topic.topic;
    for (const auto& partition : topic.partitions) {
      auto& result = results.partitions.emplace_back();
      result.partition = partition.partition;
      const Result<OffsetAndEpoch> end = end_of_epoch(node, topic.topic, partition);
      if (end) {
        result.leader_epoch = end->epoch;
        result.end_offset = end->offset;
      } else {
        result.error_code = static_cast<int16_t>(end.error().code);
      }
    }
  }
  node.reply(request.reply_to, response);
}

}  // namespace kafka
