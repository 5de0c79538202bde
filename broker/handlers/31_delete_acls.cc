// DeleteAcls: removes the ACLs that filters name, and says for each filter which they were.
// SECURITY_DISABLED without authorizer.class.name.
//
//   v1  prefixed resource names (KIP-290)    v2  flexible    v3  user resources (KIP-373)
#include "broker/core/controller/acls.h"
#include "broker/core/controller/controller.h"
#include "broker/handlers/acl_requests.h"
#include "broker/node/node.h"

namespace kafka {
namespace {

DeleteAclsResponse failed_deletions(size_t filters, const Error& error) {
  DeleteAclsResponse response;
  response.filter_results.resize(filters);
  for (auto& result : response.filter_results) {
    result.error_code = static_cast<int16_t>(error.code);
    result.error_message = error.message;
  }
  return response;
}

}  // namespace

void handle_delete_acls(Node& node, Request& request) {
  const auto message = node.decode_or_close<DeleteAclsRequest>(request);
  if (!message) {
    return;
  }
  const size_t filters = message->filters.size();
  if (!has_authorizer(node.config())) {
    node.reply(request.reply_to, failed_deletions(filters, {ErrorCode::SecurityDisabled,
                                                            "No Authorizer is configured."}));
    return;
  }
  if (!node.is_active_controller()) {
    node.reply(request.reply_to,
               failed_deletions(
                   filters, {ErrorCode::NotController, "This node is not the active controller."}));
    return;
  }
  AclDeletion decision = delete_acls(node.controller().state(), *message);
  node.commit(std::move(decision.records), [&node, reply_to = request.reply_to, filters,
                                            response = std::move(decision.reply)](
                                               const Result<>& committed) {
    node.reply(reply_to, committed ? response : failed_deletions(filters, committed.error()));
  });
}

}  // namespace kafka
