// DeleteGroups: groups without members go, with all their offsets. NON_EMPTY_GROUP,
// GROUP_ID_NOT_FOUND stand at each. The answer leaves when all tombstones are stored.
//
//   v2  flexible
#include "protocol/api/42_delete_groups.h"

#include "broker/core/group/coordinator.h"
#include "broker/node/node.h"

namespace kafka {

void handle_delete_groups(Node& node, Request& request) {
  const auto message = node.decode_or_close<DeleteGroupsRequest>(request);
  if (!message) {
    return;
  }
  node.run(node.groups().delete_groups(message->groups_names, request.reply_to, node.now_ms()));
}

}  // namespace kafka
