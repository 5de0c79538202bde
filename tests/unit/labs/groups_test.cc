// Lab 10 on histories made by hand: who was put out and who left, and what a verdict says of
// commits.
#include "labs/common/murmur2.h"
#include "protocol/api/11_join_group.h"
#include "protocol/api/12_heartbeat.h"
#include "protocol/api/13_leave_group.h"
#include "tests/unit/labs/history_fixture.h"

namespace kraftlab {
namespace {

constexpr auto kUnknownMember = static_cast<int16_t>(kafka::ErrorCode::UnknownMemberId);

class Groups : public HandMadeHistory {
 protected:
  Groups() : HandMadeHistory("10") {}

  Exchange& join(const std::string& member, int32_t session_ms, int16_t error = 0) {
    kafka::JoinGroupRequest request;
    request.group_id = "g";
    request.member_id = member;
    request.session_timeout_ms = session_ms;
    request.rebalance_timeout_ms = 300'000;
    kafka::JoinGroupResponse response;
    response.error_code = error;
    return add("packer-1", request, response, 5);
  }

  void leave(const std::string& member) {
    kafka::LeaveGroupRequest request;
    request.group_id = "g";
    request.member_id = member;
    add("packer-1", request, kafka::LeaveGroupResponse{}, 1);
  }

  void heartbeat(const std::string& member, int16_t error) {
    kafka::HeartbeatRequest request;
    request.group_id = "g";
    request.member_id = member;
    kafka::HeartbeatResponse response;
    response.error_code = error;
    add("packer-1", request, response, 3);
  }
};

// The JoinGroup of a member that leaves while it waits is answered so.
TEST_F(Groups, WhoLeavesWhileItJoinsIsNotPutOut) {
  join("member", 3000, kUnknownMember);
  leave("member");
  history_.exchanges[0].response_time_us = now_us_;
  EXPECT_EQ(found_by("10.4").outcome, Outcome::Pass);
}

TEST_F(Groups, WhoseHeartbeatsAreRareIsToldOfHeartbeats) {
  join("member", 500);
  heartbeat("member", kUnknownMember);
  const Finding finding = found_by("10.4");
  EXPECT_EQ(finding.outcome, Outcome::Fail);
  EXPECT_NE(finding.saw.find("session.timeout.ms = 500"), std::string::npos) << finding.saw;
  EXPECT_NE(finding.advice.find("heartbeat.interval.ms"), std::string::npos) << finding.advice;
}

TEST_F(Groups, ACommitThatPassesAParcelWhichWasNeverPackedIsNamed) {
  const std::string& first = history_.run.list("parcels").front();
  commit("packer-2", "parcels", partition_of(first.substr(0, first.find(':')), 4), 5);
  const Finding finding = found_by("10.5");
  EXPECT_EQ(finding.outcome, Outcome::Fail);
  EXPECT_NE(finding.saw.find("OffsetCommit 5"), std::string::npos) << finding.saw;
}

TEST_F(Groups, ACommitThatWasRefusedIsNamedUntilAnotherIsDone) {
  for (int32_t partition = 1; partition < 4; ++partition) {
    commit("packer-1", "parcels", partition, 22);
  }
  commit("packer-1", "parcels", 0, 22, kafka::ErrorCode::RebalanceInProgress);
  EXPECT_NE(found_by("10.6").saw.find("REBALANCE_IN_PROGRESS"), std::string::npos);
  commit("packer-3", "parcels", 0, 22);
  EXPECT_EQ(found_by("10.6").outcome, Outcome::Pass);
  commit("packer-1", "parcels", 0, 22, kafka::ErrorCode::RebalanceInProgress);
  EXPECT_EQ(found_by("10.6").outcome, Outcome::Pass);
}

}  // namespace
}  // namespace kraftlab
