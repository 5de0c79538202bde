// Which names a topic may have.
//
// 1 to 249 ASCII letters, digits, '.', '_' and '-', but not "." and "..". The name of a partition's
// directory is <topic>-<partition>, which leaves a file name of 255 bytes room for the number.
// Metric names of Apache Kafka turn '.' into '_', so two topics that differ in nothing else
// collide: the second one is refused.
#pragma once

#include <string>
#include <string_view>

#include "protocol/result.h"

namespace kafka {

inline constexpr size_t topic_name_bytes_max = 249;
inline constexpr std::string_view metadata_topic = "__cluster_metadata";

// INVALID_TOPIC_EXCEPTION, and why.
Result<> check_topic_name(std::string_view name);

inline bool may_collide(std::string_view name) {
  return name.find_first_of("._") != std::string_view::npos;
}
bool names_collide(std::string_view a, std::string_view b);

}  // namespace kafka
