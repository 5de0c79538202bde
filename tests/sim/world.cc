#include "tests/sim/world.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "protocol/crc32c.h"

namespace kafka::sim {

namespace {
constexpr size_t story_lines_max = 120;  // the last ones, where not all are kept
}

World::World(uint64_t seed, bool keeps_whole_trace)
    : random_(seed), keeps_whole_trace_(keeps_whole_trace) {
  lives_.push_back({"the world"});
}

int64_t World::between(int64_t low, int64_t high) {
  return low + static_cast<int64_t>(random_.below(static_cast<uint64_t>(high - low + 1)));
}

Life World::begin_life(std::string name) {
  lives_.push_back({std::move(name)});
  return static_cast<Life>(lives_.size() - 1);
}

void World::end_life(Life life) {
  lives_[life].running = false;
}

void World::pause(Life life, int64_t until_us) {
  lives_[life].paused_until_us = std::max(lives_[life].paused_until_us, until_us);
}

void World::at(int64_t us, Life life, std::function<void()> event) {
  queue_.push_back({std::max(us, now_us_), ++sequence_, life, std::move(event)});
  std::push_heap(queue_.begin(), queue_.end());
}

bool World::step(int64_t until_us) {
  while (!queue_.empty() && queue_.front().us <= until_us) {
    std::pop_heap(queue_.begin(), queue_.end());
    Event event = std::move(queue_.back());
    queue_.pop_back();
    const LifeState& life = lives_[event.life];
    if (!life.running) {
      continue;
    }
    now_us_ = event.us;
    if (life.paused_until_us > now_us_) {
      event.us = life.paused_until_us;
      queue_.push_back(std::move(event));
      std::push_heap(queue_.begin(), queue_.end());
      continue;
    }
    mix(static_cast<uint64_t>(now_us_) << 16 ^ event.life);
    running_ = event.life;
    event.run();
    running_ = nobody;
    return true;
  }
  now_us_ = std::max(now_us_, until_us);
  return false;
}

void World::trace(std::string_view text) {
  story_.push_back(fmt::format("{:>10.6f}  {:<12} {}", static_cast<double>(now_us_) / 1e6,
                               running_ == nobody ? "" : lives_[running_].name, text));
  if (!keeps_whole_trace_ && story_.size() > story_lines_max) {
    story_.pop_front();
  }
}

void World::mix(uint64_t value) {
  hash_ = (hash_ ^ value) * 0x100000001b3ULL;
  hash_ ^= hash_ >> 29;
}

void World::mix(std::span<const uint8_t> bytes) {
  mix(crc32c(bytes));
}

}  // namespace kafka::sim
