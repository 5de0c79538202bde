// The command line of kafka-consumer-groups.sh.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "broker/tools/common/options.h"

namespace kafka {

[[nodiscard]] OptionParser group_option_parser();

// What is wrong with the combination of options, or nullopt.
[[nodiscard]] std::optional<std::string> group_options_complaint(const Options& options);

// Options that only mean something beside others, as a sentence; Kafka throws there.
[[nodiscard]] std::optional<std::string> unavailable_options(const Options& options);

// The ways to choose new offsets, in the order of Kafka's messages.
[[nodiscard]] const std::vector<std::string>& reset_scenarios();

}  // namespace kafka
