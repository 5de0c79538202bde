// ListGroups: the groups that this broker coordinates; clients ask every broker.
//
//   v3  flexible    v4  states, and a filter by them (KIP-518)    v5  types, likewise (KIP-848)
#include "protocol/api/16_list_groups.h"

#include "broker/core/group/coordinator.h"
#include "broker/node/node.h"

namespace kafka {

void handle_list_groups(Node& node, Request& request) {
  const auto message = node.decode_or_close<ListGroupsRequest>(request);
  if (!message) {
    return;
  }
  node.reply(request.reply_to, node.groups().list(*message));
}

}  // namespace kafka
