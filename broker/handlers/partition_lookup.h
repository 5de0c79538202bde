// What handlers of the data path have in common: finding a partition, saying why it cannot be
// served, and telling the client who leads instead.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "broker/config/broker_config.h"
#include "broker/core/controller/image.h"
#include "broker/core/replica/replica_table.h"
#include "broker/handlers/request.h"
#include "broker/node/node.h"
#include "protocol/result.h"

namespace kafka {

// The local replica. UNKNOWN_TOPIC_OR_PARTITION when the cluster has no such partition,
// NOT_LEADER_OR_FOLLOWER when another broker has it, KAFKA_STORAGE_ERROR when its log is broken.
Result<Partition*> find_partition(Node& node, std::string_view topic, int32_t index);
// The same by id: UNKNOWN_TOPIC_ID when no topic has it.
Result<Partition*> find_partition(Node& node, const Uuid& topic_id, int32_t index);

// Topics that only the broker itself writes to.
bool is_internal_topic(std::string_view topic);

// With NOT_LEADER_OR_FOLLOWER or FENCED_LEADER_EPOCH a client is told the new leader and where it
// listens (KIP-951), so that it need not ask for metadata. `image` may be null; call it only for
// versions that have current_leader.
template <class Response, class PartitionResponse>
void add_current_leader(Node& node, const Request& request, int16_t endpoints_since,
                        const PartitionImage* image, PartitionResponse& partition,
                        Response& response) {
  if (image == nullptr || image->leader == no_leader) {
    return;
  }
  partition.current_leader.leader_id = image->leader;
  partition.current_leader.leader_epoch = image->leader_epoch;
  if (request.version() < endpoints_since) {
    return;
  }
  const BrokerImage* broker = node.image().broker(image->leader);
  const Endpoint* endpoint =
      broker != nullptr ? broker->endpoint(request.connection->listener) : nullptr;
  if (endpoint == nullptr) {
    return;
  }
  for (const auto& known : response.node_endpoints) {
    if (known.node_id == broker->id) {
      return;
    }
  }
  response.node_endpoints.push_back({broker->id, endpoint->host, endpoint->port, broker->rack});
}

}  // namespace kafka
