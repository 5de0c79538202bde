// ControllerRegistration: makes this controller known to its cluster, under the incarnation of this
// process. The active controller writes its own registration (kraft_lifecycle.cc); the others ask
// for theirs, again and again until they read it in the image.
#pragma once

#include <cstdint>

#include "broker/io/timers.h"
#include "protocol/api/70_controller_registration.h"
#include "protocol/result.h"

namespace kafka {

class Node;

class ControllerRegistration {
 public:
  ControllerRegistration(Node& node, Timers& timers, const int64_t& now_ms)
      : node_(node), timers_(timers), now_ms_(now_ms) {}

  void start(const ControllerRegistrationRequest& registration);

  // The image moved, or another node leads: asks if that is to be done.
  void on_metadata();

 private:
  void on_answer(const Result<ControllerRegistrationResponse>& answer);

  Node& node_;
  Timers& timers_;
  const int64_t& now_ms_;
  ControllerRegistrationRequest registration_;
  bool started_ = false;
  bool in_flight_ = false;
};

}  // namespace kafka
