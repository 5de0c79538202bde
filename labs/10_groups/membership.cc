#include "labs/10_groups/membership.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "labs/common/topic_view.h"
#include "protocol/api/11_join_group.h"
#include "protocol/api/12_heartbeat.h"
#include "protocol/api/13_leave_group.h"
#include "protocol/api/14_sync_group.h"
#include "protocol/error.h"

namespace kraftlab {
namespace {

using kafka::ErrorCode;

// Who said goodbye, and when: a request that still waits is answered UNKNOWN_MEMBER_ID then.
std::map<std::string, int64_t> goodbyes_of(const History& history) {
  std::map<std::string, int64_t> goodbyes;
  for_each<kafka::LeaveGroupRequest, kafka::LeaveGroupResponse>(
      history, [&](const Exchange& exchange, const kafka::LeaveGroupRequest& request, const auto*) {
        goodbyes.try_emplace(request.member_id, exchange.time_us);
        for (const auto& member : request.members) {
          goodbyes.try_emplace(member.member_id, exchange.time_us);
        }
      });
  return goodbyes;
}

template <class Request, class Response>
void note_unknown_member(const History& history, const std::map<std::string, int64_t>& goodbyes,
                         std::vector<Eviction>& evictions) {
  for_each<Request, Response>(
      history, [&](const Exchange& exchange, const Request& request, const Response* response) {
        int16_t error = 0;
        if constexpr (requires { response->error_code; }) {
          error = response != nullptr ? response->error_code : int16_t{0};
        }
        const auto goodbye = goodbyes.find(request.member_id);
        const bool left = goodbye != goodbyes.end() && goodbye->second <= exchange.response_time_us;
        if (error == static_cast<int16_t>(ErrorCode::UnknownMemberId) &&
            !request.member_id.empty() && !left) {
          evictions.push_back(
              {exchange.frame, exchange.header.client_id.value_or(""),
               fmt::format("is answered UNKNOWN_MEMBER_ID to its {}", kafka::name(Request::key))});
        }
      });
}

}  // namespace

std::vector<Join> joins_of(const History& history) {
  std::vector<Join> joins;
  for_each<kafka::JoinGroupRequest, kafka::JoinGroupResponse>(
      history, [&](const Exchange& exchange, const kafka::JoinGroupRequest& request,
                   const kafka::JoinGroupResponse* response) {
        joins.push_back({.frame = exchange.frame,
                         .client = exchange.header.client_id.value_or(""),
                         .group = request.group_id,
                         .session_timeout_ms = request.session_timeout_ms,
                         .rebalance_timeout_ms = request.rebalance_timeout_ms,
                         .members = response != nullptr ? response->members.size() : 0,
                         .generation = response != nullptr ? response->generation_id : -1});
      });
  return joins;
}

std::vector<Eviction> evictions_of(const History& history) {
  std::vector<Eviction> evictions;
  const auto joins = joins_of(history);
  for_each<kafka::LeaveGroupRequest, kafka::LeaveGroupResponse>(
      history, [&](const Exchange& exchange, const auto&, const auto*) {
        const std::string client = exchange.header.client_id.value_or("");
        const auto back = std::ranges::find_if(joins, [&](const Join& join) {
          return join.client == client && join.frame > exchange.frame;
        });
        if (back != joins.end()) {
          evictions.push_back({exchange.frame, client,
                               fmt::format("leaves the group and is back at frame {}", back->frame),
                               true});
        }
      });
  const auto goodbyes = goodbyes_of(history);
  note_unknown_member<kafka::HeartbeatRequest, kafka::HeartbeatResponse>(history, goodbyes,
                                                                         evictions);
  note_unknown_member<kafka::SyncGroupRequest, kafka::SyncGroupResponse>(history, goodbyes,
                                                                         evictions);
  note_unknown_member<kafka::JoinGroupRequest, kafka::JoinGroupResponse>(history, goodbyes,
                                                                         evictions);
  for (const CommitSeen& commit : commits_of(history, "parcels")) {
    if (commit.error == static_cast<int16_t>(ErrorCode::UnknownMemberId)) {
      evictions.push_back({commit.frame,
                           history.exchanges.at(commit.frame - 1).header.client_id.value_or(""),
                           "is answered UNKNOWN_MEMBER_ID to its OffsetCommit"});
    }
  }
  std::ranges::stable_sort(evictions, {}, &Eviction::frame);
  return evictions;
}

}  // namespace kraftlab
