// The command line of kafka-console-consumer.sh and what it configures. Pure but for the files it
// is pointed to.
#pragma once

#include <optional>
#include <string>

#include "broker/tools/admin/addresses.h"
#include "broker/tools/common/options.h"

namespace kafka {

[[nodiscard]] OptionParser consumer_option_parser();

// What is wrong with the combination of options, or nullopt.
[[nodiscard]] std::optional<std::string> consumer_options_complaint(const Options& options);

// Sentences about options that are on their way out; Kafka prints them on stdout.
void print_consumer_warnings(const Options& options);

struct ConsumerPlan {
  ClientProperties properties;  // under Java's names
  std::optional<int32_t> partition;
  // Where to begin in it: -2 earliest, -1 latest, or an offset.
  int64_t offset = -1;
  // What --group, --command-property and files disagree about, as a complaint; else nullopt.
  std::optional<std::string> complaint;
  // --from-beginning beside another auto.offset.reset: a sentence without the table.
  std::optional<std::string> conflict;
};
[[nodiscard]] ToolResult<ConsumerPlan> plan_consumer(const Options& options);
[[nodiscard]] ToolResult<ClientProperties> formatter_properties(const Options& options);

}  // namespace kafka
