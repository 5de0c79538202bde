// DeleteRecords: moves the log start of partitions up; what is below is not served any more. Whole
// segments below it go with the next retention check.
//
// Offset -1 means the high watermark; beyond it is OFFSET_OUT_OF_RANGE. Topics without `delete` in
// cleanup.policy are POLICY_VIOLATION, the broker's own topics INVALID_TOPIC_EXCEPTION. The answer
// names the new low watermark: the smallest log start of all replicas, which is ours here.
//
//   v1  throttled answers go out first    v2  flexible
#include "protocol/api/21_delete_records.h"

#include "broker/handlers/partition_lookup.h"
#include "broker/node/node.h"

namespace kafka {

namespace {

Result<int64_t> delete_before(Node& node, const std::string& topic,
                              const DeleteRecordsRequest::DeleteRecordsPartition& wanted) {
  const Result<Partition*> partition = find_partition(node, topic, wanted.partition_index);
  if (!partition) {
    return std::unexpected(partition.error());
  }
  if (is_internal_topic(topic)) {
    return fail(ErrorCode::InvalidTopicException);
  }
  if (const Result<> leads = (*partition)->check_leader(no_epoch); !leads) {
    return std::unexpected(leads.error());
  }
  if (!(*partition)->topic().config->delete_old) {
    return fail(ErrorCode::PolicyViolation);
  }
  return (*partition)->delete_records_before(wanted.offset);
}

}  // namespace

void handle_delete_records(Node& node, Request& request) {
  const auto message = node.decode_or_close<DeleteRecordsRequest>(request);
  if (!message) {
    return;
  }
  DeleteRecordsResponse response;
  for (const auto& topic : message->topics) {
    auto& results = response.topics.emplace_back();
    results.name = topic.name;
    for (const auto& partition : topic.partitions) {
      const Result<int64_t> low_watermark = delete_before(node, topic.name, partition);
      results.partitions.push_back(
          {partition.partition_index, low_watermark.value_or(-1),
           static_cast<int16_t>(low_watermark ? ErrorCode::None : low_watermark.error().code)});
    }
  }
  node.reply(request.reply_to, response);
}

}  // namespace kafka
