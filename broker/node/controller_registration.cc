#include "broker/node/controller_registration.h"

#include "broker/core/controller/features.h"
#include "broker/core/controller/image.h"
#include "broker/core/controller/kraft.h"
#include "broker/node/log_format.h"
#include "broker/node/loggers.h"
#include "broker/node/node.h"
#include "broker/node/to_controller.h"

namespace kafka {

namespace {
constexpr int64_t retry_ms = 100;
constexpr int64_t timeout_ms = 5000;
}  // namespace

void ControllerRegistration::start(const ControllerRegistrationRequest& registration) {
  registration_ = registration;
  started_ = true;
  on_metadata();
}

void ControllerRegistration::on_metadata() {
  const MetadataImage& image = node_.image();
  const ControllerImage* self = image.controller(registration_.controller_id);
  const bool is_known = self != nullptr && self->incarnation_id == registration_.incarnation_id;
  if (!started_ || in_flight_ || is_known || node_.is_active_controller() ||
      node_.kraft().raft().leader_id() < 0 ||
      image.metadata_version() < metadata_version::register_controller) {
    return;
  }
  in_flight_ = true;
  node_.to_controller<ControllerRegistrationRequest, ControllerRegistrationResponse>(
      registration_, [this](Result<ControllerRegistrationResponse> answer) { on_answer(answer); },
      timeout_ms, "lifecycle");
}

// Looks again a little later: an accepted registration is on its way to this node's image.
void ControllerRegistration::on_answer(const Result<ControllerRegistrationResponse>& answer) {
  if (!answer || answer->error_code != 0) {
    log_warn(registration_logger,
             "[ControllerRegistrationManager id={}] The registration was refused: {}",
             registration_.controller_id,
             answer ? std::string(name(ErrorCode{answer->error_code})) : answer.error().message);
  }
  timers_.run_at(now_ms_ + retry_ms, now_ms_, [this] {
    in_flight_ = false;
    on_metadata();
  });
}

}  // namespace kafka
