// Kafka's JSON of a message names its fields in camelCase; ours (protocol/print.h) in snake_case.
#pragma once

#include <string>
#include <string_view>

namespace kafka {

// {"leader_epoch":0} -> {"leaderEpoch":0}. Only the names of fields change, not the values.
[[nodiscard]] std::string camel_case_keys(std::string_view json);

}  // namespace kafka
