// ControllerCalls: asks the active controller, wherever it is, until it answers.
//
//   this node is it        run here, through dispatch (local_calls.h)
//   another one is         over the network, on the call's channel
//   nobody is known, it is gone, or it says NOT_CONTROLLER
//                          once more after retry_ms, until the call's deadline
//
// When leadership moves, connections to the old controller are closed, so that calls which wait
// there start again at the new one and not when their time is over.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "broker/io/event_loop.h"
#include "broker/io/peers.h"
#include "broker/io/timers.h"
#include "protocol/result.h"

namespace kafka {

// One call; to_controller.h has the one there is for each pair of messages.
class ControllerCall {
 public:
  ControllerCall(int64_t deadline, std::string channel_name)
      : deadline_ms(deadline), channel(std::move(channel_name)) {}
  virtual ~ControllerCall() = default;
  ControllerCall(const ControllerCall&) = delete;
  ControllerCall& operator=(const ControllerCall&) = delete;

  virtual void ask(const PeerAddress& controller, int64_t timeout_ms) = 0;
  virtual void ask_here() = 0;
  virtual void fail(const Error& why) = 0;

  const int64_t deadline_ms;
  const std::string channel;
};

class ControllerCalls {
 public:
  static constexpr int64_t retry_ms = 20;

  struct Where {
    bool here = false;  // this node is the active controller
    std::string host;
    uint16_t port = 0;
  };
  // `where` tells the active controller as far as it is known.
  ControllerCalls(EventLoop& loop, Timers& timers, Peers& peers, const int64_t& now_ms,
                  std::function<std::optional<Where>()> where)
      : loop_(loop), timers_(timers), peers_(peers), now_ms_(now_ms), where_(std::move(where)) {}

  // Starts or goes on; `error` is why it has to.
  void start(std::shared_ptr<ControllerCall> call);
  void retry(std::shared_ptr<ControllerCall> call, const Error& why);

  // The active controller changed.
  void on_moved();

 private:
  void attempt(const std::shared_ptr<ControllerCall>& call, const Error& last);

  EventLoop& loop_;
  Timers& timers_;
  Peers& peers_;
  const int64_t& now_ms_;
  std::function<std::optional<Where>()> where_;
  std::set<PeerAddress> used_;  // connections to the current controller
};

}  // namespace kafka
