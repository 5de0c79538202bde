#include "broker/node/broker_lifecycle.h"

#include <fmt/format.h>

#include <utility>

#include "broker/config/broker_config.h"
#include "broker/node/log_format.h"
#include "broker/node/loggers.h"
#include "broker/node/node.h"
#include "broker/node/storage.h"
#include "broker/node/to_controller.h"

namespace kafka {

namespace {

constexpr std::string_view channel = "lifecycle";
constexpr int64_t registration_retry_ms = 100;
constexpr int64_t shutdown_heartbeat_ms = 20;  // between the heartbeats of a controlled shutdown
constexpr int64_t shutdown_silence_ms = 600;   // without an answer: no controller to wait for

std::string text_of(ErrorCode code) {
  return fmt::format("{} ({})", name(code), describe(code));
}

}  // namespace

// --- registration

void BrokerLifecycle::start(const BrokerRegistrationRequest& registration, Callbacks callbacks) {
  registration_ = registration;
  callbacks_ = std::move(callbacks);
  state_ = State::Registering;
  give_up_ms_ = now_ms_ + node_.config().initial_broker_registration_timeout_ms;
  last_answer_ms_ = now_ms_;
  register_broker();
}

void BrokerLifecycle::register_broker() {
  node_.to_controller<BrokerRegistrationRequest, BrokerRegistrationResponse>(
      registration_, [this](Result<BrokerRegistrationResponse> answer) { on_registered(answer); },
      give_up_ms_ - now_ms_, channel);
}

void BrokerLifecycle::on_registered(const Result<BrokerRegistrationResponse>& answer) {
  if (state_ != State::Registering) {
    return;
  }
  if (!answer) {
    try_again(answer.error().message);
    return;
  }
  const ErrorCode error{answer->error_code};
  if (error != ErrorCode::None) {
    try_again(text_of(error));
    return;
  }
  epoch_ = answer->broker_epoch;
  last_answer_ms_ = now_ms_;
  state_ = State::CatchingUp;
  log_info(lifecycle_logger,
           "[BrokerLifecycleManager id={}] Successfully registered broker {} with broker epoch {}",
           node_.config().node_id, node_.config().node_id, epoch_);
  look_at_image();
}

void BrokerLifecycle::try_again(const std::string& why) {
  const int32_t id = node_.config().node_id;
  if (now_ms_ + registration_retry_ms >= give_up_ms_) {
    callbacks_.fatal({ErrorCode::BrokerNotAvailable,
                      fmt::format("Broker {} could not register with the controller quorum within "
                                  "initial.broker.registration.timeout.ms: {}",
                                  id, why)});
    return;
  }
  if (std::exchange(last_refusal_, why) != why) {
    log_warn(lifecycle_logger, "[BrokerLifecycleManager id={}] The registration was refused: {}",
             id, why);
  }
  timers_.run_at(now_ms_ + registration_retry_ms, now_ms_, [this] {
    if (state_ == State::Registering) {
      register_broker();
    }
  });
}

// --- what the image says about this broker

void BrokerLifecycle::look_at_image() {
  const BrokerImage* self = node_.image().broker(registration_.broker_id);
  const bool is_ours = self != nullptr && self->incarnation_id == registration_.incarnation_id;
  if (!is_ours) {
    return;
  }
  if (state_ == State::CatchingUp) {
    log_info(lifecycle_logger,
             "[BrokerLifecycleManager id={}] The broker has caught up. Transitioning from STARTING "
             "to RECOVERY.",
             registration_.broker_id);
    state_ = State::Recovering;
    if (const Result<> opened = callbacks_.open_logs(); !opened) {
      callbacks_.fatal(opened.error());
      return;
    }
    heartbeat_now();
  }
  if (state_ == State::Recovering && !self->fenced) {
    log_info(lifecycle_logger,
             "[BrokerLifecycleManager id={}] The broker has been unfenced. Transitioning from "
             "RECOVERY to RUNNING.",
             registration_.broker_id);
    state_ = State::Running;
    callbacks_.running();
  } else if (state_ == State::Running && self->fenced) {
    heartbeat_now();
  }
}

void BrokerLifecycle::on_metadata(const MetadataDelta& delta) {
  if (state_ == State::NotRunning || state_ == State::Stopped) {
    return;
  }
  look_at_image();
  for (const int32_t id : delta.changed_brokers) {
    const BrokerImage* other = node_.image().broker(id);
    if (id != registration_.broker_id && other != nullptr && !other->fenced &&
        other->in_controlled_shutdown && state_ == State::Running) {
      heartbeat_now();
      return;
    }
  }
}

void BrokerLifecycle::report_now() {
  if (state_ >= State::Recovering && state_ != State::Stopped) {
    heartbeat_now();
  }
}

// --- heartbeats

void BrokerLifecycle::heartbeat_at(int64_t at_ms) {
  if (in_flight_ && at_ms <= now_ms_) {
    again_ = true;
    return;
  }
  timers_.cancel(timer_);
  timer_ = timers_.run_at(at_ms, now_ms_, [this] {
    timer_ = 0;
    heartbeat();
  });
}

void BrokerLifecycle::heartbeat() {
  BrokerHeartbeatRequest request;
  request.broker_id = registration_.broker_id;
  request.broker_epoch = epoch_;
  request.current_metadata_offset = node_.image().offset();
  request.want_shut_down = state_ == State::Stopping;
  request.offline_log_dirs = node_.storage().offline_directory_ids();
  request.cordoned_log_dirs.emplace();
  in_flight_ = true;
  node_.to_controller<BrokerHeartbeatRequest, BrokerHeartbeatResponse>(
      request, [this](Result<BrokerHeartbeatResponse> answer) { on_heartbeat(answer); },
      state_ == State::Stopping ? shutdown_silence_ms / 2
                                : node_.config().broker_session_timeout_ms / 2,
      channel);
}

void BrokerLifecycle::on_heartbeat(const Result<BrokerHeartbeatResponse>& answer) {
  in_flight_ = false;
  const bool again = std::exchange(again_, false);
  const bool accepted = answer && answer->error_code == 0;
  if (!accepted) {
    log_warn(lifecycle_logger, "[BrokerLifecycleManager id={}] A heartbeat was not accepted: {}",
             registration_.broker_id,
             answer ? text_of(ErrorCode{answer->error_code}) : answer.error().message);
  } else {
    last_answer_ms_ = now_ms_;
  }
  if (state_ == State::Stopping) {
    note_shutdown_answer(accepted ? &*answer : nullptr);
    return;
  }
  // A refused heartbeat is repeated soon, but never without a pause.
  const int64_t interval = node_.config().broker_heartbeat_interval_ms;
  const bool hurry = again || (accepted && answer->is_fenced);
  const int64_t soon = accepted ? 1 : registration_retry_ms;
  heartbeat_at(now_ms_ + (hurry || !accepted ? soon : interval));
}

// --- farewell

void BrokerLifecycle::begin_shutdown() {
  if (state_ != State::Running && state_ != State::Recovering) {
    finish_shutdown();
    return;
  }
  log_info(lifecycle_logger, "[BrokerLifecycleManager id={}] Beginning controlled shutdown.",
           registration_.broker_id);
  state_ = State::Stopping;
  last_answer_ms_ = now_ms_;
  heartbeat_now();
}

void BrokerLifecycle::note_shutdown_answer(const BrokerHeartbeatResponse* answer) {
  if (answer != nullptr && answer->should_shut_down) {
    log_info(lifecycle_logger,
             "[BrokerLifecycleManager id={}] The controller has asked us to exit "
             "controlled shutdown.",
             registration_.broker_id);
    finish_shutdown();
  } else if (now_ms_ - last_answer_ms_ >= shutdown_silence_ms) {
    log_warn(lifecycle_logger,
             "[BrokerLifecycleManager id={}] No controller answers: stopping without it.",
             registration_.broker_id);
    finish_shutdown();
  } else {
    heartbeat_at(now_ms_ + shutdown_heartbeat_ms);
  }
}

void BrokerLifecycle::finish_shutdown() {
  state_ = State::Stopped;
  timers_.cancel(timer_);
  if (callbacks_.stopped) {
    callbacks_.stopped();
  }
}

}  // namespace kafka
