#include "broker/handlers/partition_view.h"

#include <algorithm>

#include "broker/core/controller/partition_change.h"

namespace kafka {
namespace {

ErrorCode missing_leader_error(const PartitionImage& partition, const MetadataImage& image,
                               const ViewRules& rules) {
  const bool is_registered = image.broker(partition.leader) != nullptr;
  return is_registered && rules.names_missing_listener ? ErrorCode::ListenerNotFound
                                                       : ErrorCode::LeaderNotAvailable;
}

// KIP-858.
bool is_in_offline_directory(const PartitionImage& partition, size_t replica,
                             const MetadataImage& image) {
  const BrokerImage* broker = image.broker(partition.replicas[replica]);
  return broker != nullptr && replica < partition.directories.size() &&
         !is_online(partition.directories[replica], *broker);
}

}  // namespace

const Endpoint* reachable_endpoint(const MetadataImage& image, int32_t broker_id,
                                   std::string_view listener) {
  const BrokerImage* broker = image.broker(broker_id);
  return broker != nullptr && !broker->fenced ? broker->endpoint(listener) : nullptr;
}

PartitionView view_partition(const PartitionImage& partition, const MetadataImage& image,
                             const ViewRules& rules) {
  auto is_offline = [&](int32_t broker_id) {
    return reachable_endpoint(image, broker_id, rules.listener) == nullptr;
  };
  PartitionView view;
  view.replicas = partition.replicas;
  view.isr = partition.isr;
  for (size_t i = 0; i < partition.replicas.size(); ++i) {
    const int32_t id = partition.replicas[i];
    if (is_offline(id) || is_in_offline_directory(partition, i, image)) {
      view.offline.push_back(id);
    }
  }
  if (rules.hide_offline_replicas) {
    std::erase_if(view.replicas, is_offline);
    std::erase_if(view.isr, is_offline);
  }
  if (is_offline(partition.leader)) {
    view.error = missing_leader_error(partition, image, rules);
    return view;
  }
  view.leader = partition.leader;
  if (view.replicas.size() < partition.replicas.size() || view.isr.size() < partition.isr.size()) {
    view.error = ErrorCode::ReplicaNotAvailable;
  }
  return view;
}

}  // namespace kafka
