// DescribeAcls: the ACLs that a filter names, by resource, as far as this node has read the
// metadata. SECURITY_DISABLED without authorizer.class.name.
//
//   v1  prefixed resource names (KIP-290)    v2  flexible    v3  user resources (KIP-373)
#include "broker/core/controller/acls.h"
#include "broker/handlers/acl_requests.h"
#include "broker/node/node.h"

namespace kafka {

void handle_describe_acls(Node& node, Request& request) {
  const auto message = node.decode_or_close<DescribeAclsRequest>(request);
  if (!message) {
    return;
  }
  DescribeAclsResponse response;
  if (has_authorizer(node.config())) {
    response = describe_acls(node.image(), *message);
  } else {
    response.error_code = static_cast<int16_t>(ErrorCode::SecurityDisabled);
    response.error_message = "No Authorizer is configured on the broker";
  }
  node.reply(request.reply_to, response);
}

}  // namespace kafka
