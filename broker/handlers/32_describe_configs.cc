// DescribeConfigs: the configurations of topics, brokers, groups and client metrics, where each
// value comes from, and what it means.
//
// A broker speaks for itself alone, and for the cluster's default (the empty name), of which only
// what was set is listed. Configurations that no table knows, and passwords, are listed without
// their values. The logger of a broker is one: root.
//
//   v1  synonyms and sources (KIP-226)   v3  types and documentation (KIP-569)   v4  flexible
#include "broker/handlers/32_describe_configs.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "broker/config/describe.h"
#include "broker/core/controller/topic_name.h"
#include "broker/handlers/config_resources.h"
#include "broker/node/log_format.h"
#include "broker/node/node.h"

namespace kafka {
namespace {

using Resource = DescribeConfigsRequest::DescribeConfigsResource;
using ResourceResult = DescribeConfigsResponse::DescribeConfigsResult;
using EntryResult = DescribeConfigsResponse::DescribeConfigsResourceResult;

struct Sources {
  const MetadataImage& image;
  const BrokerConfig& config;
  std::string_view log_level;
};

std::unexpected<Error> refuse_describe(std::string message) {
  return fail(ErrorCode::InvalidRequest, std::move(message));
}

Result<std::vector<ConfigEntry>> describe_topic_named(const std::string& name,
                                                      const Sources& sources) {
  if (Result<> valid = check_topic_name(name); !valid) {
    return std::unexpected(valid.error());
  }
  if (sources.image.topic(name) == nullptr) {
    return fail(ErrorCode::UnknownTopicOrPartition);
  }
  return describe_topic(sources.image.topic_configs(name), sources.config);
}

Result<std::vector<ConfigEntry>> describe_broker_named(const std::string& name,
                                                       const Sources& sources) {
  if (name.empty()) {
    return describe_cluster_default(sources.config);
  }
  if (Result<> own = check_own_id(name, sources.config, "Broker id"); !own) {
    return std::unexpected(own.error());
  }
  return describe_broker(sources.config);
}

Result<std::vector<ConfigEntry>> describe_logger(const std::string& name, const Sources& sources) {
  if (name.empty()) {
    return refuse_describe("Broker id must not be empty");
  }
  if (Result<> own = check_own_id(name, sources.config, "Broker id"); !own) {
    return std::unexpected(own.error());
  }
  ConfigEntry root;
  root.name = root_logger;
  root.value = sources.log_level;
  root.source = ConfigSource::DynamicBrokerLogger;
  root.doc = "";
  return std::vector{root};
}

Result<std::vector<ConfigEntry>> describe_group_named(const std::string& name,
                                                      const Sources& sources) {
  if (name.empty()) {
    return refuse_describe("Group name must not be empty");
  }
  return describe_group(sources.image.configs({ConfigResourceType::Group, name}), sources.config);
}

Result<std::vector<ConfigEntry>> describe_subscription(const std::string& name,
                                                       const Sources& sources) {
  if (name.empty()) {
    return refuse_describe("Client metrics subscription name must not be empty");
  }
  return describe_client_metrics(sources.image.configs({ConfigResourceType::ClientMetrics, name}));
}

Result<std::vector<ConfigEntry>> describe(const Resource& resource, const Sources& sources) {
  switch (static_cast<ConfigResourceType>(resource.resource_type)) {
    case ConfigResourceType::Topic:
      return describe_topic_named(resource.resource_name, sources);
    case ConfigResourceType::Broker:
      return describe_broker_named(resource.resource_name, sources);
    case ConfigResourceType::BrokerLogger:
      return describe_logger(resource.resource_name, sources);
    case ConfigResourceType::Group:
      return describe_group_named(resource.resource_name, sources);
    case ConfigResourceType::ClientMetrics:
      return describe_subscription(resource.resource_name, sources);
    default:
      return refuse_describe(fmt::format("Unsupported resource type: {}", resource.resource_type));
  }
}

// No keys, or none given, asks for all.
bool is_wanted_entry(const Resource& resource, const ConfigEntry& entry) {
  const auto& keys = resource.configuration_keys;
  return !keys || keys->empty() || std::ranges::find(*keys, entry.name) != keys->end();
}

EntryResult result_of(ConfigEntry entry, const DescribeConfigsRequest& request) {
  EntryResult result;
  result.name = std::move(entry.name);
  result.value = std::move(entry.value);
  result.read_only = entry.read_only;
  result.config_source = static_cast<int8_t>(entry.source);
  result.is_sensitive = entry.sensitive;
  result.config_type = static_cast<int8_t>(entry.type);
  result.documentation = std::nullopt;
  if (request.include_documentation && entry.doc) {
    result.documentation = *entry.doc;
  }
  if (request.include_synonyms) {
    for (ConfigSynonymValue& synonym : entry.synonyms) {
      result.synonyms.push_back(
          {std::move(synonym.name), std::move(synonym.value), static_cast<int8_t>(synonym.source)});
    }
  }
  return result;
}

}  // namespace

DescribeConfigsResponse answer_describe_configs(const DescribeConfigsRequest& request,
                                                const MetadataImage& image,
                                                const BrokerConfig& config,
                                                std::string_view log_level) {
  DescribeConfigsResponse response;
  for (const Resource& resource : request.resources) {
    ResourceResult& result = response.results.emplace_back();
    result.resource_type = resource.resource_type;
    result.resource_name = resource.resource_name;
    Result<std::vector<ConfigEntry>> entries = describe(resource, {image, config, log_level});
    if (!entries) {
      result.error_code = static_cast<int16_t>(entries.error().code);
      result.error_message = entries.error().message;
      continue;
    }
    for (ConfigEntry& entry : *entries) {
      if (is_wanted_entry(resource, entry)) {
        result.configs.push_back(result_of(std::move(entry), request));
      }
    }
  }
  return response;
}

void handle_describe_configs(Node& node, Request& request) {
  const auto message = node.decode_or_close<DescribeConfigsRequest>(request);
  if (message) {
    node.reply(request.reply_to, answer_describe_configs(*message, node.image(), node.config(),
                                                         level_name(log_level())));
  }
}

}  // namespace kafka
