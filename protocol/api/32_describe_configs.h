// DescribeConfigs: configuration of topics, brokers, groups and more, and where each value comes
// from.
//   v1: source and synonyms (KIP-226)
//   v3: type and documentation (KIP-569)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct DescribeConfigsRequest {
  static constexpr ApiKey key = ApiKey::DescribeConfigs;
  static constexpr int16_t min_version = 1;
  static constexpr int16_t max_version = 4;
  static constexpr int16_t flexible_since = 4;

  struct DescribeConfigsResource {
    int8_t resource_type = 0;
    std::string resource_name;
    std::optional<std::vector<std::string>> configuration_keys{std::in_place};

    bool operator==(const DescribeConfigsResource&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("resource_type", m.resource_type);
      w("resource_name", m.resource_name);
      w("configuration_keys", m.configuration_keys, nullable(0));
    }
  };

  std::vector<DescribeConfigsResource> resources;
  bool include_synonyms = false;
  bool include_documentation = false;

  bool operator==(const DescribeConfigsRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("resources", m.resources);
    w("include_synonyms", m.include_synonyms);
    w("include_documentation", m.include_documentation, since(3));
  }
};

struct DescribeConfigsResponse {
  static constexpr ApiKey key = ApiKey::DescribeConfigs;
  static constexpr int16_t min_version = 1;
  static constexpr int16_t max_version = 4;
  static constexpr int16_t flexible_since = 4;

  struct DescribeConfigsSynonym {
    std::string name;
    std::optional<std::string> value = "";
    int8_t source = 0;

    bool operator==(const DescribeConfigsSynonym&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("name", m.name);
      w("value", m.value, nullable(0));
      w("source", m.source);
    }
  };

  struct DescribeConfigsResourceResult {
    std::string name;
    std::optional<std::string> value = "";
    bool read_only = false;
    int8_t config_source = -1;
    bool is_sensitive = false;
    std::vector<DescribeConfigsSynonym> synonyms;
    int8_t config_type = 0;
    std::optional<std::string> documentation = "";

    bool operator==(const DescribeConfigsResourceResult&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("name", m.name);
      w("value", m.value, nullable(0));
      w("read_only", m.read_only);
      w("config_source", m.config_source);
      w("is_sensitive", m.is_sensitive);
      w("synonyms", m.synonyms);
      w("config_type", m.config_type, since(3), ignorable);
      w("documentation", m.documentation, since(3), nullable(0), ignorable);
    }
  };

  struct DescribeConfigsResult {
    int16_t error_code = 0;
    std::optional<std::string> error_message = "";
    int8_t resource_type = 0;
    std::string resource_name;
    std::vector<DescribeConfigsResourceResult> configs;

    bool operator==(const DescribeConfigsResult&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("error_code", m.error_code);
      w("error_message", m.error_message, nullable(0));
      w("resource_type", m.resource_type);
      w("resource_name", m.resource_name);
      w("configs", m.configs);
    }
  };

  int32_t throttle_time_ms = 0;
  std::vector<DescribeConfigsResult> results;

  bool operator==(const DescribeConfigsResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("throttle_time_ms", m.throttle_time_ms);
    w("results", m.results);
  }
};

}  // namespace kafka
