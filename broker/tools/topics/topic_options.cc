#include "broker/tools/topics/topic_options.h"

#include <algorithm>
#include <vector>

namespace kafka {

namespace {

using Names = std::vector<std::string>;

const Names actions = {"list", "describe", "create", "alter", "delete"};
// An option and what it cannot stand beside.
struct Rule {
  std::string option;
  Names refused_by;
};

const std::vector<Rule>& rules() {
  static const std::vector<Rule> all = {
      {"partitions", {"list", "describe", "delete"}},
      {"replication-factor", {"list", "alter", "delete"}},
      {"replica-assignment", {"list", "describe", "delete"}},
      {"config", {"list", "describe", "delete"}},
      {"under-replicated-partitions",
       {"list", "create", "alter", "delete", "topics-with-overrides"}},
      {"under-min-isr-partitions", {"list", "create", "alter", "delete", "topics-with-overrides"}},
      {"at-min-isr-partitions", {"list", "create", "alter", "delete", "topics-with-overrides"}},
      {"unavailable-partitions", {"list", "create", "alter", "delete", "topics-with-overrides"}},
      {"topics-with-overrides", {"list", "create", "alter", "delete"}},
      {"if-exists", {"list", "create"}},
      {"if-not-exists", {"list", "describe", "alter", "delete"}},
      {"exclude-internal", {"create", "alter", "delete"}},
  };
  return all;
}

std::optional<std::string> missing_argument(const Options& options) {
  if ((options.has("create") || options.has("alter") || options.has("delete")) &&
      !options.has("topic")) {
    return missing_option(options, {"topic"});
  }
  if (options.has("alter")) {
    if (options.has("config")) {
      return "Option combination \"[[bootstrap-server], [config]]\" can't be used with option "
             "\"[alter]\" (To alter topic configurations, the kafka-configs tool can be used.)";
    }
    return missing_option(options, {"partitions"});
  }
  return std::nullopt;
}

}  // namespace

OptionParser topic_option_parser() {
  OptionParser parser("Creates, lists, describes, alters and deletes topics.");
  parser.value("bootstrap-server", "host:port,...", "Brokers to ask first. Required.")
      .value("command-config", "file", "Properties for the connection.")
      .flag("list", "Print the names of the topics.")
      .flag("describe", "Print partitions, leaders, replicas and settings of topics.")
      .flag("create", "Create a topic.")
      .flag("alter", "Give a topic more partitions. Settings: kafka-configs.sh.")
      .flag("delete", "Delete topics.")
      .value("topic", "name", "The topic. A list of regular expressions, except with --create.")
      .value("topic-id", "id", "The topic to describe, by its id.")
      .number("partitions", "count",
              "Partitions of a new topic (the broker's num.partitions if left out), or how many "
              "an altered one shall have. More partitions change where keys go.")
      .number("replication-factor", "count",
              "Copies of each partition (the broker's default.replication.factor if left out).")
      .value("replica-assignment", "id:id,id:id,...",
             "Brokers of each partition, partitions separated by commas.")
      .repeated("config", "name=value", "A setting of the new topic, such as retention.ms=1000.")
      .repeated("delete-config", "name", "No longer does anything.")
      .flag("if-exists", "Do nothing, rather than fail, when the topic is not there.")
      .flag("if-not-exists", "Do nothing, rather than fail, when the topic is there.")
      .flag("exclude-internal", "Leave out the topics that Kafka keeps for itself.")
      .flag("under-replicated-partitions", "Only partitions with replicas that lag behind.")
      .flag("under-min-isr-partitions", "Only partitions below min.insync.replicas.")
      .flag("at-min-isr-partitions", "Only partitions exactly at min.insync.replicas.")
      .flag("unavailable-partitions", "Only partitions without a leader.")
      .flag("topics-with-overrides", "Only topics with settings of their own.")
      .number("partition-size-limit-per-response", "count",
              "Partitions to ask for in one request when describing.")
      .help_and_version();
  return parser;
}

std::optional<std::string> topic_options_complaint(const Options& options) {
  const auto given = std::ranges::count_if(
      actions, [&](const std::string& action) { return options.has(action); });
  if (given != 1) {
    return "Command must include exactly one action: --list, --describe, --create, --alter or "
           "--delete";
  }
  if (auto missing = missing_argument(options)) {
    return missing;
  }
  for (const Rule& rule : rules()) {
    if (auto conflict = option_conflict(options, rule.option, rule.refused_by)) {
      return conflict;
    }
  }
  if (auto conflict =
          option_conflict(options, "replica-assignment", {"partitions", "replication-factor"});
      conflict && options.has("create")) {
    return conflict;
  }
  return std::nullopt;
}

}  // namespace kafka
