#include "tests/sim/sim_host.h"

#include <algorithm>

namespace kafka::sim {

SimLoop::~SimLoop() {
  world_.end_life(life_);
}

void SimLoop::event(const std::function<void()>& work) {
  if (stopped_ || halted_) {
    return;
  }
  try {
    if (before_event) {
      before_event();
    }
    work();
    if (after_event) {
      after_event();
    }
  } catch (const Halted&) {
    halted_ = true;
  }
  if (observer) {
    observer();
  }
}

void SimLoop::post(std::function<void()> work) {
  world_.at(world_.now_us(), life_, [this, work = std::move(work)] { event(work); });
}

std::unique_ptr<Watch> SimLoop::watch(int fd, ReadyHandler& handler) {
  return std::make_unique<SimWatch>(*this, fd, handler);
}

void SimLoop::set_alarm(int64_t delay_ms) {
  const uint64_t alarm = ++alarm_;
  if (delay_ms < 0) {
    return;
  }
  world_.at(world_.now_us() + delay_ms * 1000, life_, [this, alarm] {
    if (alarm == alarm_ && on_alarm) {
      event(on_alarm);
    }
  });
}

SimWatch::SimWatch(SimLoop& loop, int fd, ReadyHandler& handler)
    : loop_(loop), fd_(fd), handler_(handler) {
  loop_.wire().attach(fd_, this, loop_.life());
}

SimWatch::~SimWatch() {
  *alive_ = false;
  loop_.wire().detach(fd_);
  loop_.wire().close(fd_);
}

void SimWatch::ready(bool writable) {
  World& world = loop_.world();
  world.at(world.now_us(), loop_.life(), [this, alive = alive_, writable] {
    if (!*alive) {
      return;
    }
    loop_.event([this, alive, writable] {
      if (*alive) {
        writable ? handler_.on_writable() : handler_.on_readable();
      }
    });
  });
}

void SimDisk::run(std::function<void()> job, std::function<void()> done) {
  World& world = loop_.world();
  const int64_t start = std::max(world.now_us(), free_at_us_);
  free_at_us_ = start + world.between(20, sync_us_max_);
  const bool early = world.one_in(2);
  world.at(early ? start : free_at_us_, loop_.life(), [this, job = std::move(job)] {
    if (!drained_) {
      job();
    }
  });
  world.at(free_at_us_, loop_.life(), [this, done = std::move(done)] {
    if (!drained_) {
      loop_.event(done);
    }
  });
}

}  // namespace kafka::sim
