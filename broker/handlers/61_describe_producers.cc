// DescribeProducers: the idempotent and transactional producers that a partition's leader knows,
// with the sequence and time of their last batch (KIP-664).
#include "protocol/api/61_describe_producers.h"

#include <string>

#include "broker/core/controller/image.h"
#include "broker/handlers/partition_lookup.h"
#include "broker/node/node.h"

namespace kafka {

namespace {

Result<std::vector<ProducerInfo>> producers_of(Node& node, const std::string& topic,
                                               int32_t index) {
  const Result<Partition*> partition = find_partition(node, topic, index);
  if (!partition) {
    return std::unexpected(partition.error());
  }
  if (const Result<> leads = (*partition)->check_leader(no_epoch); !leads) {
    return std::unexpected(leads.error());
  }
  return (*partition)->log().producers(node.now_ms());
}

}  // namespace

void handle_describe_producers(Node& node, Request& request) {
  const auto message = node.decode_or_close<DescribeProducersRequest>(request);
  if (!message) {
    return;
  }
  DescribeProducersResponse response;
  for (const auto& topic : message->topics) {
    auto& answers = response.topics.emplace_back();
    answers.name = topic.name;
    for (const int32_t index : topic.partition_indexes) {
      auto& answer = answers.partitions.emplace_back();
      answer.partition_index = index;
      const auto producers = producers_of(node, topic.name, index);
      if (!producers) {
        answer.error_code = static_cast<int16_t>(producers.error().code);
        if (node.image().topic(topic.name) == nullptr) {
          answer.error_message = describe(producers.error().code);
        }
        continue;
      }
      for (const ProducerInfo& producer : *producers) {
        answer.active_producers.push_back(
            {producer.producer_id, producer.producer_epoch, producer.last_sequence,
             producer.last_timestamp, producer.coordinator_epoch,
             producer.current_transaction_start_offset});
      }
    }
  }
  node.reply(request.reply_to, response);
}

}  // namespace kafka
