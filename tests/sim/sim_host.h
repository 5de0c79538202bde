// SimHost: the machine under one simulated process: a loop, a clock, a disk thread.
//
// The process lives as long as its SimHost. What it leaves behind, its files, belongs to the
// SimMachine (cluster.h).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "broker/core/sim_files.h"
#include "broker/io/host.h"
#include "tests/sim/sim_network.h"
#include "tests/sim/world.h"

namespace kafka::sim {

// Thrown out of an event whose process ends itself at once.
struct Halted {};

class SimLoop final : public EventLoop {
 public:
  SimLoop(World& world, Wire& wire, Machine machine, Life life, Files& files)
      : world_(world), wire_(wire), life_(life), network_(wire, machine, life, files) {}
  ~SimLoop() override;

  void run() override {}
  void stop() override { stopped_ = true; }
  void post(std::function<void()> work) override;
  Network& network() override { return network_; }
  std::unique_ptr<Watch> watch(int fd, ReadyHandler& handler) override;
  void set_alarm(int64_t delay_ms) override;
  void on_signals(std::initializer_list<int>, std::function<void(int)>) override {}

  // Runs something as an event of this loop, now.
  void event(const std::function<void()>& work);
  bool is_stopped() const { return stopped_; }
  bool is_halted() const { return halted_; }
  Life life() const { return life_; }
  World& world() { return world_; }
  Wire& wire() { return wire_; }
  // Called after each event: the cluster looks at what became of the node. It must not end it.
  std::function<void()> observer;

 private:
  World& world_;
  Wire& wire_;
  Life life_;
  SimNetwork network_;
  uint64_t alarm_ = 0;  // the newest; older ones are void
  bool stopped_ = false;
  bool halted_ = false;
};

class SimWatch final : public Watch {
 public:
  SimWatch(SimLoop& loop, int fd, ReadyHandler& handler);
  ~SimWatch() override;

  int fd() const override { return fd_; }
  void await_readable() override { loop_.wire().await_readable(fd_); }
  void await_writable() override { loop_.wire().await_writable(fd_); }
  void ready(bool writable);  // the wire: a wait is over

 private:
  SimLoop& loop_;
  int fd_;
  ReadyHandler& handler_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

// Jobs take the time that a disk takes; they have their effect at the start or at the end of it.
class SimDisk final : public DiskThread {
 public:
  SimDisk(SimLoop& loop, int64_t sync_us_max) : loop_(loop), sync_us_max_(sync_us_max) {}

  void run(std::function<void()> job, std::function<void()> done) override;
  void drain() override { drained_ = true; }

 private:
  SimLoop& loop_;
  int64_t sync_us_max_;
  int64_t free_at_us_ = 0;
  bool drained_ = false;
};

class SimHost final : public Host {
 public:
  // What the wall clocks show when the world begins: some time in 2026.
  static constexpr int64_t epoch_ms = 1'790'000'000'000;

  SimHost(World& world, Wire& wire, Machine machine, Life life, SimFiles& files, int64_t skew_ms,
          int64_t sync_us_max)
      : loop_(world, wire, machine, life, files),
        disk_(loop_, sync_us_max),
        files_(files),
        skew_ms_(skew_ms) {}

  SimLoop& loop() override { return loop_; }
  Files& files() override { return files_; }
  DiskThread& disk() override { return disk_; }
  int64_t wall_clock_ms() override { return epoch_ms + skew_ms_ + loop_.world().now_ms(); }
  uint64_t entropy() override { return loop_.world().random().next(); }
  [[noreturn]] void halt() override { throw Halted(); }

 private:
  SimLoop loop_;
  SimDisk disk_;
  SimFiles& files_;
  int64_t skew_ms_;
};

}  // namespace kafka::sim
