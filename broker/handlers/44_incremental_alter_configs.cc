// IncrementalAlterConfigs: sets, deletes, appends to and subtracts from single configurations of a
// resource, and leaves the others alone (KIP-339).
//
// Topics, groups and client metrics take every configuration of theirs. A broker takes those that
// can change while it runs, for itself or, with the empty name, for all brokers; the new values are
// in effect when the answer is sent. A logger's level changes in the process that is asked.
//
//   v1  flexible
#include "protocol/api/44_incremental_alter_configs.h"

#include "broker/handlers/config_resources.h"
#include "broker/node/node.h"

namespace kafka {
namespace {

std::vector<ConfigAlteration> alterations_of(const IncrementalAlterConfigsRequest& request) {
  std::vector<ConfigAlteration> alterations;
  for (const auto& resource : request.resources) {
    ConfigAlteration& alteration = alterations.emplace_back();
    alteration.resource = {static_cast<ConfigResourceType>(resource.resource_type),
                           resource.resource_name};
    for (const auto& config : resource.configs) {
      alteration.ops.push_back(
          {config.name, config.value, static_cast<ConfigOp::Kind>(config.config_operation)});
    }
  }
  return alterations;
}

}  // namespace

void handle_incremental_alter_configs(Node& node, Request& request) {
  auto message = node.decode_or_close<IncrementalAlterConfigsRequest>(request);
  if (!message) {
    return;
  }
  std::vector<ConfigAlteration> alterations = alterations_of(*message);
  const bool validate_only = message->validate_only;
  const AskedAt where =
      request.connection->is_controller_listener ? AskedAt::Controller : AskedAt::Broker;
  alter_configs(node, where, std::move(alterations), validate_only,
                [&node, reply_to = request.reply_to,
                 message = std::move(*message)](const std::vector<Result<>>& results) {
                  node.reply(reply_to, alteration_response<IncrementalAlterConfigsResponse>(
                                           message, results));
                });
}

}  // namespace kafka
