#include "tests/sim/cluster.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

#include "broker/config/broker_config.h"
#include "broker/core/controller/format.h"
#include "broker/core/controller/image.h"
#include "broker/core/controller/kraft.h"

namespace kafka::sim {

namespace {

constexpr std::string_view cluster_id = "c2ltdWxhdGVkLWNsdXN0ZQ";

}  // namespace

const std::vector<Shape>& shapes() {
  static const std::vector<Shape> all = {
      {"three", 3, 0, 0}, {"five", 5, 0, 0}, {"separate", 0, 3, 3}, {"two-brokers", 0, 2, 1}};
  return all;
}

Cluster::Cluster(World& world, Wire& wire, const ClusterSettings& settings)
    : world_(world), wire_(wire), settings_(settings) {
  const Shape& shape = settings_.shape;
  const int total = shape.combined + shape.brokers + shape.controllers;
  std::vector<std::string> voters;
  std::vector<std::string> initial;
  std::vector<std::string> bootstrap;
  for (int32_t id = 1; id <= total; ++id) {
    SimMachine& machine = machines_[id];
    machine.id = id;
    machine.is_broker = id <= shape.combined + shape.brokers;
    machine.is_controller = id <= shape.combined || id > shape.combined + shape.brokers;
    machine.skew_ms = world_.between(-settings_.clock_skew_ms_max, settings_.clock_skew_ms_max);
    if (machine.is_controller) {
      const std::string at = address_of(id) + ":9093";
      voters.push_back(fmt::format("{}@{}", id, at));
      initial.push_back(fmt::format("{}@{}:{}", id, at, random_uuid(world_.random()).to_string()));
      bootstrap.push_back(at);
    }
  }
  for (auto& [id, machine] : machines_) {
    ConfigMap& p = machine.properties;
    p = settings_.properties;
    std::vector<std::string> listeners;
    if (machine.is_broker) {
      listeners.push_back(fmt::format("PLAINTEXT://{}:9092", address_of(id)));
    }
    if (machine.is_controller) {
      listeners.push_back(fmt::format("CONTROLLER://{}:9093", address_of(id)));
    }
    p["node.id"] = std::to_string(id);
    p["process.roles"] = machine.is_broker && machine.is_controller ? "broker,controller"
                         : machine.is_broker                        ? "broker"
                                                                    : "controller";
    p["listeners"] = fmt::format("{}", fmt::join(listeners, ","));
    p["controller.listener.names"] = "CONTROLLER";
    p["listener.security.protocol.map"] = "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT";
    p["log.dirs"] = "/data";
    if (settings_.dynamic_voters) {
      p["controller.quorum.bootstrap.servers"] = fmt::format("{}", fmt::join(bootstrap, ","));
    } else {
      p["controller.quorum.voters"] = fmt::format("{}", fmt::join(voters, ","));
    }
  }
  format(initial);
}

Cluster::~Cluster() = default;

void Cluster::format(const std::vector<std::string>& initial_controllers) {
  for (auto& [id, machine] : machines_) {
    auto config = parse_broker_config(machine.properties);
    if (!config) {
      throw Violation("set up", config.error().message);
    }
    FormatOptions options;
    options.cluster_id = cluster_id;
    if (settings_.dynamic_voters) {
      if (machine.is_controller) {
        options.initial_controllers = fmt::format("{}", fmt::join(initial_controllers, ","));
      } else {
        options.no_initial_controllers = true;
      }
    }
    const auto report =
        format_storage(machine.files, world_.random(), config->config, options, SimHost::epoch_ms);
    if (!report) {
      throw Violation("set up", report.error().message);
    }
    (void)machine.files.sync_file_system("/");
  }
}

std::vector<int32_t> Cluster::brokers() const {
  std::vector<int32_t> ids;
  for (const auto& [id, machine] : machines_) {
    if (machine.is_broker) {
      ids.push_back(id);
    }
  }
  return ids;
}

void Cluster::start_all() {
  for (const auto& [id, machine] : machines_) {
    start_later(id, world_.between(0, 300'000));
  }
}

void Cluster::start_later(int32_t id, int64_t after_us) {
  world_.at(world_.now_us() + after_us, nobody, [this, id] { start(id); });
}

void Cluster::start(int32_t id) {
  SimMachine& machine = machines_.at(id);
  if (machine.node) {
    return;
  }
  if (std::exchange(machine.is_off, false)) {
    wire_.power_returns(id);
  }
  machine.stays_down = false;
  machine.is_stopping = false;
  ++starts_;
  wire_.process_begins(id);
  machine.life = world_.begin_life(fmt::format("node {}.{}", id, ++machine.lives));
  machine.files.set_now_ms(SimHost::epoch_ms + world_.now_ms());
  auto host = std::make_unique<SimHost>(world_, wire_, id, machine.life, machine.files,
                                        machine.skew_ms, settings_.sync_us_max);
  machine.loop = static_cast<SimLoop*>(&host->loop());
  auto config = parse_broker_config(machine.properties);
  try {
    Result<std::unique_ptr<Node>> node = Node::start(std::move(config->config), std::move(host));
    if (!node) {
      wire_.process_ends(machine.life);
      machine.loop = nullptr;
      if (!machine.had_disk_fault) {
        throw Violation("a node starts",
                        fmt::format("node {} does not start: {}", id, node.error().message));
      }
      start_later(id, 500'000);
      return;
    }
    machine.node = std::move(*node);
  } catch (const Halted&) {
    wire_.process_ends(machine.life);
    machine.loop = nullptr;
    start_later(id, 500'000);
    return;
  }
  machine.loop->observer = [this, &machine] { after_event(machine); };
  after_event(machine);
}

void Cluster::after_event(SimMachine& machine) {
  if (machine.loop->is_stopped() || machine.loop->is_halted()) {
    world_.at(world_.now_us(), nobody,
              [this, id = machine.id, life = machine.life] { reap(id, life); });
    return;
  }
  if (observer) {
    observer(machine);
  }
}

// The process ended by itself.
void Cluster::reap(int32_t id, Life life) {
  SimMachine& machine = machines_.at(id);
  if (!machine.node || machine.life != life) {
    return;
  }
  if (machine.loop->is_halted()) {
    if (!machine.had_disk_fault) {
      throw Violation("a node goes on", fmt::format("node {} gave up without a cause", id));
    }
    world_.trace(fmt::format("node {} gave up", id));
  } else {
    try {
      const int exit_code = machine.node->shut_down();
      if (exit_code != 0 && !machine.had_disk_fault && machine.is_stopping) {
        throw Violation("a clean stop", fmt::format("node {} ended with {}", id, exit_code));
      }
      world_.trace(fmt::format("node {} has ended with {}", id, exit_code));
    } catch (const Halted&) {
    }
  }
  end_process(machine);
  if (!machine.stays_down) {
    start_later(id, world_.between(100'000, 500'000));
  }
}

void Cluster::end_process(SimMachine& machine) {
  const Life life = machine.life;
  machine.node.reset();
  machine.loop = nullptr;
  wire_.process_ends(life);
}

void Cluster::kill(int32_t id, int64_t down_us) {
  SimMachine& machine = machines_.at(id);
  if (machine.node) {
    end_process(machine);
    start_later(id, down_us);
  }
}

void Cluster::power_loss(int32_t id, int64_t down_us) {
  SimMachine& machine = machines_.at(id);
  if (!machine.node) {
    return;
  }
  if (const Node* informed = best_informed(); machine.epoch_at_power_loss < 0 && informed) {
    const BrokerImage* broker = informed->image().broker(id);
    machine.epoch_at_power_loss = broker == nullptr ? -1 : broker->epoch;
  }
  wire_.power_fails(id);
  machine.is_off = true;
  end_process(machine);
  machine.files.power_loss(world_.random());
  start_later(id, down_us);
}

void Cluster::stop(int32_t id, int64_t down_us) {
  SimMachine& machine = machines_.at(id);
  if (!machine.node || machine.is_stopping) {
    return;
  }
  machine.is_stopping = true;
  machine.stays_down = true;
  machine.node->stop();
  start_later(id, down_us);
  world_.at(world_.now_us() + down_us, nobody, [&machine] { machine.stays_down = false; });
}

void Cluster::pause(int32_t id, int64_t for_us) {
  SimMachine& machine = machines_.at(id);
  if (machine.node) {
    world_.pause(machine.life, world_.now_us() + for_us);
  }
}

Node* Cluster::best_informed() {
  Node* best = nullptr;
  for (auto& [id, machine] : machines_) {
    if (machine.node &&
        (best == nullptr || machine.node->image().offset() > best->image().offset())) {
      best = machine.node.get();
    }
  }
  return best;
}

Node* Cluster::active_controller() {
  Node* active = nullptr;
  for (auto& [id, machine] : machines_) {
    if (machine.node && machine.node->is_active_controller() &&
        (active == nullptr ||
         machine.node->kraft().raft().epoch() > active->kraft().raft().epoch())) {
      active = machine.node.get();
    }
  }
  return active;
}

}  // namespace kafka::sim
