// The command line of kafka-console-producer.sh and what it configures. Pure but for the files it
// is pointed to.
#pragma once

#include "broker/tools/admin/addresses.h"
#include "broker/tools/common/options.h"

namespace kafka {

[[nodiscard]] OptionParser producer_option_parser();

// What is wrong with the combination of options, or nullopt.
[[nodiscard]] std::optional<std::string> producer_options_complaint(const Options& options);

// Sentences about options that are on their way out.
void print_producer_warnings(const Options& options);

// The producer's configuration under Java's names: files and properties that the user gave win
// over the options that only have a default.
[[nodiscard]] ToolResult<ClientProperties> producer_properties(const Options& options);
[[nodiscard]] ToolResult<ClientProperties> reader_properties(const Options& options);

}  // namespace kafka
