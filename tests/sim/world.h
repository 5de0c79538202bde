// World: virtual time, and everything that happens in it, one thing after another.
//
// An event belongs to a life (the run of one process) or to nobody (the network, the faults). Events
// of a life that is over are dropped; those of a paused one wait until it goes on. Events at the same
// microsecond run in the order in which they were made, so a seed decides everything: nothing here
// asks a clock, a thread, or the order of pointers.
//
// The hash takes in every event and every byte that is delivered. Two runs of a seed that differ
// anywhere differ in it.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <queue>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "broker/core/env.h"

namespace kafka::sim {

// A broken invariant. It ends the run.
class Violation : public std::runtime_error {
 public:
  Violation(std::string rule, const std::string& what)
      : std::runtime_error(what), rule_(std::move(rule)) {}
  const std::string& rule() const { return rule_; }

 private:
  std::string rule_;
};

using Life = uint32_t;
inline constexpr Life nobody = 0;

class World {
 public:
  explicit World(uint64_t seed, bool keeps_whole_trace = false);

  int64_t now_us() const { return now_us_; }
  int64_t now_ms() const { return now_us_ / 1000; }
  Random& random() { return random_; }
  // Uniform in [low, high].
  int64_t between(int64_t low, int64_t high);
  bool one_in(uint64_t n) { return random_.below(n) == 0; }

  Life begin_life(std::string name);
  void end_life(Life life);
  bool lives(Life life) const { return lives_[life].running; }
  void pause(Life life, int64_t until_us);
  const std::string& name_of(Life life) const { return lives_[life].name; }
  // Who runs at this moment; nobody between the events of processes.
  Life running() const { return running_; }

  // `event` runs at that time, if the life is not over by then.
  void at(int64_t us, Life life, std::function<void()> event);
  // Runs the next event. False when there is none up to `until_us`; time is then `until_us`.
  bool step(int64_t until_us);

  // One line of the story: "12.345678 broker 1  text".
  void trace(std::string_view text);
  bool keeps_whole_trace() const { return keeps_whole_trace_; }
  const std::deque<std::string>& story() const { return story_; }

  void mix(uint64_t value);
  void mix(std::span<const uint8_t> bytes);
  uint64_t hash() const { return hash_; }
  uint64_t events() const { return sequence_; }

 private:
  struct Event {
    int64_t us;
    uint64_t sequence;
    Life life;
    std::function<void()> run;
    bool operator<(const Event& other) const {  // the heap keeps the largest in front
      return us != other.us ? us > other.us : sequence > other.sequence;
    }
  };
  struct LifeState {
    std::string name;
    bool running = true;
    int64_t paused_until_us = 0;
  };

  SeededRandom random_;
  int64_t now_us_ = 0;
  uint64_t sequence_ = 0;
  std::vector<Event> queue_;  // a heap
  std::vector<LifeState> lives_;
  Life running_ = nobody;
  uint64_t hash_ = 0xcbf29ce484222325ULL;
  bool keeps_whole_trace_;
  std::deque<std::string> story_;
};

}  // namespace kafka::sim
