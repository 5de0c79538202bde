// BrokerLifecycle: a broker's standing in its cluster, from its registration to its farewell.
//
//   Registering --registered--> CatchingUp --own registration read--> Recovering
//       |  ^ refused: again           (logs are opened: Callbacks::open_logs)   |
//       |                                                                   heartbeats ask
//       v too long: fatal                                                  to be unfenced
//   Stopped <--should shut down-- Stopping <--begin_shutdown()-- Running <--own unfencing read
//
// All requests go to the active controller over one connection (channel "lifecycle"), heartbeats
// every broker.heartbeat.interval.ms. Their end without a farewell tells the controller that this
// process died (broker_failures.h). A heartbeat is sent at once, and not when its time comes,
// whenever waiting would make others wait: to be unfenced, when the controller changed, when
// another broker is leaving and must know that its leaderships have been read here.
//
// The epoch of the registration fences everything this broker asks of the controller: a broker that
// was started again under the same id is another one.
//
// Notes: notes/request_path.md
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "broker/core/controller/image.h"
#include "broker/core/controller/kraft.h"
#include "broker/io/timers.h"
#include "protocol/api/62_broker_registration.h"
#include "protocol/api/63_broker_heartbeat.h"
#include "protocol/result.h"

namespace kafka {

class Node;

class BrokerLifecycle {
 public:
  enum class State : uint8_t {
    NotRunning,
    Registering,
    CatchingUp,
    Recovering,
    Running,
    Stopping,
    Stopped
  };

  struct Callbacks {
    std::function<Result<>()> open_logs;  // the image holds this broker's registration
    std::function<void()> running;        // unfenced: serve clients
    std::function<void(const Error&)> fatal;
    std::function<void()> stopped;  // leaderships are elsewhere: the process may end
  };

  BrokerLifecycle(Node& node, Timers& timers, const int64_t& now_ms)
      : node_(node), timers_(timers), now_ms_(now_ms) {}

  void start(const BrokerRegistrationRequest& registration, Callbacks callbacks);

  // The image moved: what is committed has been applied and published.
  void on_metadata(const MetadataDelta& delta);
  // The controller has something to hear before the next heartbeat is due: it is another node now, or
  // log directories went offline.
  void report_now();

  // Controlled shutdown: asks the controller to move leaderships away, then Callbacks::stopped.
  // Without an answer for half a second and a bit it gives up and stops as it is.
  void begin_shutdown();

  State state() const { return state_; }
  int64_t epoch() const { return epoch_; }

 private:
  void register_broker();
  void on_registered(const Result<BrokerRegistrationResponse>& answer);
  void try_again(const std::string& why);
  void look_at_image();
  void heartbeat();
  void heartbeat_at(int64_t at_ms);
  void heartbeat_now() { heartbeat_at(now_ms_); }
  void on_heartbeat(const Result<BrokerHeartbeatResponse>& answer);
  void note_shutdown_answer(const BrokerHeartbeatResponse* answer);
  void finish_shutdown();

  Node& node_;
  Timers& timers_;
  const int64_t& now_ms_;
  State state_ = State::NotRunning;
  BrokerRegistrationRequest registration_;
  Callbacks callbacks_;
  int64_t epoch_ = no_broker_epoch;
  int64_t give_up_ms_ = 0;      // registering
  std::string last_refusal_;    // said once, however often it comes
  int64_t last_answer_ms_ = 0;  // of a controller
  bool in_flight_ = false;      // one heartbeat at a time
  bool again_ = false;          // and another one as soon as it is answered
  int64_t next_heartbeat_ms_ = INT64_MAX;
  TimerId timer_ = 0;
};

}  // namespace kafka
