// What kafka-configs.sh was asked about: kinds of things, and their names. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "broker/tools/common/options.h"
#include "broker/tools/topics/topic_admin.h"

namespace kafka {

struct ConfigEntity {
  std::string type;                 // "topics", "brokers", ... as --entity-type takes it
  std::optional<std::string> name;  // "" is the default of all; nullopt: all of that kind
};

[[nodiscard]] OptionParser config_option_parser();

// What is wrong with the combination of options, with the table; or nullopt.
[[nodiscard]] std::optional<std::string> config_options_complaint(const Options& options);

// The entities that the options name; an IllegalArgumentException when they make no sense.
[[nodiscard]] ToolResult<std::vector<ConfigEntity>> entities_of(const Options& options);

// Unknown: not a kind that has a resource (clients, users, ips have quotas).
[[nodiscard]] ResourceType resource_type(std::string_view entity_type);
// "topic", "broker", "broker-logger", ... for sentences.
[[nodiscard]] std::string singular(std::string_view entity_type);

// k=v,k=[v,v] as pairs; nullopt when one has no '='.
[[nodiscard]] std::optional<std::vector<std::pair<std::string, std::string>>> parse_config_pairs(
    std::string_view text);

}  // namespace kafka
