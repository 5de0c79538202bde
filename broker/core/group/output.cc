#include "broker/core/group/output.h"

#include <utility>

namespace kafka {

namespace {

void fit(JoinGroupResponse& response, int16_t version) {
  if (version < 7 && !response.protocol_name) {  // may be null from v7 on
    response.protocol_name = "";
  }
}

// Before v3 one member left at a time, and its error was the whole answer.
void fit(LeaveGroupResponse& response, int16_t version) {
  if (version >= 3) {
    return;
  }
  if (response.error_code == 0 && !response.members.empty()) {
    response.error_code = response.members.front().error_code;
  }
  response.members.clear();
}

void fit(auto& /*says the same in all versions*/, int16_t /*version*/) {}

}  // namespace

void GroupOutput::reply(GroupReply reply) {
  std::visit([&](auto& response) { fit(response, reply.to.api_version); }, reply.response);
  replies.push_back(std::move(reply));
}

void GroupOutput::reply(std::vector<GroupReply> several) {
  for (GroupReply& each : several) {
    reply(std::move(each));
  }
}

}  // namespace kafka
