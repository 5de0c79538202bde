#include "broker/io/fault_injector.h"

namespace kafka {

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
  switch (fault->action) {
    case FaultAction::Lose:
    case FaultAction::Mute:
    case FaultAction::Delay:
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
    case FaultAction::Delay:
    case FaultAction::Error:
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

}  // namespace kafka
