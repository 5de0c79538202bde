// Controllers register, too: where they listen and which features they support (KIP-919).
#include "broker/core/controller/controller.h"
#include "broker/core/controller/features.h"

namespace kafka {

Decision<ControllerRegistrationResponse> Controller::decide_register_controller(
    const ControllerRegistrationRequest& request) const {
  Decision<ControllerRegistrationResponse> decision;
  decision.reply.error_message = std::nullopt;
  if (state_.metadata_version() < metadata_version::register_controller) {
    decision.reply.error_code = static_cast<int16_t>(ErrorCode::UnsupportedVersion);
    decision.reply.error_message =
        "The metadata.version of the cluster is too old for controller "
        "registrations.";
    return decision;
  }
  RegisterControllerRecord record;
  record.controller_id = request.controller_id;
  record.incarnation_id = request.incarnation_id;
  for (const auto& listener : request.listeners) {
    auto& to = record.end_points.emplace_back();
    to.name = listener.name;
    to.host = listener.host;
    to.port = listener.port;
    to.security_protocol = listener.security_protocol;
  }
  for (const auto& feature : request.features) {
    auto& to = record.features.emplace_back();
    to.name = feature.name;
    to.min_supported_version = feature.min_supported_version;
    to.max_supported_version = feature.max_supported_version;
  }
  decision.records.emplace_back(std::move(record));
  return decision;
}

}  // namespace kafka
