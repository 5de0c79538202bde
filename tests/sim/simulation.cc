#include "tests/sim/simulation.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "broker/core/check.h"
#include "broker/core/group/records.h"
#include "broker/node/log_format.h"
#include "tests/sim/admin.h"
#include "tests/sim/checker.h"
#include "tests/sim/cluster.h"
#include "tests/sim/consumer.h"
#include "tests/sim/fault_injector.h"
#include "tests/sim/group_member.h"
#include "tests/sim/health.h"
#include "tests/sim/history.h"
#include "tests/sim/plan.h"
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
  void make_clients();
  void make_faults();
  void begin_traffic();
  void heal();
  void quieten();
  void read_everything();
  void finish();
  void run_until(int64_t us);
  void await(const std::string& rule, int64_t until_us, const std::function<bool(std::string&)>& is);
  bool has(FaultKind kind) const { return std::ranges::count(kinds_, kind) > 0; }
  bool has_power_losses() const { return has(FaultKind::PowerLoss); }
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

void Simulation::make_clients() {
  const std::vector<int32_t> brokers = cluster_->brokers();
  const int copies = std::min(3, static_cast<int>(brokers.size()));
  const auto drawn = [this](int64_t low, int64_t high) { return draw_between(draw_, low, high); };
  plans_.push_back({"orders", 3, static_cast<int16_t>(copies), draw_min_insync(draw_, has_power_losses())});
  plans_.push_back({"events", 2, static_cast<int16_t>(drawn(2, copies)), draw_min_insync(draw_, has_power_losses())});
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
  if (has(FaultKind::Replay)) {
    group_history_.expect_replays();
  }
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
  group_history_.on_committed = [this](int32_t partition, int64_t offset) {
    checker_.on_offset_committed("group", "orders", partition, offset);
  };
  group_history_.is_deposed = [this](int32_t broker) {
    const Node* node = cluster_->best_informed();
    const TopicImage* topic = node == nullptr ? nullptr : node->image().topic(offsets_topic);
    if (topic == nullptr) {
      return true;
    }
    const auto count = static_cast<int32_t>(topic->partitions.size());
    return topic->partition(partition_of_group("group", count))->leader != broker;
  };
  const ClusterPlan plan = draw_cluster(draw_, options_.shape, has_power_losses());
  shape_ = plan.settings.shape.name;
  wire_.set_latency(plan.latency_us_min, plan.latency_us_max);
  wire_.set_buffers(plan.buffer_bytes);
  cluster_ = std::make_unique<Cluster>(world_, wire_, plan.settings);
  checker_.watch(*cluster_);
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
  const int64_t pause_ms_max = draw_.below(4) == 0 ? 400 : 3'000;
  world_.at(world_.now_us() + 2'000'000, nobody,
            [this, pause_ms_max] { admin_->meddle(pause_ms_max); });
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
        [this](std::string& why) { return topics_have_healed(*cluster_, why); });
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

void Simulation::describe(Outcome& outcome) {
  outcome.shape = shape_;
  outcome.hash = world_.hash();
  outcome.simulated_s = static_cast<double>(world_.now_us()) / 1e6;
  outcome.faults = faults_;
  outcome.story.assign(world_.story().begin(), world_.story().end());
  if (!outcome.ok() && cluster_) {
    show_nodes(*cluster_, outcome.story);
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
