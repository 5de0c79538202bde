// AlterConfigs: replaces all of a resource's own configurations by those given. What is not named
// goes back to its default, which is why IncrementalAlterConfigs took its place.
//
//   v1  throttled replies go out first    v2  flexible
#include "protocol/api/33_alter_configs.h"

#include "broker/handlers/config_resources.h"
#include "broker/node/node.h"

namespace kafka {
namespace {

std::vector<ConfigAlteration> alterations_of(const AlterConfigsRequest& request) {
  std::vector<ConfigAlteration> alterations;
  for (const auto& resource : request.resources) {
    ConfigAlteration& alteration = alterations.emplace_back();
    alteration.resource = {static_cast<ConfigResourceType>(resource.resource_type),
                           resource.resource_name};
    alteration.replace_all = true;
    for (const auto& config : resource.configs) {
      alteration.ops.push_back({config.name, config.value, ConfigOp::Kind::Set});
    }
  }
  return alterations;
}

}  // namespace

void handle_alter_configs(Node& node, Request& request) {
  auto message = node.decode_or_close<AlterConfigsRequest>(request);
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
                  node.reply(reply_to, alteration_response<AlterConfigsResponse>(message, results));
                });
}

}  // namespace kafka
