// CreateAcls: writes ACLs; each has its own answer. SECURITY_DISABLED without
// authorizer.class.name.
//
//   v1  prefixed resource names (KIP-290)    v2  flexible    v3  user resources (KIP-373)
#include "broker/core/controller/acls.h"
#include "broker/core/controller/controller.h"
#include "broker/handlers/acl_requests.h"
#include "broker/node/node.h"

namespace kafka {
namespace {

CreateAclsResponse failed_creations(size_t creations, const Error& error) {
  CreateAclsResponse response;
  response.results.resize(creations);
  for (auto& result : response.results) {
    result.error_code = static_cast<int16_t>(error.code);
    result.error_message = error.message;
  }
  return response;
}

}  // namespace

void handle_create_acls(Node& node, Request& request) {
  const auto message = node.decode_or_close<CreateAclsRequest>(request);
  if (!message) {
    return;
  }
  const size_t creations = message->creations.size();
  if (!has_authorizer(node.config())) {
    node.reply(request.reply_to, failed_creations(creations, {ErrorCode::SecurityDisabled,
                                                              "No Authorizer is configured."}));
    return;
  }
  if (!node.is_active_controller()) {
    node.reply(request.reply_to,
               failed_creations(creations, {ErrorCode::NotController,
                                            "This node is not the active controller."}));
    return;
  }
  AclCreation decision = create_acls(node.controller().state(), *message, node.random());
  node.commit(std::move(decision.records), [&node, reply_to = request.reply_to, creations,
                                            response = std::move(decision.reply)](
                                               const Result<>& committed) {
    node.reply(reply_to, committed ? response : failed_creations(creations, committed.error()));
  });
}

}  // namespace kafka
