#include "labs/common/cluster.h"

#include <fmt/format.h>
#include <signal.h>

#include <random>
#include <sstream>

#include "labs/common/run_kit.h"

namespace kraftlab {
namespace {

namespace fs = std::filesystem;
using std::chrono::steady_clock;

// The ports of a node, from its first on.
enum Port { kClients, kInternal, kController, kInternalLink, kControllerLink, kPortsOfNode };

constexpr int kBlockTries = 200;
constexpr uint16_t kPortsFrom = 20000;  // below those that the system gives to who dials
constexpr uint16_t kPortsTo = 31000;

bool has_role(const std::string& roles, std::string_view role) {
  return roles.find(role) != std::string::npos;
}

}  // namespace

uint16_t Cluster::port(int node, int kind) const {
  return static_cast<uint16_t>(base_ + (node - 1) * kPortsOfNode + kind);
}

std::string Cluster::address(int node) const {
  return fmt::format("127.0.0.1:{}", port(node, kClients));
}

std::string Cluster::bootstrap() const {
  std::string all;
  for (const auto& [id, node] : nodes_) {
    if (has_role(node.roles, "broker")) {
      all += (all.empty() ? "" : ",") + address(id);
    }
  }
  return all;
}

fs::path Cluster::log(int node) const {
  return folder_ / fmt::format("node-{}", node) /
         fmt::format("server-{}.log", nodes_.at(node).starts);
}

Result<> Cluster::choose_ports() {
  std::random_device device;
  std::uniform_int_distribution<uint16_t> any(kPortsFrom, kPortsTo);
  for (int attempt = 0; attempt < kBlockTries; ++attempt) {
    base_ = any(device);
    bool free = true;
    for (size_t i = 0; free && i < nodes_.size() * kPortsOfNode; ++i) {
      free = is_free(static_cast<uint16_t>(base_ + i));
    }
    if (free) {
      return {};
    }
  }
  return kafka::fail(kafka::ErrorCode::BrokerNotAvailable, "no free ports for the run's cluster");
}

std::string Cluster::properties(int node, const std::string& settings) const {
  const Node& self = nodes_.at(node);
  std::string voters;
  for (const auto& [id, other] : nodes_) {
    if (has_role(other.roles, "controller")) {
      voters += fmt::format("{}{}@127.0.0.1:{}", voters.empty() ? "" : ",", id,
                            port(id, kControllerLink));
    }
  }
  std::string listeners;
  std::string advertised;
  auto listen = [&](const char* name, int at, int link) {
    const char* comma = listeners.empty() ? "" : ",";
    listeners += fmt::format("{}{}://127.0.0.1:{}", comma, name, port(node, at));
    advertised += fmt::format("{}{}://127.0.0.1:{}", comma, name, port(node, link));
  };
  if (has_role(self.roles, "broker")) {
    listen("PLAINTEXT", kClients, kClients);
    listen("INTERNAL", kInternal, kInternalLink);
  }
  if (has_role(self.roles, "controller")) {
    listen("CONTROLLER", kController, kControllerLink);
  }
  const bool broker = has_role(self.roles, "broker");
  return fmt::format(
      "process.roles={}\nnode.id={}\nlisteners={}\nadvertised.listeners={}\n{}"
      "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT\n"
      "controller.listener.names=CONTROLLER\ncontroller.quorum.voters={}\nlog.dirs={}\n"
      "group.initial.rebalance.delay.ms=0\nkraftlab.evidence.path={}\n{}",
      self.roles, node, listeners, advertised,
      broker ? "inter.broker.listener.name=INTERNAL\n" : "", voters,
      (folder_ / fmt::format("node-{}", node) / "data").string(),
      (folder_ / fmt::format("evidence-{}-{}", node, self.starts)).string(), settings);
}

Result<> Cluster::start_links() {
  std::vector<std::string> arguments = {(dist_ / "libs/kafka-tools").string(), "kraftlab-links",
                                        "--control", "links.sock"};
  for (const auto& [id, node] : nodes_) {
    auto link = [&, id = id](int listen, int target) {
      arguments.push_back("--link");
      arguments.push_back(fmt::format("{}:{}:{}", id, port(id, listen), port(id, target)));
    };
    if (has_role(node.roles, "broker")) {
      link(kInternalLink, kInternal);
    }
    if (has_role(node.roles, "controller")) {
      link(kControllerLink, kController);
    }
  }
  const fs::path says = folder_ / "links.log";
  if (auto emptied = write_run_file(says, ""); !emptied) {
    return emptied;
  }
  auto process = Process::start({.arguments = arguments, .environment = {}, .folder = folder_,
                                 .output = says});
  if (!process) {
    return std::unexpected(process.error());
  }
  links_ = std::make_unique<Process>(std::move(*process));
  return wait_for_text(says, "ready", *links_, steady_clock::now() + kBrokerStartMax)
             ? Result<>{}
             : kafka::fail(kafka::ErrorCode::BrokerNotAvailable,
                           "the relay between the nodes did not start: " + last_lines(says));
}

Result<std::string> Cluster::order(const std::string& text) {
  const fs::path answer = folder_ / "order.log";
  (void)write_run_file(answer, "");
  auto process = Process::start({.arguments = {(dist_ / "libs/kafka-tools").string(),
                                               "kraftlab-links", "--control", "links.sock",
                                               "--order", text},
                                 .environment = {}, .folder = folder_, .output = answer});
  if (!process) {
    return std::unexpected(process.error());
  }
  if (!process->wait_until(steady_clock::now() + kBrokerStopMax) || process->exit_code() != 0) {
    return kafka::fail(kafka::ErrorCode::UnknownServerError,
                       fmt::format("the relay refused \"{}\": {}", text, last_lines(answer)));
  }
  return last_lines(answer);
}

// Starts the process; it is ready later.
Result<> Cluster::launch(int id) {
  Node& node = nodes_.at(id);
  ++node.starts;
  const fs::path place = folder_ / fmt::format("node-{}", id);
  std::error_code error;  // the write tells
  fs::create_directories(place, error);
  auto done = write_run_file(place / "server.properties", properties(id, settings_));
  if (done && node.starts == 1) {
    done = format_storage(dist_, place / "server.properties");
  }
  if (!done) {
    return done;
  }
  auto process = launch_broker(dist_, place / "server.properties", log(id));
  if (!process) {
    return std::unexpected(process.error());
  }
  node.process = std::make_unique<Process>(std::move(*process));
  auto linked = order(fmt::format("node {} {}", id, node.process->pid()));
  return linked ? Result<>{} : std::unexpected(linked.error());
}

Result<std::unique_ptr<Cluster>> Cluster::start(const fs::path& dist, const fs::path& folder,
                                                const RunData& data, const std::string& settings) {
  std::unique_ptr<Cluster> cluster(new Cluster(dist, folder));
  for (const std::string& roles : data.nodes) {
    cluster->nodes_[static_cast<int>(cluster->nodes_.size()) + 1].roles = roles;
  }
  cluster->settings_ = settings;
  auto done = cluster->choose_ports();
  if (done) {
    done = cluster->start_links();
  }
  for (auto node = cluster->nodes_.begin(); done && node != cluster->nodes_.end(); ++node) {
    done = cluster->launch(node->first);
  }
  for (auto node = cluster->nodes_.begin(); done && node != cluster->nodes_.end(); ++node) {
    done = await_broker(*node->second.process, cluster->log(node->first));
  }
  if (!done) {
    return std::unexpected(done.error());
  }
  return cluster;
}

Result<> Cluster::cut(int node, int other) {
  for (const auto& [id, unused] : nodes_) {
    if (id != node && (other == 0 || id == other)) {
      if (auto done = order(fmt::format("cut {} {}", node, id)); !done) {
        return std::unexpected(done.error());
      }
    }
  }
  return {};
}

Result<> Cluster::obey(const std::string& deed) {
  std::istringstream words(deed);
  std::string verb;
  int id = 0;
  int other = 0;
  words >> verb >> id >> other;
  if (verb == "heal") {
    auto healed = order("heal");
    return healed ? add_deed(folder_, deed) : std::unexpected(healed.error());
  }
  const auto found = nodes_.find(id);
  if (found == nodes_.end()) {
    return kafka::fail(kafka::ErrorCode::InvalidRequest, "the lab plans what cannot be: " + deed);
  }
  Node& node = found->second;
  if (verb == "kill" && node.process != nullptr) {
    node.process->signal_group(SIGKILL);
    node.process->wait_until(steady_clock::now() + kBrokerStopMax);
    node.process.reset();
  } else if (verb == "revive" && node.process == nullptr) {
    if (auto launched = launch(id); !launched) {
      return launched;
    }
  } else if ((verb == "pause" || verb == "resume") && node.process != nullptr) {
    node.process->signal_group(verb == "pause" ? SIGSTOP : SIGCONT);
  } else if (verb == "cut") {
    if (auto done = cut(id, other); !done) {
      return done;
    }
  } else {
    return kafka::fail(kafka::ErrorCode::InvalidRequest, "the lab plans what cannot be: " + deed);
  }
  return add_deed(folder_, deed);
}

Result<> Cluster::stop() {
  if (auto healed = order("heal"); !healed) {
    return std::unexpected(healed.error());
  }
  for (auto& [id, node] : nodes_) {
    if (node.process != nullptr) {
      node.process->signal_group(SIGCONT);
      node.process->signal_group(SIGTERM);
    }
  }
  // Nothing of the verdict hangs on a clean end: whoever cannot find one is killed.
  const Deadline patience = steady_clock::now() + std::chrono::seconds(3);
  for (auto& [id, node] : nodes_) {
    if (node.process != nullptr) {
      node.process->wait_until(patience);
      node.process.reset();
    }
  }
  links_->signal_group(SIGTERM);
  links_->wait_until(steady_clock::now() + kBrokerStopMax);
  return {};
}

}  // namespace kraftlab
