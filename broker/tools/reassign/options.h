// The command line of kafka-reassign-partitions.sh: one action, and the options that go with it.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "broker/tools/common/options.h"

namespace kafka {

[[nodiscard]] OptionParser reassign_parser();

// "generate", "execute", ...; or what is wrong with the command line.
[[nodiscard]] std::expected<std::string_view, std::string> reassign_action(const Options& options);

}  // namespace kafka
