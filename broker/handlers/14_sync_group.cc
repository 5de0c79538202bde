// SyncGroup: the leader brings the assignment, everyone fetches their part. Followers' requests are
// parked until the leader's has come and is stored.
//
//   v3  group.instance.id (KIP-345)    v4  flexible
//   v5  protocol type and name, which must be the group's: INCONSISTENT_GROUP_PROTOCOL (KIP-559)
#include "protocol/api/14_sync_group.h"

#include "broker/core/group/coordinator.h"
#include "broker/node/node.h"

namespace kafka {

void handle_sync_group(Node& node, Request& request) {
  const auto message = node.decode_or_close<SyncGroupRequest>(request);
  if (!message) {
    return;
  }
  node.run(node.groups().sync(*message, request.reply_to, node.now_ms()));
}

}  // namespace kafka
