// Probe: whether anybody accepts connections at an address. One attempt, with a deadline.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "broker/io/event_loop.h"
#include "broker/io/resolver.h"

namespace kafka {

class Probe final : public ReadyHandler {
 public:
  // `done` is called in one of the handlers below, never in start().
  Probe(EventLoop& loop, std::function<void(bool accepted)> done);

  // False when no attempt could even be started.
  bool start(std::vector<NetAddress> candidates);

  void on_readable() override {}
  void on_writable() override;

 private:
  bool connect_next();

  EventLoop& loop_;
  std::function<void(bool)> done_;
  std::vector<NetAddress> candidates_;
  size_t next_ = 0;
  std::unique_ptr<Watch> watch_;
};

}  // namespace kafka
