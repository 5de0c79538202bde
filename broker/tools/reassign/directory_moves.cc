#include "broker/tools/reassign/directory_moves.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "broker/tools/common/console.h"
#include "broker/tools/reassign/present.h"
#include "protocol/api/34_alter_replica_log_dirs.h"

namespace kafka {

namespace {

using Replica = std::pair<TopicPartition, int32_t>;  // and its broker
using WantedPlaces = std::map<Replica, std::string>;

WantedPlaces wanted_places(const ReassignmentPlan& plan) {
  WantedPlaces wanted;
  for (const auto& [partition, replicas] : plan) {
    for (size_t i = 0; i < replicas.replicas.size(); ++i) {
      if (replicas.log_dirs[i] != any_log_dir) {
        wanted[{partition, replicas.replicas[i]}] = replicas.log_dirs[i];
      }
    }
  }
  return wanted;
}

// "a-0-1": partition and broker.
std::string replica_name(const Replica& replica) {
  return fmt::format("{}-{}", kafka::to_string(replica.first), replica.second);
}

std::string replica_names(const std::vector<Replica>& replicas) {
  std::vector<std::string> names;
  for (const Replica& replica : replicas) {
    names.push_back(replica_name(replica));
  }
  return fmt::format("{}", fmt::join(names, ","));
}

std::map<int32_t, AlterReplicaLogDirsRequest> requests_of(const WantedPlaces& wanted) {
  std::map<int32_t, AlterReplicaLogDirsRequest> requests;
  for (const auto& [replica, directory] : wanted) {
    auto& dirs = requests[replica.second].dirs;
    auto dir =
        std::ranges::find(dirs, directory, &AlterReplicaLogDirsRequest::AlterReplicaLogDir::path);
    if (dir == dirs.end()) {
      dirs.push_back({directory, {}});
      dir = std::prev(dirs.end());
    }
    if (dir->topics.empty() || dir->topics.back().name != replica.first.topic) {
      dir->topics.push_back({replica.first.topic, {}});
    }
    dir->topics.back().partitions.push_back(replica.first.partition);
  }
  return requests;
}

// Asks for the moves; those that a broker took leave `wanted`. A replica that is not there yet
// stays in it.
ToolResult<std::vector<Replica>> begin_moves(AdminClient& client, WantedPlaces& wanted) {
  std::vector<Replica> begun;
  for (const auto& [broker, request] : requests_of(wanted)) {
    const auto response = client.ask<AlterReplicaLogDirsResponse>(broker, request);
    if (!response) {
      const auto first = std::ranges::find_if(
          wanted, [id = broker](const auto& entry) { return entry.first.second == id; });
      return tool_failure(reassignment_failed,
                          "Failed to alter dir for " + replica_name(first->first));
    }
    for (const auto& topic : response->results) {
      for (const auto& partition : topic.partitions) {
        const Replica replica{{topic.topic_name, partition.partition_index}, broker};
        const auto code = static_cast<ErrorCode>(partition.error_code);
        if (code == ErrorCode::None) {
          begun.push_back(replica);
          wanted.erase(replica);
        } else if (code != ErrorCode::ReplicaNotAvailable) {
          return tool_failure(reassignment_failed,
                              "Failed to alter dir for " + replica_name(replica));
        }
      }
    }
  }
  std::ranges::sort(begun);
  return begun;
}

// Where one replica is, in a sentence; `moving` is set when it is under way.
std::string progress_of(const Replica& replica, const std::string& wanted,
                        const ReplicaPlaces& places, bool& moving) {
  const std::string partition = kafka::to_string(replica.first);
  const auto found = places.find(replica);
  if (found == places.end()) {
    return fmt::format("Partition {} cannot be found in any live log directory on broker {}.",
                       partition, replica.second);
  }
  const ReplicaPlace& place = found->second;
  if (!place.moving_to.empty()) {
    moving = true;
    return place.moving_to == wanted
               ? fmt::format("Reassignment of replica {} is still in progress.",
                             replica_name(replica))
               : fmt::format(
                     "Partition {} on broker {} is being moved to log dir {} instead of {}.",
                     partition, replica.second, place.moving_to, wanted);
  }
  return place.directory == wanted
             ? fmt::format("Reassignment of replica {} completed successfully.",
                           replica_name(replica))
             : fmt::format("Partition {} on broker {} is not being moved from log dir {} to {}.",
                           partition, replica.second, place.directory, wanted);
}

}  // namespace

std::set<int32_t> brokers_with_directories(const ReassignmentPlan& plan) {
  std::set<int32_t> brokers;
  for (const auto& [replica, directory] : wanted_places(plan)) {
    brokers.insert(replica.second);
  }
  return brokers;
}

ToolResult<> move_directories(AdminClient& client, const ReassignmentPlan& plan,
                              int64_t timeout_ms) {
  WantedPlaces wanted = wanted_places(plan);
  Patience patience(timeout_ms);
  while (!wanted.empty()) {
    const auto begun = begin_moves(client, wanted);
    if (!begun) {
      return std::unexpected(begun.error());
    }
    if (!begun->empty()) {
      fmt::print("Successfully started log directory move{} for: {}\n",
                 begun->size() == 1 ? "" : "s", replica_names(*begun));
    }
    if (!wanted.empty() && !patience.wait()) {
      std::vector<Replica> left;
      for (const auto& [replica, directory] : wanted) {
        left.push_back(replica);
      }
      return tool_failure(
          reassignment_failed,
          fmt::format("Timed out before log directory move{} could be started for {}",
                      left.size() == 1 ? "" : "s", replica_names(left)));
    }
  }
  return {};
}

ToolResult<bool> print_directory_progress(AdminClient& client, const ReassignmentPlan& plan) {
  const WantedPlaces wanted = wanted_places(plan);
  if (wanted.empty()) {
    fmt::print("\n");
    return true;
  }
  const auto places = replica_places(client, brokers_with_directories(plan));
  if (!places) {
    return std::unexpected(places.error());
  }
  bool moving = false;
  for (const auto& [replica, directory] : wanted) {
    fmt::print("{}\n", progress_of(replica, directory, *places, moving));
  }
  return !moving;
}

ToolResult<> cancel_directory_moves(AdminClient& client, const ReassignmentPlan& plan) {
  const auto places = replica_places(client, brokers_with_directories(plan));
  if (!places) {
    return std::unexpected(places.error());
  }
  WantedPlaces back;
  for (const auto& [replica, directory] : wanted_places(plan)) {
    if (const auto found = places->find(replica);
        found != places->end() && !found->second.moving_to.empty()) {
      back[replica] = found->second.directory;
    }
  }
  if (back.empty()) {
    fmt::print("None of the specified partition moves are active.");  // Kafka ends no line here
    return {};
  }
  const auto begun = begin_moves(client, back);
  if (!begun) {
    return std::unexpected(begun.error());
  }
  fmt::print("Successfully cancelled moves for: {}.\n", replica_names(*begun));
  return {};
}

}  // namespace kafka
