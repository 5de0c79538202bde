// What holds at the door of the coordinator: versions, limits, errors of a log turned into errors
// of a coordinator. How groups behave is told by transcripts/.
#include <gtest/gtest.h>

#include "broker/core/group/coordinator.h"
#include "broker/core/group/limits.h"

namespace kafka::test {
namespace {

class GroupDoor : public testing::Test {
 protected:
  GroupDoor() {
    coordinator.set_partition_count(1);
    GroupOutput none;
    coordinator.begin_loading(0, 5, none);
    coordinator.finish_loading(0, 0);
  }

  ReplyTo in_version(int16_t version) { return {1, ++sequence, 0, version, 0}; }

  static JoinGroupRequest join_request(std::string group = "g") {
    JoinGroupRequest request;
    request.group_id = std::move(group);
    request.session_timeout_ms = 10'000;
    request.rebalance_timeout_ms = 10'000;
    request.protocol_type = "consumer";
    request.protocols = {{"range", {0, 0, 0, 0, 0, 0}}};
    return request;
  }

  // Everything that is appended is durable at once.
  std::vector<GroupReply> settle(GroupOutput output) {
    std::vector<GroupReply> replies;
    while (true) {
      std::ranges::move(output.replies, std::back_inserter(replies));
      if (output.appends.empty()) {
        return replies;
      }
      GroupOutput next;
      for (const GroupAppend& append : output.appends) {
        coordinator.appended(append, append_result, 0, next);
      }
      output = std::move(next);
    }
  }
  JoinGroupResponse join(JoinGroupRequest request, int16_t version = 9) {
    const auto replies = settle(
        coordinator.join(std::move(request), {"c", "/1.2.3.4"}, in_version(version), 0));
    return replies.empty() ? JoinGroupResponse{}
                           : std::get<JoinGroupResponse>(replies.front().response);
  }
  static ErrorCode error_of(const auto& response) {
    return static_cast<ErrorCode>(response.error_code);
  }

  SeededRandom random{7};
  GroupCoordinator coordinator{GroupSettings{}, random};
  ErrorCode append_result = ErrorCode::None;
  uint64_t sequence = 0;
};

TEST_F(GroupDoor, MemberIdsAreAClientIdAndAUuidOfVersion4) {
  const std::string id = join(join_request()).member_id;
  ASSERT_EQ(id.size(), 2 + 36U) << id;
  EXPECT_EQ(id.substr(0, 2), "c-");
  EXPECT_EQ(id[2 + 14], '4');
  EXPECT_NE(std::string("89ab").find(id[2 + 19]), std::string::npos) << id;
}

TEST_F(GroupDoor, ProtocolNameIsNullFromVersion7On) {
  JoinGroupRequest request = join_request();
  request.session_timeout_ms = 1;
  EXPECT_EQ(join(request, 6).protocol_name, "");
  EXPECT_EQ(join(request, 7).protocol_name, std::nullopt);
  for (int16_t version = 0; version <= 9; ++version) {
    const JoinGroupResponse response = join(request, version);
    EXPECT_EQ(error_of(response), ErrorCode::InvalidSessionTimeout);
    EXPECT_TRUE(encode(response, version).has_value()) << version;
  }
}

TEST_F(GroupDoor, BeforeVersion4NoMemberIdIsNeeded) {
  EXPECT_EQ(error_of(join(join_request("new"), 4)), ErrorCode::MemberIdRequired);
  EXPECT_TRUE(settle(coordinator.join(join_request("old"), {}, in_version(3), 0)).empty());
  EXPECT_EQ(coordinator.describe("old", 0).members.size(), 1U);
}

TEST_F(GroupDoor, BeforeVersion1TheSessionTimeoutIsTheRebalanceTimeout) {
  JoinGroupRequest request = join_request();
  request.rebalance_timeout_ms = -1;
  settle(coordinator.join(request, {}, in_version(0), 0));
  const auto& member = coordinator.shard(0)->find("g")->members().all().begin()->second;
  EXPECT_EQ(member.rebalance_timeout_ms, 10'000);
}

TEST_F(GroupDoor, BeforeVersion3OneMemberLeavesAndItsErrorIsTheAnswer) {
  LeaveGroupRequest request;
  request.group_id = "nobody";
  request.member_id = "m";
  const auto replies = settle(coordinator.leave(request, in_version(2), 0));
  const auto& response = std::get<LeaveGroupResponse>(replies.at(0).response);
  EXPECT_EQ(error_of(response), ErrorCode::UnknownMemberId);
  EXPECT_TRUE(response.members.empty());
}

TEST_F(GroupDoor, SyncGroupVersion5DemandsProtocolTypeAndName) {
  SyncGroupRequest request;
  request.group_id = "g";
  const auto replies = settle(coordinator.sync(request, in_version(5), 0));
  EXPECT_EQ(error_of(std::get<SyncGroupResponse>(replies.at(0).response)),
            ErrorCode::InconsistentGroupProtocol);
}

TEST_F(GroupDoor, AProtocolThatIsOfferedTwiceCountsOnce) {
  JoinGroupRequest request = join_request();
  request.protocols.push_back({"range", {1, 2, 3}});
  settle(coordinator.join(request, {}, in_version(3), 0));
  const auto& member = coordinator.shard(0)->find("g")->members().all().begin()->second;
  ASSERT_EQ(member.protocols.size(), 1U);
  EXPECT_EQ(member.protocols[0].metadata.size(), 6U);
}

TEST_F(GroupDoor, OtherPartitionsHaveOtherCoordinators) {
  coordinator.set_partition_count(50);
  EXPECT_EQ(error_of(join(join_request("group"))), ErrorCode::NotCoordinator);
  coordinator.set_partition_count(0);  // __consumer_offsets does not exist
  EXPECT_EQ(error_of(join(join_request("group"))), ErrorCode::NotCoordinator);
}

TEST_F(GroupDoor, WhileLoadingOnlyHeartbeatsAreAnsweredWell) {
  GroupOutput none;
  coordinator.begin_loading(0, 6, none);
  EXPECT_EQ(error_of(join(join_request())), ErrorCode::CoordinatorLoadInProgress);
  EXPECT_EQ(coordinator.heartbeat({.group_id = "g"}, 0), ErrorCode::None);
  EXPECT_EQ(error_of(coordinator.list({})), ErrorCode::CoordinatorLoadInProgress);
  EXPECT_EQ(error_of(coordinator.describe("g", 5)), ErrorCode::CoordinatorLoadInProgress);
  coordinator.finish_loading(0, 0);
  EXPECT_EQ(error_of(join(join_request())), ErrorCode::MemberIdRequired);
}

TEST_F(GroupDoor, AppendsCarryTheEpochOfTheirLeadership) {
  const GroupOutput output = coordinator.join(join_request(), {}, in_version(9), 0);
  ASSERT_EQ(output.appends.size(), 1U);
  EXPECT_EQ(output.appends[0].leader_epoch, 5);
  EXPECT_EQ(output.appends[0].partition, 0);
}

TEST_F(GroupDoor, AnAppendOfAnOlderLeadershipIsForgotten) {
  const GroupOutput before = coordinator.join(join_request(), {}, in_version(9), 0);
  GroupOutput after;
  coordinator.begin_loading(0, 6, after);
  coordinator.finish_loading(0, 0);
  coordinator.appended(before.appends.at(0), ErrorCode::None, 0, after);
  EXPECT_TRUE(after.replies.empty());
  EXPECT_TRUE(after.appends.empty());
}

TEST_F(GroupDoor, ErrorsOfALogBecomeErrorsOfACoordinator) {
  const auto commit_with = [&](ErrorCode failure) {
    append_result = failure;
    OffsetCommitRequest request;
    request.group_id = "g";
    request.topics = {{"t", {}, {{0, 1}}}};
    const auto replies = settle(coordinator.commit_offsets(request, {}, in_version(9), 0));
    const auto& response = std::get<OffsetCommitResponse>(replies.at(0).response);
    return static_cast<ErrorCode>(response.topics.at(0).partitions.at(0).error_code);
  };
  EXPECT_EQ(commit_with(ErrorCode::NotEnoughReplicas), ErrorCode::CoordinatorNotAvailable);
  EXPECT_EQ(commit_with(ErrorCode::RequestTimedOut), ErrorCode::CoordinatorNotAvailable);
  EXPECT_EQ(commit_with(ErrorCode::NotLeaderOrFollower), ErrorCode::NotCoordinator);
  EXPECT_EQ(commit_with(ErrorCode::KafkaStorageError), ErrorCode::NotCoordinator);
  EXPECT_EQ(commit_with(ErrorCode::MessageTooLarge), ErrorCode::UnknownServerError);
  EXPECT_EQ(commit_with(ErrorCode::None), ErrorCode::None);
}

TEST_F(GroupDoor, OffsetsOfAnotherLifeOfATopicAreNotFetched) {
  OffsetCommitRequest commit;
  commit.group_id = "g";
  commit.topics = {{"t", Uuid{1, 1}, {{0, 42}}}};
  settle(coordinator.commit_offsets(commit, {}, in_version(10), 0));
  const auto fetched = [&](Uuid topic_id) {
    OffsetFetchRequest::OffsetFetchRequestGroup request;
    request.group_id = "g";
    request.topics = {{"t", topic_id, {0}}};
    return coordinator.fetch_offsets(request, false).topics[0].partitions[0].committed_offset;
  };
  EXPECT_EQ(fetched(Uuid{1, 1}), 42);
  EXPECT_EQ(fetched(Uuid{}), 42);
  EXPECT_EQ(fetched(Uuid{2, 2}), -1);
  GroupOutput output;
  coordinator.topics_deleted({{"t", Uuid{2, 2}}}, output);  // it was another one
  EXPECT_TRUE(output.appends.empty());
  coordinator.topics_deleted({{"t", Uuid{1, 1}}}, output);
  EXPECT_EQ(output.appends.size(), 1U);
}

TEST_F(GroupDoor, LongNamesAreRefused) {
  JoinGroupRequest request = join_request(std::string(name_bytes_max + 1, 'g'));
  EXPECT_EQ(error_of(join(request)), ErrorCode::InvalidGroupId);
  request = join_request();
  request.group_instance_id = std::string(name_bytes_max + 1, 'i');
  EXPECT_EQ(error_of(join(request)), ErrorCode::InvalidRequest);
  request = join_request();
  request.protocols.assign(protocols_per_member_max + 1, {});
  for (size_t i = 0; i < request.protocols.size(); ++i) {
    request.protocols[i].name = std::to_string(i);
  }
  EXPECT_EQ(error_of(join(request)), ErrorCode::InvalidRequest);
}

TEST_F(GroupDoor, AFloodOfMembershipDataIsRefusedAndLeavesNoTrace) {
  JoinGroupRequest request = join_request();
  request.protocols[0].metadata.resize(64 << 20);
  int accepted = 0;
  for (int i = 0; i < 8; ++i) {
    request.group_id = "g" + std::to_string(i);
    const auto replies = settle(coordinator.join(request, {}, in_version(3), 0));
    accepted += replies.empty() ? 1 : 0;  // parked
  }
  EXPECT_EQ(accepted, 3);
  EXPECT_LE(coordinator.ledger().membership_bytes, membership_bytes_max);
  EXPECT_EQ(coordinator.ledger().groups, 3U);
  GroupOutput none;
  coordinator.unload(0, none);
  EXPECT_EQ(none.replies.size(), 3U);  // all that waited are told
  EXPECT_EQ(coordinator.ledger().membership_bytes, 0U);
  EXPECT_EQ(coordinator.ledger().groups, 0U);
}

TEST_F(GroupDoor, PendingMembersAreBounded) {
  for (size_t i = 0; i < pending_members_per_group_max; ++i) {
    ASSERT_EQ(error_of(join(join_request())), ErrorCode::MemberIdRequired);
  }
  EXPECT_EQ(error_of(join(join_request())), ErrorCode::GroupMaxSizeReached);
}

TEST_F(GroupDoor, TombstonesComeInBatchesThatFit) {
  OffsetCommitRequest commit;
  commit.group_id = "g";
  commit.topics = {{"t", {}, {}}};
  for (int32_t i = 0; i < 2500; ++i) {
    commit.topics[0].partitions.push_back({i, 1});
  }
  settle(coordinator.commit_offsets(commit, {}, in_version(9), 0));
  GroupOutput output;
  coordinator.topics_deleted({{"t", {}}}, output);
  EXPECT_EQ(output.appends.size(), 3U);
}

}  // namespace
}  // namespace kafka::test
