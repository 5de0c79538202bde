// Quorum: several Kraft nodes, each on a disk in memory, with messages carried between them at once
// and a clock that the test moves. It does for each node what the node's driver does.
#pragma once

#include <gtest/gtest.h>

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "broker/core/controller/format.h"
#include "broker/core/controller/kraft.h"
#include "broker/core/sim_files.h"
#include "tests/unit/core/controller/controller_fixture.h"

namespace kafka {

inline constexpr const char* quorum_cluster_id = "5L6g3nShT-eMCtK--X86sw";

inline std::string port_of(int id) {
  return std::to_string(9100 + id);
}

// Nodes 1..controllers vote; those behind them are brokers.
class Quorum {
 public:
  explicit Quorum(int controllers, int brokers = 0, bool dynamic = true, ConfigMap more = {}) {
    std::string voters;
    std::string initial;
    std::string servers;
    for (int id = 1; id <= controllers; ++id) {
      const std::string comma = id > 1 ? "," : "";
      voters += fmt::format("{}{}@localhost:{}", comma, id, port_of(id));
      initial += fmt::format("{}{}@localhost:{}:{}", comma, id, port_of(id),
                             Uuid{static_cast<uint64_t>(id), 7}.to_string());
      servers += fmt::format("{}localhost:{}", comma, port_of(id));
    }
    for (int id = 1; id <= controllers + brokers; ++id) {
      const bool controller = id <= controllers;
      ConfigMap properties = more;
      properties["node.id"] = std::to_string(id);
      properties["process.roles"] = controller ? "controller" : "broker";
      properties["listeners"] =
          fmt::format("{}://localhost:{}", controller ? "CONTROLLER" : "PLAINTEXT", port_of(id));
      properties["controller.quorum.voters"] = dynamic ? "(unset)" : voters;
      if (dynamic) {
        properties["controller.quorum.bootstrap.servers"] = servers;
      }
      Node& node = nodes_[id];
      node.config = node_config(properties);
      FormatOptions options;
      options.cluster_id = quorum_cluster_id;
      if (dynamic && controller) {
        options.initial_controllers = initial;
      } else if (dynamic) {
        options.no_initial_controllers = true;
      }
      must(format_storage(node.files, random_, node.config, options, now_ms_));
    }
    for (const auto& [id, node] : nodes_) {
      start(id);
    }
  }

  Kraft& kraft(int id) { return *nodes_.at(id).kraft; }
  // Its quorum-state file.
  std::string saved(int id) {
    Node& node = nodes_.at(id);
    return must(read_file(node.files, node.config.metadata_log_dir +
                                          "/__cluster_metadata-0/quorum-state"))
        .value_or("");
  }
  bool is_up(int id) const { return nodes_.at(id).kraft != nullptr; }
  const KraftOutput& seen(int id) const { return nodes_.at(id).seen; }
  void forget_seen() {
    for (auto& [id, node] : nodes_) {
      node.seen = {};
    }
  }

  void start(int id) {
    Node& node = nodes_.at(id);
    const auto directories = must(load_meta_properties(node.files, node.config));
    KraftIdentity identity;
    identity.cluster_id = quorum_cluster_id;
    identity.metadata_directory_id = directories.begin()->second.directory_id;
    identity.log_directory_ids = {identity.metadata_directory_id};
    node.kraft = must(Kraft::open(node.files, random_, node.config, std::move(identity), now_ms_));
    must(node.kraft->start(now_ms_));
    drain(id);
  }
  void kill(int id) {
    nodes_.at(id).kraft.reset();
    ++nodes_.at(id).life;
  }
  void resign(int id) {
    must(kraft(id).resign(now_ms_));
    drain(id);
  }
  void cut(int id) { cut_ = id; }  // nothing reaches it and nothing leaves it; -1: nobody
  // Its process stands still, and is not even told what fails.
  void pause(int id) { cut_ = paused_ = id; }
  void go_on() { cut_ = paused_ = -1; }
  void tell_gone(int gone) {
    for (auto& [id, node] : nodes_) {
      if (node.kraft) {
        must(node.kraft->on_leader_gone(gone, now_ms_));
        drain(id);
      }
    }
  }

  int active() const {
    int found = -1;
    int32_t epoch = -1;
    for (const auto& [id, node] : nodes_) {
      if (node.kraft && node.kraft->is_active_controller() && node.kraft->raft().epoch() > epoch) {
        found = id;
        epoch = node.kraft->raft().epoch();
      }
    }
    return found;
  }
  template <class Condition>
  bool run_until(Condition condition, int64_t ms = 20'000) {
    for (const int64_t end = now_ms_ + ms; now_ms_ < end; ++now_ms_) {
      carry_messages();
      if (condition()) {
        return true;
      }
      for (auto& [id, node] : nodes_) {
        if (node.kraft && id != paused_ && node.kraft->next_deadline_ms() <= now_ms_) {
          must(node.kraft->tick(now_ms_));
          drain(id);
        }
      }
    }
    return condition();
  }
  bool elect() {
    return run_until([&] { return active() > 0; });
  }
  Result<int64_t> create(int id, const std::string& name) {
    TopicRecord topic;
    topic.name = name;
    topic.topic_id = {++topics_, 77};
    auto offset = kraft(id).commit({topic}, now_ms_);
    drain(id);
    return offset;
  }
  Result<int64_t> upgrade(int id) {
    auto offset = kraft(id).upgrade_kraft_version(1, now_ms_);
    drain(id);
    return offset;
  }
  bool everyone_has(const std::string& name) {
    return run_until([&] {
      return std::ranges::all_of(nodes_, [&](const auto& entry) {
        return !entry.second.kraft || entry.second.kraft->image().topic(name) != nullptr;
      });
    });
  }
  void request(int to, RaftRequest request) {
    network_.push_back({0, 0, to, nodes_.at(to).life, 0, std::move(request), {}, {}});
  }
  std::vector<RaftResponse> answers;
  int64_t now_ms_ = 1'700'000'000'000;

 private:
  struct Node {
    BrokerConfig config;
    SimFiles files;
    std::unique_ptr<Kraft> kraft;
    KraftOutput seen;  // flags, of all outputs so far
    int life = 0;
  };
  struct Message {
    int from, from_life, to, to_life;
    uint64_t id;
    std::optional<RaftRequest> request;
    std::optional<RaftResponse> response;
    std::optional<ErrorCode> failure;
  };
  struct Asked {
    int node;
    Message message;
  };

  static int node_at(const RaftAddress& address) { return address.port - 9100; }

  // What the driver of a node does at the end of an event.
  void drain(int id) {
    Node& node = nodes_.at(id);
    if (auto sync = must(node.kraft->begin_flush())) {
      must(sync->run());
      must(node.kraft->flushed(now_ms_));
    }
    KraftOutput output = node.kraft->take_output();
    node.seen.became_active |= output.became_active;
    node.seen.lost_leadership |= output.lost_leadership;
    for (const Uuid& topic : output.delta.created_topics) {
      node.seen.delta.created_topics.insert(topic);
    }
    for (KraftOutput::Reply& reply : output.replies) {
      auto asked = asked_.extract(reply.id);
      if (asked.empty()) {
        ADD_FAILURE() << "answered twice";
        continue;
      }
      Message message = std::move(asked.mapped().message);
      std::swap(message.from, message.to);
      std::swap(message.from_life, message.to_life);
      message.request.reset();
      message.response = std::move(reply.response);
      network_.push_back(std::move(message));
    }
    for (RaftSend& send : output.sends) {
      const int to = node_at(send.to);
      network_.push_back({id, node.life, to, nodes_.at(to).life, send.id, std::move(send.request),
                          {}, {}});
    }
  }

  void carry_messages() {
    for (int hops = 0; !network_.empty() && hops < 200; ++hops) {
      std::vector<Message> now = std::exchange(network_, {});
      for (Message& message : now) {
        deliver(std::move(message));
      }
    }
  }

  void deliver(Message message) {
    if (message.to == 0) {
      answers.push_back(std::move(*message.response));
      return;
    }
    Node& node = nodes_.at(message.to);
    const bool reachable = node.kraft && message.from != cut_ && message.to != cut_;
    if (message.request && reachable) {
      if (std::holds_alternative<ApiVersionsRequest>(*message.request)) {
        ApiVersionsResponse response;
        response.supported_features.push_back({"kraft.version", 0, 1});
        must(nodes_.at(message.from).kraft->on_response(message.id, response, now_ms_));
        drain(message.from);
        return;
      }
      const int to = message.to;
      RaftRequest request = *message.request;
      asked_.insert_or_assign(++last_asked_, Asked{to, std::move(message)});
      must(node.kraft->on_request(last_asked_, 18, std::move(request), now_ms_));
      drain(to);
      return;
    }
    const bool request = message.request.has_value();
    Node& waiting = nodes_.at(request ? message.from : message.to);
    const int life = request ? message.from_life : message.to_life;
    const int id = request ? message.from : message.to;
    if (!waiting.kraft || waiting.life != life || id == paused_) {
      return;
    }
    if (request || !reachable || !message.response) {
      must(waiting.kraft->on_failed(message.id, ErrorCode::NetworkException, now_ms_));
    } else {
      must(waiting.kraft->on_response(message.id, std::move(*message.response), now_ms_));
    }
    drain(id);
  }

  SeededRandom random_{5};
  std::map<int, Node> nodes_;
  std::vector<Message> network_;
  std::map<uint64_t, Asked> asked_;
  uint64_t last_asked_ = 0;
  uint64_t topics_ = 0;
  int cut_ = -1;
  int paused_ = -1;
};

}  // namespace kafka
