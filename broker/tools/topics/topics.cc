// kafka-topics.sh: create, list, describe, alter and delete topics.
//
// Output and exit codes are those of Apache Kafka 4.3: results and "Error while executing topic
// command : ..." on stdout, complaints about the command line on stderr, 1 on any failure. Where
// Kafka prints topics in the order of a hash map, they come sorted here.
#include <fmt/core.h>

#include <algorithm>

#include "broker/tools/admin/open_client.h"
#include "broker/tools/common/console.h"
#include "broker/tools/common/replica_assignment.h"
#include "broker/tools/common/text.h"
#include "broker/tools/common/topic_filter.h"
#include "broker/tools/tools.h"
#include "broker/tools/topics/describe.h"
#include "broker/tools/topics/topic_admin.h"
#include "broker/tools/topics/topic_options.h"
#include "protocol/api/19_create_topics.h"
#include "protocol/api/20_delete_topics.h"
#include "protocol/api/37_create_partitions.h"
#include "protocol/api/46_list_partition_reassignments.h"

namespace kafka {

namespace {

constexpr std::string_view logger = "org.apache.kafka.tools.TopicCommand";
constexpr std::string_view collision_warning =
    "WARNING: Due to limitations in metric names, topics with a period ('.') or underscore ('_') "
    "could collide. To avoid issues it is best to use either, but not both.";

std::vector<std::string> names_of(const std::vector<TopicListing>& topics) {
  std::vector<std::string> names;
  std::ranges::transform(topics, std::back_inserter(names), &TopicListing::name);
  return names;
}

// The topics that --topic and --exclude-internal leave.
ToolResult<std::vector<TopicListing>> chosen_topics(AdminClient& client, const Options& options) {
  auto topics = list_topics(client);
  if (!topics) {
    return topics;
  }
  if (const auto text = options.text("topic")) {
    auto filter = TopicFilter::parse(*text);
    if (!filter) {
      return std::unexpected(std::move(filter.error()));
    }
    std::erase_if(*topics, [&](const TopicListing& t) { return !filter->matches(t.name); });
  }
  if (options.has("exclude-internal")) {
    std::erase_if(*topics, &TopicListing::is_internal);
  }
  return topics;
}

// Fails when a topic was asked for, none matches, and --if-exists does not excuse that.
ToolResult<> require_topics(const std::vector<TopicListing>& found, const Options& options) {
  const std::string wanted = options.text_or("topic", "");
  if (found.empty() && !wanted.empty() && !options.has("if-exists")) {
    return tool_failure(illegal_argument,
                        fmt::format("Topic '{}' does not exist as expected", wanted));
  }
  return {};
}

// --- create --------------------------------------------------------------------------------------

ToolResult<std::vector<CreateTopicsRequest::CreatableTopicConfig>> new_topic_configs(
    const Options& options) {
  std::map<std::string, std::string> values;
  for (const std::string& text : options.all("config")) {
    const size_t equals = text.find('=');
    if (equals == std::string::npos) {
      return tool_failure(illegal_argument,
                          "requirement failed: Invalid topic config: all configs to be added must "
                          "be in the format \"key=val\".");
    }
    values[std::string(trim(text.substr(0, equals)))] = trim(text.substr(equals + 1));
  }
  std::vector<CreateTopicsRequest::CreatableTopicConfig> configs;
  for (auto& [name, value] : values) {
    configs.push_back({name, value});
  }
  return configs;
}

ToolResult<CreateTopicsRequest::CreatableTopic> new_topic(const Options& options) {
  CreateTopicsRequest::CreatableTopic topic;
  topic.name = options.text_or("topic", "");
  if (options.number_or("replication-factor", 1) < 1 ||
      options.number_or("replication-factor", 1) > INT16_MAX) {
    return tool_failure(illegal_argument,
                        "The replication factor must be between 1 and 32767 inclusive");
  }
  if (options.number_or("partitions", 1) < 1) {
    return tool_failure(illegal_argument, "The partitions must be greater than 0");
  }
  topic.num_partitions = static_cast<int32_t>(options.number_or("partitions", -1));
  topic.replication_factor = static_cast<int16_t>(options.number_or("replication-factor", -1));
  if (const auto text = options.text("replica-assignment")) {
    auto assignment = parse_replica_assignment(*text);
    if (!assignment) {
      return std::unexpected(std::move(assignment.error()));
    }
    for (auto& brokers : *assignment) {
      topic.assignments.push_back({static_cast<int32_t>(topic.assignments.size()), brokers});
    }
  }
  auto configs = new_topic_configs(options);
  if (!configs) {
    return std::unexpected(std::move(configs.error()));
  }
  topic.configs = std::move(*configs);
  if (topic.name.empty()) {
    return tool_failure(exception_of(ErrorCode::InvalidTopicException),
                        "The given topic name '' cannot be represented in a request.");
  }
  return topic;
}

ToolResult<> create_topic(AdminClient& client, const Options& options) {
  const std::string name = options.text_or("topic", "");
  if (name.find_first_of("._") != std::string::npos) {
    fmt::print("{}\n", collision_warning);
  }
  auto topic = new_topic(options);
  if (!topic) {
    return std::unexpected(std::move(topic.error()));
  }
  CreateTopicsRequest request;
  request.topics = {std::move(*topic)};
  request.timeout_ms = client.request_timeout_ms();
  auto response = client.ask_again<CreateTopicsResponse>(
      controller_node, request, [](const CreateTopicsResponse& answer) {
        return !answer.topics.empty() &&
               answer.topics.front().error_code == static_cast<int16_t>(ErrorCode::NotController);
      });
  if (!response) {
    return std::unexpected(std::move(response.error()));
  }
  for (const auto& created : response->topics) {
    if (static_cast<ErrorCode>(created.error_code) == ErrorCode::TopicAlreadyExists &&
        options.has("if-not-exists")) {
      return {};
    }
    if (created.error_code != 0) {
      return std::unexpected(server_error(created.error_code, created.error_message));
    }
  }
  fmt::print("Created topic {}.\n", name);
  return {};
}

// --- list, describe ------------------------------------------------------------------------------

ToolResult<> print_list(AdminClient& client, const Options& options) {
  auto topics = chosen_topics(client, options);
  if (!topics) {
    return std::unexpected(std::move(topics.error()));
  }
  for (const TopicListing& topic : *topics) {
    fmt::print("{}\n", topic.name);
  }
  if (topics->empty()) {
    fmt::print("\n");
  }
  return {};
}

// Partitions on the move, by topic. A broker that knows no reassignments has none.
ToolResult<std::map<std::string, Reassignments>> reassignments(AdminClient& client) {
  std::map<std::string, Reassignments> moving;
  ListPartitionReassignmentsRequest request;
  request.topics = std::nullopt;
  auto response = client.ask<ListPartitionReassignmentsResponse>(controller_node, request);
  if (!response && response.error().code == ErrorCode::UnsupportedVersion) {
    return moving;
  }
  if (!response) {
    return std::unexpected(std::move(response.error()));
  }
  for (auto& topic : response->topics) {
    for (auto& partition : topic.partitions) {
      moving[topic.name][partition.partition_index] = {std::move(partition.adding_replicas),
                                                       std::move(partition.removing_replicas)};
    }
  }
  return moving;
}

ToolResult<> print_descriptions(AdminClient& client, const Options& options,
                                const std::vector<std::string>& names) {
  if (names.empty()) {
    return {};
  }
  auto topics = describe_topics(
      client, names,
      static_cast<int32_t>(options.number_or("partition-size-limit-per-response", 2000)));
  if (!topics) {
    return std::unexpected(std::move(topics.error()));
  }
  auto configs = describe_topic_configs(client, names);
  if (!configs) {
    return std::unexpected(std::move(configs.error()));
  }
  auto moving = reassignments(client);
  if (!moving) {
    return std::unexpected(std::move(moving.error()));
  }
  const auto report = DescribeReport::from(options);
  for (const TopicDescription& topic : *topics) {
    fmt::print("{}",
               describe_topic(topic, (*configs)[*topic.name], (*moving)[*topic.name], report));
  }
  return {};
}

ToolResult<> describe_by_id(AdminClient& client, const Options& options) {
  const std::string text = options.text_or("topic-id", "");
  const auto id = Uuid::parse(text);
  if (!id) {
    return tool_failure(
        illegal_argument,
        fmt::format("Input string `{}` decoded as {} bytes, which is not equal to the expected 16 "
                    "bytes of a base64-encoded UUID",
                    text, text.size() * 6 / 8));
  }
  auto topics = list_topics(client);
  if (!topics) {
    return std::unexpected(std::move(topics.error()));
  }
  std::erase_if(*topics, [&](const TopicListing& t) { return t.id != *id; });
  if (topics->empty() && !options.has("if-exists")) {
    return tool_failure(illegal_argument,
                        fmt::format("TopicId '{}' does not exist as expected", id->to_string()));
  }
  return print_descriptions(client, options, names_of(*topics));
}

ToolResult<> describe(AdminClient& client, const Options& options) {
  if (options.has("topic-id")) {
    return describe_by_id(client, options);
  }
  auto topics = chosen_topics(client, options);
  if (!topics) {
    return std::unexpected(std::move(topics.error()));
  }
  if (auto there = require_topics(*topics, options); !there) {
    return there;
  }
  return print_descriptions(client, options, names_of(*topics));
}

// --- alter, delete -------------------------------------------------------------------------------

ToolResult<CreatePartitionsRequest> more_partitions(AdminClient& client, const Options& options,
                                                    const std::vector<std::string>& names) {
  CreatePartitionsRequest request;
  request.timeout_ms = client.request_timeout_ms();
  const auto count = static_cast<int32_t>(options.number_or("partitions", 0));
  for (const std::string& name : names) {
    request.topics.push_back({name, count, std::nullopt});
  }
  const auto text = options.text("replica-assignment");
  if (!text) {
    return request;
  }
  auto assignment = parse_replica_assignment(*text);
  if (!assignment) {
    return std::unexpected(std::move(assignment.error()));
  }
  auto topics = describe_topics(client, names);
  if (!topics) {
    return std::unexpected(std::move(topics.error()));
  }
  for (auto& topic : request.topics) {
    const auto known = std::ranges::find_if(
        *topics, [&](const TopicDescription& t) { return t.name == topic.name; });
    const size_t first = known == topics->end() ? 0 : known->partitions.size();
    topic.assignments.emplace();  // those that are there already keep their replicas
    for (size_t i = first; i < assignment->size(); ++i) {
      topic.assignments->push_back({(*assignment)[i]});
    }
  }
  return request;
}

ToolResult<> alter_topics(AdminClient& client, const Options& options) {
  auto topics = chosen_topics(client, options);
  if (!topics) {
    return std::unexpected(std::move(topics.error()));
  }
  if (auto there = require_topics(*topics, options); !there || topics->empty()) {
    return there;
  }
  auto request = more_partitions(client, options, names_of(*topics));
  if (!request) {
    return std::unexpected(std::move(request.error()));
  }
  auto response = client.ask<CreatePartitionsResponse>(controller_node, *request);
  if (!response) {
    return std::unexpected(std::move(response.error()));
  }
  for (const auto& result : response->results) {
    if (result.error_code != 0) {
      return std::unexpected(server_error(result.error_code, result.error_message));
    }
  }
  return {};
}

ToolResult<> delete_topics(AdminClient& client, const Options& options) {
  auto topics = chosen_topics(client, options);
  if (!topics) {
    return std::unexpected(std::move(topics.error()));
  }
  if (auto there = require_topics(*topics, options); !there || topics->empty()) {
    return there;
  }
  DeleteTopicsRequest request;
  request.timeout_ms = client.request_timeout_ms();
  for (const TopicListing& topic : *topics) {
    request.topics.push_back({topic.name, {}});
    request.topic_names.push_back(topic.name);
  }
  auto response = client.ask<DeleteTopicsResponse>(controller_node, request);
  if (!response) {
    return std::unexpected(std::move(response.error()));
  }
  for (const auto& result : response->responses) {
    if (result.error_code != 0) {
      return std::unexpected(server_error(result.error_code, result.error_message));
    }
  }
  return {};
}

// -------------------------------------------------------------------------------------------------

ToolResult<> run(AdminClient& client, const Options& options) {
  if (auto checked = options.check_values(); !checked) {
    return checked;
  }
  if (options.has("delete-config")) {
    fmt::print(stderr, "delete-config no longer does anything and will be removed.\n");
  }
  if (options.has("create")) {
    return create_topic(client, options);
  }
  if (options.has("alter")) {
    return alter_topics(client, options);
  }
  if (options.has("list")) {
    return print_list(client, options);
  }
  return options.has("describe") ? describe(client, options) : delete_topics(client, options);
}

int report(const ToolError& error) {
  fmt::print("Error while executing topic command : {}\n", error.message);
  log_line(LogLevel::Error, error.to_string() + "\n", logger);
  return 1;
}

}  // namespace

int run_topics(const Words& words) {
  const OptionParser parser = topic_option_parser();
  auto options = read_command_line(parser, words, [&](const ToolError& error) {
    return names_zookeeper(words) ? refuse_zookeeper("kafka-topics.sh", words)
                                  : print_parse_error(parser, error, false);
  });
  if (!options) {
    return options.error();
  }
  if (const auto complaint = topic_options_complaint(*options)) {
    return print_usage(parser, *complaint);
  }
  if (!options->has("bootstrap-server")) {
    return print_failure(
        {std::string(illegal_argument), "--bootstrap-server must be specified", {}});
  }
  auto client = open_client(*options);
  if (!client) {
    return print_failure(client.error());
  }
  auto done = run(*client, *options);
  return done ? 0 : report(done.error());
}

}  // namespace kafka
