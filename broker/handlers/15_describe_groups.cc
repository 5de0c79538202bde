// DescribeGroups: state, members and assignments of classic groups. What the assignor said about
// members is shown of stable groups only: in a rebalance the parts do not belong together.
//
//   v3  authorized operations (KIP-430)    v4  group.instance.id    v5  flexible
//   v6  GROUP_ID_NOT_FOUND with a message; before, an unknown group was a Dead one (KIP-1043)
#include "protocol/api/15_describe_groups.h"

#include "broker/core/group/coordinator.h"
#include "broker/handlers/authorized_operations.h"
#include "broker/node/node.h"

namespace kafka {

namespace {

constexpr int32_t group_operations = operation_bits(
    {AclOperation::Read, AclOperation::Delete, AclOperation::Describe,
     AclOperation::DescribeConfigs, AclOperation::AlterConfigs});

}  // namespace

void handle_describe_groups(Node& node, Request& request) {
  const auto message = node.decode_or_close<DescribeGroupsRequest>(request);
  if (!message) {
    return;
  }
  DescribeGroupsResponse response;
  for (const std::string& group_id : message->groups) {
    auto& group =
        response.groups.emplace_back(node.groups().describe(group_id, request.version()));
    if (message->include_authorized_operations && group.error_code == 0) {
      group.authorized_operations = group_operations;
    }
  }
  node.reply(request.reply_to, response);
}

}  // namespace kafka
