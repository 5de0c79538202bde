// Cluster: the nodes of one simulation. Each has a machine (address, files, clock) and, while it
// runs, a process: a whole broker/node Node on a SimHost, exactly as kafka-server would run it.
//
// A process that ends, whatever the reason, is started again after a while, as a supervisor would.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "broker/config/properties.h"
#include "broker/core/sim_files.h"
#include "broker/node/node.h"
#include "tests/sim/sim_host.h"
#include "tests/sim/wire.h"
#include "tests/sim/world.h"

namespace kafka::sim {

// Who is there. Chosen by the seed unless a run names it.
struct Shape {
  std::string name;
  int combined = 0;     // broker and controller in one
  int brokers = 0;      // alone
  int controllers = 0;  // alone

  int broker_count() const { return combined + brokers; }
};
const std::vector<Shape>& shapes();

struct ClusterSettings {
  Shape shape;
  bool dynamic_voters = false;
  int64_t clock_skew_ms_max = 0;
  int64_t sync_us_max = 2'000;
  ConfigMap properties;  // of every node
};

struct SimMachine {
  int32_t id = -1;
  bool is_broker = false;
  bool is_controller = false;
  SimFiles files;
  ConfigMap properties;
  int64_t skew_ms = 0;

  std::unique_ptr<Node> node;  // null while no process runs
  SimLoop* loop = nullptr;     // of that process
  Life life = nobody;
  int lives = 0;
  bool stays_down = false;     // until start() is called
  bool is_stopping = false;    // it was asked to end
  bool had_disk_fault = false;  // a process of it may end with an error
  bool is_off = false;         // no power
  // The registration it had when it lost power; -1: it did not, or is registered anew.
  int64_t epoch_at_power_loss = -1;
};

class Cluster {
 public:
  Cluster(World& world, Wire& wire, const ClusterSettings& settings);
  ~Cluster();

  void start_all();
  void start(int32_t id);

  // Each leaves the node down for `down_us`.
  void kill(int32_t id, int64_t down_us);
  void power_loss(int32_t id, int64_t down_us);
  void stop(int32_t id, int64_t down_us);
  void pause(int32_t id, int64_t for_us);

  // Called after each event of a node.
  std::function<void(SimMachine&)> observer;

  std::map<int32_t, SimMachine>& machines() { return machines_; }
  SimMachine& machine(int32_t id) { return machines_.at(id); }
  std::vector<int32_t> brokers() const;
  // The committed metadata as the node knows it that knows most; null when nobody runs.
  Node* best_informed();
  Node* active_controller();
  const Shape& shape() const { return settings_.shape; }
  int64_t starts() const { return starts_; }

 private:
  void format(const std::vector<std::string>& initial_controllers);
  void end_process(SimMachine& machine);
  void reap(int32_t id, Life life);
  void start_later(int32_t id, int64_t after_us);
  void after_event(SimMachine& machine);

  World& world_;
  Wire& wire_;
  ClusterSettings settings_;
  std::map<int32_t, SimMachine> machines_;
  int64_t starts_ = 0;
};

}  // namespace kafka::sim
