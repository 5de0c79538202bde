// ConfigDef: one row of a configuration table, and how a value is checked against it.
//
// The tables (config_table.h) are the one place where a name, its type, default, allowed values,
// documentation and scope stand. server.properties, --override, KAFKA_* variables, CreateTopics,
// AlterConfigs and DescribeConfigs all read them. Values stay text until a typed view
// (broker_config.h, topic_config.h) reads them; this header says which text is a value.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/result.h"

namespace kafka {

// What every check of a configuration answers: the key, the value, and what is allowed instead.
inline std::unexpected<Error> invalid_config(std::string message) {
  return fail(ErrorCode::InvalidConfig, std::move(message));
}

// Numbers as DescribeConfigs carries them.
enum class ConfigType : int8_t {
  Unknown = 0,
  Boolean = 1,
  String = 2,
  Int = 3,
  Short = 4,
  Long = 5,
  Double = 6,
  List = 7,  // comma separated
  Class = 8,
  Password = 9,  // its value is never shown
};

// Who may change a broker configuration while the broker runs.
enum class ConfigScope : uint8_t {
  ReadOnly,     // server.properties and a restart
  PerBroker,    // one broker at a time: its value differs between brokers by nature
  ClusterWide,  // one broker, or all of them through the default ""
};

// What a value must satisfy beyond its type. Made by the functions below.
struct ConfigRule {
  enum class Kind : uint8_t {
    Any,
    Range,              // low <= number <= high
    GzipLevel,          // 1 to 9, or -1
    OneOf,              // exactly one of words
    OneOfAnyCase,       // the same, case does not matter
    List,               // each item one of words, if there are words
    FilledList,         // the same, at least one item
    NotEmpty,           // text of at least one character
    ReplicaList,        // partition:broker pairs, or *
    OffsetResetPolicy,  // latest, earliest or by_duration:<ISO 8601 duration>
  };
  Kind kind = Kind::Any;
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  std::string_view words = {};  // separated by ", "
};

constexpr ConfigRule any_value() {
  return {};
}
constexpr ConfigRule at_least(double low) {
  return {.kind = ConfigRule::Kind::Range, .low = low};
}
constexpr ConfigRule between(double low, double high) {
  return {.kind = ConfigRule::Kind::Range, .low = low, .high = high};
}
constexpr ConfigRule gzip_level() {
  return {.kind = ConfigRule::Kind::GzipLevel};
}
constexpr ConfigRule one_of(std::string_view words) {
  return {.kind = ConfigRule::Kind::OneOf, .words = words};
}
constexpr ConfigRule one_of_any_case(std::string_view words) {
  return {.kind = ConfigRule::Kind::OneOfAnyCase, .words = words};
}
constexpr ConfigRule list_of(std::string_view words = {}) {
  return {.kind = ConfigRule::Kind::List, .words = words};
}
constexpr ConfigRule filled_list_of(std::string_view words = {}) {
  return {.kind = ConfigRule::Kind::FilledList, .words = words};
}
constexpr ConfigRule not_empty() {
  return {.kind = ConfigRule::Kind::NotEmpty};
}
constexpr ConfigRule replica_list() {
  return {.kind = ConfigRule::Kind::ReplicaList};
}
constexpr ConfigRule offset_reset_policy() {
  return {.kind = ConfigRule::Kind::OffsetResetPolicy};
}

// The default of a row that is unset unless somebody sets it.
inline constexpr std::nullopt_t no_value = std::nullopt;

struct ConfigDef {
  std::string_view name;
  ConfigType type = ConfigType::String;
  std::optional<std::string_view> default_value;
  ConfigRule rule;
  ConfigScope scope = ConfigScope::ReadOnly;
  std::string_view doc;
  // Internal rows are understood but not listed by DescribeConfigs unless they are set.
  bool internal = false;

  bool is_sensitive() const { return type == ConfigType::Password; }
};

// Configuration by name, as text.
using ConfigMap = std::map<std::string, std::string, std::less<>>;

// The code of where a value comes from, as DescribeConfigs carries it.
enum class ConfigSource : int8_t {
  Unknown = 0,
  DynamicTopic = 1,
  DynamicBroker = 2,
  DynamicDefaultBroker = 3,
  StaticBroker = 4,
  Default = 5,
  DynamicBrokerLogger = 6,
  DynamicClientMetrics = 7,
  DynamicGroup = 8,
};

// Checks a value against its row. The error is INVALID_CONFIG, and its sentence names the key, the
// value and what is allowed.
Result<> check_value(const ConfigDef& def, std::string_view value);

// What a row allows, for people: "a number, at least 1".
std::string allowed_values(const ConfigDef& def);

// The items of a list value, trimmed; an empty text is an empty list.
std::vector<std::string> split_list(std::string_view value);

// A value that check_value accepted, as its type. Surrounding blanks are ignored as in Kafka.
bool to_bool(std::string_view value);
int64_t to_int(std::string_view value);
double to_double(std::string_view value);

}  // namespace kafka
