#include "broker/tools/reassign/present.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "broker/tools/topics/topic_admin.h"
#include "protocol/api/35_describe_log_dirs.h"
#include "protocol/api/44_incremental_alter_configs.h"
#include "protocol/api/46_list_partition_reassignments.h"

namespace kafka {

namespace {

using ConfigChange = IncrementalAlterConfigsRequest::AlterableConfig;

constexpr auto unknown_topic_code = static_cast<int16_t>(ErrorCode::UnknownTopicOrPartition);
constexpr int8_t set_config = 0;
constexpr int8_t delete_config = 1;
constexpr const char* leader_rate = "leader.replication.throttled.rate";
constexpr const char* follower_rate = "follower.replication.throttled.rate";
constexpr const char* directory_rate = "replica.alter.log.dirs.io.max.bytes.per.second";
constexpr const char* leader_replicas = "leader.replication.throttled.replicas";
constexpr const char* follower_replicas = "follower.replication.throttled.replicas";

// Kafka's tool waits for a future and prints what is wrapped around the broker's error.
std::unexpected<ToolError> failed_future(const ToolError& error) {
  return tool_failure("java.util.concurrent.ExecutionException", error.to_string());
}

ToolResult<> alter_configs(AdminClient& client, int32_t node,
                           std::vector<IncrementalAlterConfigsRequest::AlterConfigsResource> all) {
  IncrementalAlterConfigsRequest request;
  request.resources = std::move(all);
  const auto response = client.ask<IncrementalAlterConfigsResponse>(node, request);
  if (!response) {
    return failed_future(response.error());
  }
  for (const auto& result : response->responses) {
    if (result.error_code != 0) {
      return failed_future(server_error(result.error_code, result.error_message));
    }
  }
  return {};
}

// A broker takes changes of its own settings only.
ToolResult<> alter_brokers(AdminClient& client, const std::set<int32_t>& brokers,
                           const std::vector<ConfigChange>& changes) {
  for (const int32_t broker : brokers) {
    if (auto done = alter_configs(
            client, broker,
            {{static_cast<int8_t>(ResourceType::Broker), std::to_string(broker), changes}});
        !done) {
      return done;
    }
  }
  return {};
}

ToolResult<> alter_topics(AdminClient& client,
                          const std::map<std::string, std::vector<ConfigChange>>& changes) {
  std::vector<IncrementalAlterConfigsRequest::AlterConfigsResource> resources;
  for (const auto& [topic, of_topic] : changes) {
    resources.push_back({static_cast<int8_t>(ResourceType::Topic), topic, of_topic});
  }
  return resources.empty() ? ToolResult<>()
                           : alter_configs(client, controller_node, std::move(resources));
}

struct Move {
  std::set<int32_t> from;
  std::set<int32_t> to;
};

// What was moving goes on; what is wanted anew takes its place.
std::map<TopicPartition, Move> moves_of(const OngoingMoves& ongoing,
                                        const ReassignmentPlan& present,
                                        const ReassignmentPlan& wanted) {
  std::map<TopicPartition, Move> moves;
  for (const auto& [partition, move] : ongoing) {
    Move& made = moves[partition];
    made.from.insert(move.replicas.begin(), move.replicas.end());
    for (const int32_t adding : move.adding) {
      made.from.erase(adding);
    }
    made.to.insert(move.adding.begin(), move.adding.end());
  }
  for (const auto& [partition, plan] : wanted) {
    Move& made = moves[partition];
    if (!ongoing.contains(partition)) {
      const auto& now = present.at(partition).replicas;
      made.from.insert(now.begin(), now.end());
    }
    made.to.clear();
    std::ranges::copy_if(plan.replicas, std::inserter(made.to, made.to.end()),
                         [&](int32_t replica) { return !made.from.contains(replica); });
  }
  return moves;
}

// "0:1,0:2,1:3": partition and broker.
void add_throttled(std::string& list, int32_t partition, const std::set<int32_t>& brokers) {
  for (const int32_t broker : brokers) {
    list += fmt::format("{}{}:{}", list.empty() ? "" : ",", partition, broker);
  }
}

}  // namespace

ToolResult<OngoingMoves> ongoing_moves(AdminClient& client,
                                       const std::optional<std::vector<TopicPartition>>& of) {
  ListPartitionReassignmentsRequest request;
  request.timeout_ms = client.request_timeout_ms();
  if (of) {
    auto& topics = request.topics.emplace();
    for (const TopicPartition& partition : *of) {
      if (topics.empty() || topics.back().name != partition.topic) {
        topics.push_back({partition.topic, {}});
      }
      topics.back().partition_indexes.push_back(partition.partition);
    }
  }
  const auto response = client.ask<ListPartitionReassignmentsResponse>(controller_node, request);
  if (!response) {
    return failed_future(response.error());
  }
  if (response->error_code != 0) {
    return failed_future(server_error(response->error_code, response->error_message));
  }
  OngoingMoves moves;
  for (const auto& topic : response->topics) {
    for (const auto& partition : topic.partitions) {
      moves[{topic.name, partition.partition_index}] = {
          partition.replicas, partition.adding_replicas, partition.removing_replicas};
    }
  }
  return moves;
}

ToolResult<ReassignmentPlan> present_replicas(AdminClient& client,
                                              const std::vector<std::string>& topics) {
  ReassignmentPlan present;
  if (topics.empty()) {
    return present;
  }
  const auto described = describe_topics(client, topics);
  if (!described) {
    return failed_future(described.error());
  }
  for (const std::string& name : topics) {
    if (std::ranges::find(*described, name, &TopicDescription::name) == described->end()) {
      return failed_future(
          server_error(unknown_topic_code, fmt::format("Topic {} not found.", name)));
    }
  }
  for (const TopicDescription& topic : *described) {
    for (const auto& partition : topic.partitions) {
      present[{topic.name.value_or(""), partition.partition_index}] = {
          partition.replica_nodes,
          std::vector<std::string>(partition.replica_nodes.size(), std::string(any_log_dir))};
    }
  }
  return present;
}

ToolResult<ReplicaPlaces> replica_places(AdminClient& client, const std::set<int32_t>& brokers) {
  ReplicaPlaces places;
  DescribeLogDirsRequest request;
  request.topics = std::nullopt;  // all
  for (const int32_t broker : brokers) {
    const auto response = client.ask<DescribeLogDirsResponse>(broker, request);
    if (!response) {
      return failed_future(response.error());
    }
    for (const auto& directory : response->results) {
      for (const auto& topic : directory.topics) {
        for (const auto& partition : topic.partitions) {
          ReplicaPlace& place = places[{{topic.name, partition.partition_index}, broker}];
          (partition.is_future_key ? place.moving_to : place.directory) = directory.log_dir;
        }
      }
    }
  }
  return places;
}

ToolResult<> add_directories(AdminClient& client, ReassignmentPlan& plan) {
  std::set<int32_t> brokers;
  for (const auto& [partition, replicas] : plan) {
    brokers.insert(replicas.replicas.begin(), replicas.replicas.end());
  }
  const auto places = replica_places(client, brokers);
  if (!places) {
    return std::unexpected(places.error());
  }
  for (auto& [partition, replicas] : plan) {
    for (size_t i = 0; i < replicas.replicas.size(); ++i) {
      const auto place = places->find({partition, replicas.replicas[i]});
      if (place != places->end() && !place->second.directory.empty()) {
        replicas.log_dirs[i] = place->second.directory;
      }
    }
  }
  return {};
}

ToolResult<> throttle_moves(AdminClient& client, const OngoingMoves& ongoing,
                            const ReassignmentPlan& present, const ReassignmentPlan& wanted,
                            int64_t bytes_per_s) {
  std::map<std::string, std::pair<std::string, std::string>> throttled;  // leaders, followers
  std::set<int32_t> brokers;
  for (const auto& [partition, move] : moves_of(ongoing, present, wanted)) {
    auto& [leaders, followers] = throttled[partition.topic];
    add_throttled(leaders, partition.partition, move.from);
    add_throttled(followers, partition.partition, move.to);
    brokers.insert(move.from.begin(), move.from.end());
    brokers.insert(move.to.begin(), move.to.end());
  }
  std::map<std::string, std::vector<ConfigChange>> changes;
  for (const auto& [topic, lists] : throttled) {
    changes[topic] = {{leader_replicas, set_config, lists.first},
                      {follower_replicas, set_config, lists.second}};
  }
  if (auto done = alter_topics(client, changes); !done) {
    return done;
  }
  const std::string rate = std::to_string(bytes_per_s);
  return alter_brokers(client, brokers,
                       {{leader_rate, set_config, rate}, {follower_rate, set_config, rate}});
}

ToolResult<> throttle_directories(AdminClient& client, const std::set<int32_t>& brokers,
                                  int64_t bytes_per_s) {
  return alter_brokers(client, brokers,
                       {{directory_rate, set_config, std::to_string(bytes_per_s)}});
}

ToolResult<> clear_throttles(AdminClient& client, const ReassignmentPlan& plan) {
  const auto nodes = client.nodes();
  if (!nodes) {
    return failed_future(nodes.error());
  }
  std::set<int32_t> brokers;
  for (const ClusterNode& node : *nodes) {
    brokers.insert(node.id);
  }
  std::map<std::string, std::vector<ConfigChange>> topics;
  for (const auto& [partition, replicas] : plan) {
    brokers.insert(replicas.replicas.begin(), replicas.replicas.end());
    topics[partition.topic] = {{leader_replicas, delete_config, std::nullopt},
                               {follower_replicas, delete_config, std::nullopt}};
  }
  fmt::print("Clearing broker-level throttles on broker{} {}\n", brokers.size() == 1 ? "" : "s",
             fmt::join(brokers, ","));
  if (auto done = alter_brokers(client, brokers,
                                {{leader_rate, delete_config, std::nullopt},
                                 {follower_rate, delete_config, std::nullopt},
                                 {directory_rate, delete_config, std::nullopt}});
      !done) {
    return done;
  }
  std::vector<std::string> names;
  for (const auto& [topic, changes] : topics) {
    names.push_back(topic);
  }
  fmt::print("Clearing topic-level throttles on topic{} {}\n", names.size() == 1 ? "" : "s",
             fmt::join(names, ","));
  return alter_topics(client, topics);
}

}  // namespace kafka
