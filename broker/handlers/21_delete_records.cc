// DeleteRecords: moves the log start of partitions up; what is below is not served any more. Whole
// segments below it go with the next retention check.
//
// Offset -1 means the high watermark; beyond it is OFFSET_OUT_OF_RANGE. Topics without `delete` in
// cleanup.policy are POLICY_VIOLATION, the broker's own topics INVALID_TOPIC_EXCEPTION. The answer
// names the new low watermark: the smallest log start of all live replicas. The followers learn of
// our log start by their fetches and tell theirs by the next ones; the answer waits for that, at
// most timeout_ms (REQUEST_TIMED_OUT, and it happens nonetheless).
//
//   v1  throttled answers go out first    v2  flexible
#include "protocol/api/21_delete_records.h"

#include <utility>
#include <vector>

#include "broker/handlers/park.h"
#include "broker/handlers/partition_lookup.h"
#include "broker/node/node.h"

namespace kafka {

namespace {

Result<Partition*> delete_before(Node& node, const std::string& topic,
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
  const Result<int64_t> start = (*partition)->delete_records_before(wanted.offset);
  return start ? partition : std::unexpected(start.error());
}

// A partition whose followers have to follow.
struct Wait {
  TopicIdPartition partition;
  int64_t log_start = 0;
  size_t topic_index = 0;  // where its answer stands
  size_t partition_index = 0;
};

struct Deletion {
  DeleteRecordsResponse response;
  std::vector<Wait> waits;
};

// Fills in what has happened, or what stands in its way; true when nothing is left to wait for.
bool settle(Node& node, Deletion& deletion, bool expired) {
  std::erase_if(deletion.waits, [&](const Wait& wait) {
    auto& answer = deletion.response.topics[wait.topic_index].partitions[wait.partition_index];
    const Result<Partition*> partition =
        find_partition(node, wait.partition.topic_id, wait.partition.partition);
    const Result<> leads =
        partition ? (*partition)->check_leader(no_epoch) : std::unexpected(partition.error());
    const int64_t low_watermark = leads ? (*partition)->low_watermark() : -1;
    const bool done = leads && low_watermark >= wait.log_start;
    answer.low_watermark = done ? low_watermark : -1;
    answer.error_code = static_cast<int16_t>(!leads ? leads.error().code
                                             : done ? ErrorCode::None
                                                    : ErrorCode::RequestTimedOut);
    return done || !leads || expired;
  });
  return deletion.waits.empty();
}

}  // namespace

void handle_delete_records(Node& node, Request& request) {
  const auto message = node.decode_or_close<DeleteRecordsRequest>(request);
  if (!message) {
    return;
  }
  Deletion deletion;
  for (const auto& topic : message->topics) {
    auto& results = deletion.response.topics.emplace_back();
    results.name = topic.name;
    for (const auto& partition : topic.partitions) {
      const Result<Partition*> deleted = delete_before(node, topic.name, partition);
      results.partitions.push_back(
          {partition.partition_index, -1,
           static_cast<int16_t>(deleted ? ErrorCode::None : deleted.error().code)});
      if (deleted) {
        deletion.waits.push_back({(*deleted)->key(), (*deleted)->log().log_start_offset(),
                                  deletion.response.topics.size() - 1,
                                  results.partitions.size() - 1});
      }
    }
  }
  if (settle(node, deletion, message->timeout_ms <= 0)) {
    node.reply(request.reply_to, deletion.response);
  } else {
    std::vector<TopicIdPartition> waits_for;
    for (const Wait& wait : deletion.waits) {
      waits_for.push_back(wait.partition);
    }
    park_until_settled(node, request.reply_to, message->timeout_ms, std::move(deletion),
                       std::move(waits_for), &settle);
  }
}

}  // namespace kafka
