// ListConfigResources: the names of everything that has configurations: topics and brokers that
// exist, groups and client metrics subscriptions that something was set on.
//
//   v0  client metrics alone, as ListClientMetricsResources (KIP-714)
//   v1  all kinds (KIP-1142); no kind asks for every kind
#include "broker/handlers/74_list_config_resources.h"

#include <algorithm>

#include "broker/node/node.h"

namespace kafka {
namespace {

constexpr ConfigResourceType all_types[] = {
    ConfigResourceType::Group, ConfigResourceType::ClientMetrics, ConfigResourceType::BrokerLogger,
    ConfigResourceType::Broker, ConfigResourceType::Topic};

std::vector<ConfigResourceType> asked_types(const ListConfigResourcesRequest& request,
                                            int16_t version) {
  if (version == 0) {
    return {ConfigResourceType::ClientMetrics};
  }
  if (request.resource_types.empty()) {
    return {std::begin(all_types), std::end(all_types)};
  }
  std::vector<ConfigResourceType> types;
  for (const int8_t type : request.resource_types) {
    types.push_back(static_cast<ConfigResourceType>(type));
  }
  return types;
}

std::vector<std::string> names_of(ConfigResourceType type, const MetadataImage& image) {
  std::vector<std::string> names;
  switch (type) {
    case ConfigResourceType::Topic:
      for (const auto& [name, topic] : image.topics()) {
        names.push_back(name);
      }
      break;
    case ConfigResourceType::Broker:
    case ConfigResourceType::BrokerLogger:
      for (const auto& [id, broker] : image.brokers()) {
        names.push_back(std::to_string(id));
      }
      break;
    default:
      for (const auto& [resource, configs] : image.all_configs()) {
        if (resource.type == type && !configs.empty()) {
          names.push_back(resource.name);
        }
      }
  }
  return names;
}

}  // namespace

ListConfigResourcesResponse answer_list_config_resources(const ListConfigResourcesRequest& request,
                                                         int16_t version,
                                                         const MetadataImage& image) {
  ListConfigResourcesResponse response;
  const std::vector<ConfigResourceType> asked = asked_types(request, version);
  for (const ConfigResourceType type : asked) {
    if (std::ranges::find(all_types, type) == std::end(all_types)) {
      response.error_code = static_cast<int16_t>(ErrorCode::UnsupportedVersion);
      return response;
    }
  }
  for (const ConfigResourceType type : all_types) {
    if (std::ranges::find(asked, type) == asked.end()) {
      continue;
    }
    for (std::string& name : names_of(type, image)) {
      response.config_resources.push_back({std::move(name), static_cast<int8_t>(type)});
    }
  }
  return response;
}

void handle_list_config_resources(Node& node, Request& request) {
  const auto message = node.decode_or_close<ListConfigResourcesRequest>(request);
  if (message) {
    node.reply(request.reply_to,
               answer_list_config_resources(*message, request.version(), node.image()));
  }
}

}  // namespace kafka
