#include "tests/sim/simulation.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "broker/core/check.h"
#include "broker/core/controller/image.h"
#include "broker/core/replica/replica_table.h"
#include "broker/node/log_format.h"
#include "tests/sim/admin.h"
#include "tests/sim/checker.h"
#include "tests/sim/cluster.h"
#include "tests/sim/consumer.h"
#include "tests/sim/fault_injector.h"
#include "tests/sim/group_member.h"
#include "tests/sim/history.h"
#include "tests/sim/producer.h"

namespace kafka::sim {

namespace {

World* running_world = nullptr;  // for what nodes log and CHECK

void log_to_trace(LogLevel level, std::string_view, std::string_view message) {
  if (running_world != nullptr && running_world->keeps_whole_trace() && logs(level)) {
    running_world->trace(message);
  }
}

void check_to_violation(const std::string& what) {
  if (running_world != nullptr) {
    throw Violation("CHECK", what);
  }
}

class Simulation {
 public:
  explicit Simulation(const RunOptions& options)
      : options_(options),
        draw_(options.seed * 0x9e3779b97f4a7c15ULL + 17),
        run_us_(options.seconds * 1'000'000),
        heal_us_(run_us_ * 3 / 4),
        world_(options.seed, options.trace),
        kinds_(draw_kinds(draw_)),
        wire_(world_),
        checker_(world_),
        history_(world_) {
    running_world = &world_;
    set_log_sink(log_to_trace);
    set_check_handler(check_to_violation);
  }
  ~Simulation() { running_world = nullptr; }

  void run();
  void describe(Outcome& outcome);

 private:
  const Shape& draw_shape();
  ClusterSettings draw_settings();
  int32_t draw_min_insync();
  void make_clients();
  void make_faults();
  void begin_traffic();
  void heal();
  void quieten();
  void read_everything();
  void finish();
  void show_nodes(std::vector<std::string>& story) const;
  void run_until(int64_t us);
  bool topics_have_healed(std::string& why) const;
  void await(const std::string& rule, int64_t until_us, const std::function<bool(std::string&)>& is);
  Machine next_machine() { return machines_.emplace_back(256 + static_cast<int>(machines_.size())); }

  const RunOptions& options_;
  SeededRandom draw_;  // of the plan; world_.random() is for what happens
  int64_t run_us_;
  int64_t heal_us_;
  World world_;
  std::vector<FaultKind> kinds_;  // of fault, that this run has
  Wire wire_;
  Checker checker_;
  History history_;
  GroupHistory group_history_;
  std::unique_ptr<Cluster> cluster_;
  std::vector<Machine> machines_;  // of the clients
  std::vector<TopicPlan> plans_;
  std::unique_ptr<SimAdmin> admin_;
  std::vector<std::unique_ptr<SimProducer>> producers_;
  std::vector<std::unique_ptr<SimConsumer>> consumers_;
  std::vector<std::unique_ptr<SimConsumer>> last_readers_;
  std::vector<std::unique_ptr<SimGroupMember>> members_;
  std::unique_ptr<FaultInjector> injector_;
  std::vector<Fault> faults_;
  std::string shape_;
};

const Shape& Simulation::draw_shape() {
  if (!options_.shape.empty()) {
    const auto named = std::ranges::find(shapes(), options_.shape, &Shape::name);
    if (named == shapes().end()) {
      throw Violation("set up", fmt::format("there is no shape {}", options_.shape));
    }
    return *named;
  }
  static constexpr size_t by_draw[] = {0, 0, 0, 0, 0, 1, 2, 2, 3, 3};
  return shapes()[by_draw[draw_.below(std::size(by_draw))]];
}

ClusterSettings Simulation::draw_settings() {
  const auto between = [this](int64_t low, int64_t high) {
    return low + static_cast<int64_t>(draw_.below(static_cast<uint64_t>(high - low + 1)));
  };
  ClusterSettings settings;
  settings.shape = draw_shape();
  shape_ = settings.shape.name;
  settings.dynamic_voters = draw_.below(2) == 0;
  settings.clock_skew_ms_max = draw_.below(2) == 0 ? 0 : 5'000;
  settings.sync_us_max = draw_.below(4) == 0 ? 60'000 : 3'000;
  wire_.set_latency(20, draw_.below(3) == 0 ? 20'000 : 800);
  wire_.keep_frames(true);
  const int copies = std::min(3, settings.shape.broker_count());
  ConfigMap& p = settings.properties;
  p["auto.create.topics.enable"] = "false";
  p["offsets.topic.num.partitions"] = "2";
  p["offsets.topic.replication.factor"] = std::to_string(copies);
  p["min.insync.replicas"] = std::to_string(draw_min_insync());
  p["group.initial.rebalance.delay.ms"] = "100";
  p["replica.lag.time.max.ms"] = std::to_string(between(1'500, 8'000));
  p["broker.session.timeout.ms"] = std::to_string(between(3'000, 9'000));
  p["broker.heartbeat.interval.ms"] = std::to_string(between(300, 2'000));
  p["replica.high.watermark.checkpoint.interval.ms"] = std::to_string(between(500, 5'000));
  p["log.flush.offset.checkpoint.interval.ms"] = std::to_string(between(1'000, 60'000));
  p["log.roll.ms"] = std::to_string(between(3'000, 120'000));
  p["metadata.log.max.record.bytes.between.snapshots"] = std::to_string(between(2'000, 60'000));
  p["leader.imbalance.check.interval.seconds"] = std::to_string(between(2, 300));
  p["num.replica.fetchers"] = std::to_string(between(1, 3));
  p["fetch.purgatory.purge.interval.requests"] = "1000";
  return settings;
}

// With one replica in sync being enough, acknowledged records may go legitimately: a broker that
// lost its power is in the ISR until somebody notices, alone if the others leave meanwhile. Two
// guard each other: who leaves the ISR then stays eligible (KIP-966).
int32_t Simulation::draw_min_insync() {
  const bool drawn_two = draw_.below(2) == 0;
  return drawn_two || std::ranges::count(kinds_, FaultKind::PowerLoss) > 0 ? 2 : 1;
}

void Simulation::make_clients() {
  const std::vector<int32_t> brokers = cluster_->brokers();
  const int copies = std::min(3, static_cast<int>(brokers.size()));
  const auto drawn = [this](int64_t low, int64_t high) {
    return low + static_cast<int64_t>(draw_.below(static_cast<uint64_t>(high - low + 1)));
  };
  plans_.push_back({"orders", 3, static_cast<int16_t>(copies), draw_min_insync()});
  plans_.push_back({"events", 2, static_cast<int16_t>(drawn(2, copies)), draw_min_insync()});
  admin_ = std::make_unique<SimAdmin>(world_, wire_, next_machine(), brokers, plans_);
  const int64_t count = drawn(2, 4);
  for (int i = 0; i < count; ++i) {
    const TopicPlan& plan = plans_[draw_.below(3) == 0 ? 1 : 0];
    ProducerSettings settings;
    settings.id = i;
    settings.topic = plan.name;
    settings.partitions = plan.partitions;
    settings.idempotent = draw_.below(3) != 0;
    settings.acks = draw_.below(4) == 0 ? 1 : -1;
    settings.in_flight_max = static_cast<size_t>(drawn(1, 5));
    settings.pause_ms_max = drawn(20, 400);
    producers_.push_back(std::make_unique<SimProducer>(world_, wire_, next_machine(), settings,
                                                       brokers, history_));
  }
  for (const TopicPlan& plan : plans_) {
    consumers_.push_back(std::make_unique<SimConsumer>(
        world_, wire_, next_machine(), "consumer of " + plan.name, plan.name, plan.partitions,
        draw_.below(3) == 0, brokers, history_));
  }
  const int64_t members = drawn(1, 3);
  for (int i = 0; i < members; ++i) {
    members_.push_back(std::make_unique<SimGroupMember>(world_, wire_, next_machine(), i, "group",
                                                        "orders", 3, brokers, group_history_));
  }
}

void Simulation::make_faults() {
  const auto nodes = static_cast<int32_t>(cluster_->machines().size());
  faults_ = plan_faults(draw_, kinds_, nodes, machines_, run_us_);
  injector_ = std::make_unique<FaultInjector>(world_, wire_, *cluster_, machines_);
  for (size_t i = 0; i < faults_.size(); ++i) {
    if (!options_.without.contains(i)) {
      world_.at(faults_[i].at_us, nobody, [this, i] { injector_->strike(faults_[i]); });
    }
  }
}

void Simulation::run_until(int64_t us) {
  while (world_.step(us)) {
  }
}

void Simulation::run() {
  history_.on_acknowledged = [this](const PartitionId& partition, int64_t offset) {
    checker_.on_acknowledged(partition, offset);
  };
  history_.on_read = [this](const PartitionId& partition, int64_t offset) {
    checker_.on_read(partition, offset);
  };
  cluster_ = std::make_unique<Cluster>(world_, wire_, draw_settings());
  cluster_->observer = [this](SimMachine& machine) { checker_.after_event(machine); };
  make_clients();
  make_faults();
  cluster_->start_all();
  world_.at(300'000, nobody, [this] { begin_traffic(); });
  run_until(heal_us_);
  heal();
  run_until(heal_us_ + (run_us_ - heal_us_) * 6 / 10);
  quieten();
  finish();
}

void Simulation::begin_traffic() {
  admin_->start();
  for (const auto& client : producers_) {
    client->start();
  }
  for (const auto& client : consumers_) {
    client->start();
  }
  for (const auto& client : members_) {
    client->start();
  }
  world_.at(world_.now_us() + 2'000'000, nobody, [this] { admin_->meddle(); });
}

void Simulation::heal() {
  world_.trace("-- everything heals");
  injector_->heal();
  admin_->stop();
  for (const auto& member : members_) {
    member->stay();
  }
}

// No new records; what is under way must arrive.
void Simulation::quieten() {
  world_.trace("-- the producers stop");
  for (const auto& producer : producers_) {
    if (producer->last_ack_us() < heal_us_) {
      throw Violation("writes succeed after the faults",
                      fmt::format("producer of {} s ago: {}",
                                  static_cast<double>(world_.now_us() - producer->last_ack_us()) / 1e6,
                                  producer->state()));
    }
    producer->stop();
  }
}

void Simulation::await(const std::string& rule, int64_t until_us,
                       const std::function<bool(std::string&)>& is) {
  std::string why;
  while (!is(why)) {
    if (world_.now_us() >= until_us) {
      throw Violation(rule, why);
    }
    why.clear();
    run_until(std::min(until_us, world_.now_us() + 50'000));
  }
}

bool Simulation::topics_have_healed(std::string& why) const {
  Node* node = cluster_->active_controller();
  if (node == nullptr) {
    why = "no controller is active";
    return false;
  }
  const MetadataImage& image = node->image();
  for (const int32_t id : cluster_->brokers()) {
    const BrokerImage* broker = image.broker(id);
    if (broker == nullptr || !broker->usable()) {
      why = fmt::format("broker {} is fenced", id);
      return false;
    }
  }
  for (const auto& [name, topic] : image.topics()) {
    for (size_t i = 0; i < topic.partitions.size(); ++i) {
      const PartitionImage& partition = topic.partitions[i];
      if (partition.leader < 0 || partition.isr.size() != partition.replicas.size() ||
          !partition.adding_replicas.empty() || !partition.removing_replicas.empty()) {
        why = fmt::format("{}-{}: leader {}, replicas {}, ISR {}, adding {}, removing {}", name, i,
                          partition.leader, partition.replicas, partition.isr,
                          partition.adding_replicas, partition.removing_replicas);
        return false;
      }
    }
  }
  return true;
}

void Simulation::read_everything() {
  for (const TopicPlan& plan : plans_) {
    last_readers_.push_back(std::make_unique<SimConsumer>(
        world_, wire_, next_machine(), "last reader of " + plan.name, plan.name, plan.partitions,
        false, cluster_->brokers(), history_));
    last_readers_.back()->start();
    last_readers_.back()->read_to_end();
  }
}

void Simulation::finish() {
  await("all records are delivered after the faults", run_us_, [this](std::string& why) {
    for (const auto& producer : producers_) {
      if (!producer->is_done()) {
        why = producer->state();
        return false;
      }
    }
    return true;
  });
  read_everything();
  await("all is well again after the faults", run_us_,
        [this](std::string& why) { return topics_have_healed(why); });
  await("the group works after the faults", run_us_, [this](std::string& why) {
    for (const auto& member : members_) {
      if (member->last_commit_us() < heal_us_) {
        why = member->state();
        return false;
      }
    }
    return true;
  });
  await("everything can be read after the faults", run_us_, [this](std::string& why) {
    for (const auto& reader : last_readers_) {
      if (!reader->is_done()) {
        why = reader->state();
        return false;
      }
    }
    return true;
  });
  for (const auto& reader : last_readers_) {
    for (const auto& [partition, end] : reader->ends()) {
      history_.check_complete(partition, end);
    }
  }
  checker_.check_coordinators(*cluster_);
  run_until(run_us_);
}

// What each node holds, for the reader of a story that ended badly.
void Simulation::show_nodes(std::vector<std::string>& story) const {
  for (auto& [id, machine] : cluster_->machines()) {
    if (!machine.node) {
      story.push_back(fmt::format("node {} is down", id));
      continue;
    }
    machine.node->replicas().for_each([&, node = machine.node.get()](Partition& partition) {
      std::string line = fmt::format(
          "node {} {:<22} leader {} epoch {:<3} ISR {} high watermark {:<5} log end {:<5}", id,
          to_string(partition.name()), partition.leader(), partition.leader_epoch(),
          partition.isr().committed(), partition.high_watermark(),
          partition.log().log_end_offset());
      for (const auto& producer : partition.log().producers(node->now_ms()).value_or(std::vector<ProducerInfo>{})) {
        line += fmt::format(" [producer {}: to {} ]", producer.producer_id, producer.last_sequence);
      }
      story.push_back(std::move(line));
    });
  }
}

void Simulation::describe(Outcome& outcome) {
  outcome.shape = shape_;
  outcome.hash = world_.hash();
  outcome.simulated_s = static_cast<double>(world_.now_us()) / 1e6;
  outcome.faults = faults_;
  outcome.story.assign(world_.story().begin(), world_.story().end());
  if (!outcome.ok() && cluster_) {
    show_nodes(outcome.story);
  }
  outcome.events = world_.events();
  outcome.acknowledged = history_.acknowledged();
  outcome.reads = history_.read_count();
  outcome.batches = checker_.committed_batches();
  outcome.starts = cluster_ ? cluster_->starts() : 0;
}

}  // namespace

Outcome run_seed(const RunOptions& options) {
  Outcome outcome;
  outcome.seed = options.seed;
  auto simulation = std::make_unique<Simulation>(options);
  try {
    simulation->run();
  } catch (const Violation& violation) {
    outcome.rule = violation.rule();
    outcome.what = violation.what();
  } catch (const std::exception& error) {
    outcome.rule = "no exception";
    outcome.what = error.what();
  }
  simulation->describe(outcome);
  if (!outcome.ok()) {
    // Thrown out of the middle of an event: nothing in there can be taken apart in order.
    (void)simulation.release();
    running_world = nullptr;
  }
  return outcome;
}

}  // namespace kafka::sim
