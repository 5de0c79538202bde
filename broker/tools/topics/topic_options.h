// The command line of kafka-topics.sh: its options, and which go together.
#pragma once

#include <optional>
#include <string>

#include "broker/tools/common/options.h"

namespace kafka {

[[nodiscard]] OptionParser topic_option_parser();

// What is wrong with the combination of options, or nullopt. A missing --bootstrap-server is not
// judged here: Kafka reports it in another way.
[[nodiscard]] std::optional<std::string> topic_options_complaint(const Options& options);

}  // namespace kafka
