// JoinGroup: a member wants to be part of the group's next generation. The request is parked until
// the rebalance ends; its answer names the generation, the leader and the assignor that was
// elected, and gives the leader everybody's subscription (notes/groups.md).
//
//   v1  rebalance_timeout_ms (KIP-62)    v4  MEMBER_ID_REQUIRED: ask for an id first (KIP-394)
//   v5  group.instance.id, FENCED_INSTANCE_ID (KIP-345)    v6  flexible
//   v7  protocol type; null protocol name (KIP-559)    v8  a reason for people (KIP-800)
//   v9  skip_assignment, for a static leader that comes back (KIP-814)
#include "protocol/api/11_join_group.h"

#include "broker/handlers/group_client.h"
#include "broker/node/node.h"

namespace kafka {

void handle_join_group(Node& node, Request& request) {
  auto message = node.decode_or_close<JoinGroupRequest>(request);
  if (!message) {
    return;
  }
  node.run(node.groups().join(std::move(*message), group_client(request), request.reply_to,
                              node.now_ms()));
}

}  // namespace kafka
