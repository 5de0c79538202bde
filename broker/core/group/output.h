// What the group coordinator hands back after each event: replies that may leave now, and records
// that must reach __consumer_offsets first.
//
// Whoever drives it appends each GroupAppend to its partition as one batch, in order, and reports
// it with GroupCoordinator::appended(token, ...) once the high watermark has passed it, or with the
// error that prevented it. Replies that depend on those records come out of that call.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "broker/core/group/records.h"
#include "broker/core/reply_to.h"
#include "protocol/api/08_offset_commit.h"
#include "protocol/api/11_join_group.h"
#include "protocol/api/13_leave_group.h"
#include "protocol/api/14_sync_group.h"
#include "protocol/api/42_delete_groups.h"
#include "protocol/api/47_offset_delete.h"

namespace kafka {

using GroupResponse =
    std::variant<JoinGroupResponse, SyncGroupResponse, LeaveGroupResponse, OffsetCommitResponse,
                 OffsetDeleteResponse, DeleteGroupsResponse>;

struct GroupReply {
  ReplyTo to;
  GroupResponse response;
};

struct GroupAppend {
  uint64_t token = 0;  // names it in appended()
  int32_t partition = -1;
  int32_t leader_epoch = -1;  // of the leadership that decided it: a later one must refuse it
  std::vector<GroupRecord> records;
};

struct GroupOutput {
  std::vector<GroupAppend> appends;
  std::vector<GroupReply> replies;

  // Says the response in the version that was asked in.
  void reply(GroupReply reply);
  void reply(std::vector<GroupReply> several);
};

// The topic's place in a response, which may hold partitions of it already.
template <class Response>
auto& topic_of(Response& response, const std::string& name) {
  for (auto& topic : response.topics) {
    if (topic.name == name) {
      return topic;
    }
  }
  auto& topic = response.topics.emplace_back();
  topic.name = name;
  return topic;
}

}  // namespace kafka
