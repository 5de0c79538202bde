// EventLoop: the core thread's loop. Readiness of descriptors, one alarm, signals, and work that
// other threads post. AsioLoop is the real one, and Asio itself stays in event_loop.cc; a simulation
// brings its own (tests/sim/sim_host.h).
//
// Everything but post() is called on the thread that runs run(). Around each event the loop calls
// two hooks: before_event (the node reads the clock once) and after_event (the node finishes what
// the event set in motion, such as parked fetches).
//
// What it costs: a wait re-arms epoll with a system call, about 0.6 us of the 9 us that a single
// record with acks=all takes over loopback between two running processes.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>

namespace kafka {

class Network;

// Told that a descriptor became ready. Each call follows one await_*() of its Watch.
class ReadyHandler {
 public:
  virtual ~ReadyHandler() = default;
  virtual void on_readable() = 0;
  virtual void on_writable() = 0;
};

// The loop's interest in one descriptor, which it closes when the Watch dies. A Watch may be
// destroyed inside its own handler; nothing is called after that. It must not outlive its loop.
class Watch {
 public:
  virtual ~Watch() = default;
  virtual int fd() const = 0;
  virtual void await_readable() = 0;  // level triggered: bytes that are there already count
  virtual void await_writable() = 0;
};

class EventLoop {
 public:
  EventLoop() = default;
  virtual ~EventLoop() = default;
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  std::function<void()> before_event;
  std::function<void()> after_event;

  virtual void run() = 0;   // until stop()
  virtual void stop() = 0;  // run() returns after the current event
  virtual void post(std::function<void()> work) = 0;  // any thread; runs in order

  // Where its descriptors come from.
  virtual Network& network() = 0;

  // Takes a non-blocking descriptor. The handler must outlive the Watch.
  virtual std::unique_ptr<Watch> watch(int fd, ReadyHandler& handler) = 0;

  // Calls on_alarm once, `delay_ms` from now; replaces what was set before. Negative: no alarm.
  std::function<void()> on_alarm;
  virtual void set_alarm(int64_t delay_ms) = 0;

  // Calls the function for each arrival of one of these signals, which have no other effect then.
  // Once per process: signals belong to it as a whole.
  virtual void on_signals(std::initializer_list<int> signals,
                          std::function<void(int)> function) = 0;
};

class AsioLoop final : public EventLoop {
 public:
  AsioLoop();
  ~AsioLoop() override;

  void run() override;
  void stop() override;
  void post(std::function<void()> work) override;
  Network& network() override;
  std::unique_ptr<Watch> watch(int fd, ReadyHandler& handler) override;
  void set_alarm(int64_t delay_ms) override;
  void on_signals(std::initializer_list<int> signals, std::function<void(int)> function) override;

  class Implementation;

 private:
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace kafka
