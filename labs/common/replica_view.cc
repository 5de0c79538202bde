#include "labs/common/replica_view.h"

#include <set>

#include "broker/core/evidence.h"
#include "labs/common/topic_view.h"
#include "protocol/api/01_fetch.h"
#include "protocol/api/03_metadata.h"
#include "protocol/api/56_alter_partition.h"

namespace kraftlab {

int node_of(const Exchange& exchange) {
  return kafka::evidence::node_of(exchange.connection);
}

std::vector<FollowerFetch> follower_fetches(const History& history, std::string_view topic) {
  const std::set<kafka::Uuid> ids = topic_ids(history, topic);
  std::vector<FollowerFetch> fetches;
  for_each<kafka::FetchRequest, kafka::FetchResponse>(
      history, [&](const Exchange& exchange, const kafka::FetchRequest& request, const auto*) {
        const int32_t replica =
            request.replica_id >= 0 ? request.replica_id : request.replica_state.replica_id;
        for (const auto& asked : request.topics) {
          for (const auto& part : asked.partitions) {
            if (replica >= 0 && (asked.topic == topic || ids.contains(asked.topic_id)) &&
                part.partition == 0) {
              fetches.push_back({exchange.frame, exchange.time_us, node_of(exchange), replica,
                                 part.fetch_offset});
            }
          }
        }
      });
  return fetches;
}

std::vector<IsrChange> isr_changes(const History& history, std::string_view topic) {
  const std::set<kafka::Uuid> ids = topic_ids(history, topic);
  std::vector<IsrChange> changes;
  for_each<kafka::AlterPartitionRequest, kafka::AlterPartitionResponse>(
      history, [&](const Exchange& exchange, const kafka::AlterPartitionRequest& request,
                   const kafka::AlterPartitionResponse* response) {
        if (response == nullptr || response->error_code != 0) {
          return;
        }
        for (const auto& asked : request.topics) {
          for (const auto& part : asked.partitions) {
            if (!ids.contains(asked.topic_id) || part.partition_index != 0) {
              continue;
            }
            IsrChange change{exchange.frame, exchange.response_time_us, part.new_isr};
            for (const auto& member : part.new_isr_with_epochs) {
              change.isr.push_back(member.broker_id);
            }
            changes.push_back(std::move(change));
          }
        }
      });
  return changes;
}

std::vector<LeaderTold> leaders_told(const History& history, std::string_view topic) {
  std::vector<LeaderTold> told;
  for_each<kafka::MetadataRequest, kafka::MetadataResponse>(
      history, [&](const Exchange& exchange, const auto&, const kafka::MetadataResponse* response) {
        for (size_t t = 0; response != nullptr && t < response->topics.size(); ++t) {
          const auto& named = response->topics[t];
          for (const auto& part : named.partitions) {
            if (named.name == topic && part.partition_index == 0) {
              told.push_back({exchange.frame, exchange.response_time_us, node_of(exchange),
                              part.leader_id, part.leader_epoch, part.replica_nodes,
                              part.isr_nodes});
            }
          }
        }
      });
  return told;
}

const Deed* find_deed(const History& history, std::string_view words) {
  for (const Deed& deed : history.deeds) {
    if (deed.text.starts_with(words)) {
      return &deed;
    }
  }
  return nullptr;
}

}  // namespace kraftlab
