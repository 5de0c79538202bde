// LeaveGroup: members go, and the others rebalance at once instead of after a session timeout. The
// last one leaves an empty group, whose record is written before the answer.
//
//   v3  many members, static ones by group.instance.id alone (KIP-345): each has its own error
//   v4  flexible    v5  a reason for people (KIP-800)
#include "protocol/api/13_leave_group.h"

#include "broker/core/group/coordinator.h"
#include "broker/node/node.h"

namespace kafka {

void handle_leave_group(Node& node, Request& request) {
  auto message = node.decode_or_close<LeaveGroupRequest>(request);
  if (!message) {
    return;
  }
  node.run(node.groups().leave(std::move(*message), request.reply_to, node.now_ms()));
}

}  // namespace kafka
