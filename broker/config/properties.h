// Java properties text and KAFKA_* variables, turned into key and value.
//
// Pure: text in, values out. The file's syntax is the one of java.util.Properties: `key=value`,
// `key: value` or `key value`; # and ! begin comments; a backslash at the end of a line continues
// it, leading blanks of the next line dropped; \t \n \r \f \uXXXX and \<any> are escapes; a later
// line overrides an earlier one.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "broker/config/config_def.h"
#include "protocol/result.h"

namespace kafka {

struct Property {
  std::string key;
  std::string value;
  int line = 0;  // where it begins in the file; 0 when it came from elsewhere

  friend bool operator==(const Property&, const Property&) = default;
};

// The properties in the order of the file. A malformed \uXXXX is INVALID_CONFIG with its line.
Result<std::vector<Property>> parse_properties(std::string_view text);

// Last one wins, as in Kafka.
ConfigMap to_config_map(const std::vector<Property>& properties);

// key=value of --override; INVALID_CONFIG without a '='.
Result<Property> parse_override(std::string_view text);

// KAFKA_* variables as the apache/kafka image reads them: KAFKA_NUM_PARTITIONS is num.partitions,
// `__` stands for `_` and `___` for `-`. Variables that configure the image itself
// (KAFKA_HEAP_OPTS, KAFKA_JMX_PORT, ...) are left out.
ConfigMap properties_from_environment(const std::map<std::string, std::string>& environment);

// The other direction, for messages: num.partitions -> KAFKA_NUM_PARTITIONS.
std::string environment_name(std::string_view property);

}  // namespace kafka
