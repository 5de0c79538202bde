#include "broker/io/fault_injector.h"

#include <algorithm>

#include "broker/core/check.h"

namespace kafka {

FaultInjector::FaultInjector(FaultPlan plan, FaultEffects* effects, Fired fired)
    : plan_(std::move(plan)), effects_(effects), fired_(std::move(fired)) {
  CHECK(effects != nullptr || std::ranges::none_of(plan_.faults(), &Fault::needs_broker),
        "a plan that needs a broker, and none is here");
}

// What a fault does to the broker before the request is handled.
void FaultInjector::begin(const Fault& fault) {
  if (fault.action == FaultAction::FailWrite) {
    effects_->fail_next_write();
  } else if (fault.action == FaultAction::FailSync) {
    effects_->fail_next_sync();
  } else if (fault.action == FaultAction::SlowDisk) {
    effects_->slow_disk(fault.by_ms);
  } else if (fault.action == FaultAction::MoveClock) {
    effects_->move_clock(fault.by_ms);
  }
}

FaultHook::AtRequest FaultInjector::at_request(const ConnectionInfo& connection, uint64_t sequence,
                                               std::span<const uint8_t> frame) {
  const Result<RequestFrame> request = decode_request_frame(frame);
  if (!request) {
    return {};  // the dispatcher closes the connection
  }
  const auto key = static_cast<ApiKey>(request->header.api_key);
  const Fault* fault = plan_.on_request(*request);
  if (fault != nullptr || key == ApiKey::Metadata || key == ApiKey::CreateTopics) {
    open_[{connection.id, sequence}] = {key, request->header.api_version, fault};
  }
  if (fault == nullptr) {
    return {};
  }
  fired_(connection, sequence, *fault);
  begin(*fault);
  switch (fault->action) {
    case FaultAction::Lose:
    case FaultAction::Mute:
    case FaultAction::Delay:
    case FaultAction::Twice:
    case FaultAction::FailWrite:
    case FaultAction::FailSync:
    case FaultAction::SlowDisk:
    case FaultAction::MoveClock:
    case FaultAction::Rebalance:
    case FaultAction::Mark:
      return {};
    case FaultAction::Refuse:
      return {.what = AtRequest::Do::Close};
    case FaultAction::Stall:
      return {.what = AtRequest::Do::Ignore};
    case FaultAction::Error:
      break;
  }
  AtRequest decision{.what = AtRequest::Do::Answer};
  const Result<Bytes> answer = error_answer(*request, fault->error);
  if (!answer) {
    return {.what = AtRequest::Do::Close};  // a request that cannot be read
  }
  decision.answer.raw(*answer);
  return decision;
}

FaultHook::AtResponse FaultInjector::at_response(const ConnectionInfo& connection,
                                                 uint64_t sequence,
                                                 std::span<const uint8_t> bytes) {
  const auto found = open_.find({connection.id, sequence});
  if (found == open_.end()) {
    return {};
  }
  const Open open = found->second;
  open_.erase(found);
  plan_.on_response(open.key, open.version, bytes.subspan(frame_size_bytes));
  if (open.fault == nullptr) {
    return {};
  }
  switch (open.fault->action) {
    case FaultAction::Lose:
      return {.what = AtResponse::Do::Close};
    case FaultAction::Mute:
      return {.what = AtResponse::Do::Swallow};
    case FaultAction::Twice:
      return {.what = AtResponse::Do::SendTwice};
    case FaultAction::Rebalance:
      effects_->rebalance_groups();
      break;
    case FaultAction::Delay:
    case FaultAction::Error:
    case FaultAction::FailWrite:
    case FaultAction::FailSync:
    case FaultAction::SlowDisk:
    case FaultAction::MoveClock:
      break;
    case FaultAction::Mark:
    case FaultAction::Refuse:
    case FaultAction::Stall:
      return {};  // as it is, or never answered
  }
  return open.fault->after_ms > 0
             ? AtResponse{.what = AtResponse::Do::Delay, .delay_ms = open.fault->after_ms}
             : AtResponse{};
}

bool FaultInjector::at_no_response(const ConnectionInfo& connection, uint64_t sequence) {
  const auto found = open_.extract({connection.id, sequence});
  const Fault* fault = found ? found.mapped().fault : nullptr;
  if (fault != nullptr && fault->action == FaultAction::Rebalance) {
    effects_->rebalance_groups();
  }
  return fault != nullptr && fault->action == FaultAction::Lose;
}

}  // namespace kafka
