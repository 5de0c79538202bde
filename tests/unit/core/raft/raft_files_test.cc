// The small files and texts of the quorum: quorum-state, snapshot names, voter lists.
#include <gtest/gtest.h>

#include "broker/core/raft/quorum_state.h"
#include "broker/core/raft/snapshot.h"
#include "broker/core/raft/voters.h"

namespace kafka {
namespace {

TEST(QuorumStateFile, BothShapesComeBack) {
  QuorumState of_static;
  of_static.leader_id = 3;
  of_static.leader_epoch = 12;
  of_static.voters = {1, 2, 3};
  EXPECT_EQ(parse_quorum_state(to_json(of_static)), of_static);
  QuorumState of_dynamic;
  of_dynamic.leader_epoch = 4;
  of_dynamic.voted_id = 2;
  of_dynamic.voted_directory_id = {5, 6};
  of_dynamic.data_version = 1;
  EXPECT_EQ(parse_quorum_state(to_json(of_dynamic)), of_dynamic);
}

TEST(QuorumStateFile, ApacheKafkasFilesAreRead) {
  const auto follower = parse_quorum_state(
      R"({"clusterId":"","leaderId":-1,"leaderEpoch":2,"votedId":3,"appliedOffset":0,)"
      R"("currentVoters":[{"voterId":1},{"voterId":3}],"data_version":0})");
  ASSERT_TRUE(follower);
  EXPECT_EQ(follower->leader_id, -1);
  EXPECT_EQ(follower->voted_id, 3);
  EXPECT_EQ(follower->voters, (std::vector<int32_t>{1, 3}));
  const auto observer = parse_quorum_state(
      R"({"clusterId":"","leaderId":1,"leaderEpoch":2,"votedId":-1,"appliedOffset":0,)"
      R"("currentVoters":[],"data_version":0})");
  ASSERT_TRUE(observer);
  EXPECT_TRUE(observer->voters.empty());
}

TEST(QuorumStateFile, DamageIsSaid) {
  for (const char* bad : {"", "{}", "leaderId", R"({"leaderId":1})",
                          R"({"leaderId":1,"leaderEpoch":-4,"votedId":-1,"data_version":0})",
                          R"({"leaderId":1,"leaderEpoch":4,"votedId":-1,"data_version":0})",
                          R"({"leaderId":1,"leaderEpoch":4,"votedId":-1,"data_version":1})",
                          R"({"leaderId":1,"leaderEpoch":4,"votedId":-1,"data_version":2})"}) {
    const auto state = parse_quorum_state(bad);
    ASSERT_FALSE(state) << bad;
    EXPECT_EQ(state.error().code, ErrorCode::CorruptMessage);
  }
}

TEST(SnapshotName, IsOffsetAndEpoch) {
  EXPECT_EQ(snapshot_file_name({12345, 7}), "00000000000000012345-0000000007.checkpoint");
  EXPECT_EQ(parse_snapshot_file_name("00000000000000012345-0000000007.checkpoint"),
            (SnapshotId{12345, 7}));
  for (const char* other :
       {"bootstrap.checkpoint", "00000000000000012345-0000000007.checkpoint.part",
        "00000000000000012345-0000000007.checkpoint.deleted", "00000000000000012345.snapshot",
        "0000000000000001234x-0000000007.checkpoint", "00000000000000012345_0000000007.checkpoint",
        "leader-epoch-checkpoint"}) {
    EXPECT_EQ(parse_snapshot_file_name(other), std::nullopt) << other;
  }
}

TEST(Voters, InitialControllersAreParsed) {
  const auto voters = parse_initial_controllers(
      "1@host-a:9093:GEuJRTSERr-xUKI3qIvbFA,2@[::1]:9094:o890s5eEGXmOmkObdWGCjw", "CONTROLLER");
  ASSERT_TRUE(voters) << voters.error().message;
  ASSERT_EQ(voters->size(), 2u);
  EXPECT_EQ(voters->at(1).directory_id.to_string(), "GEuJRTSERr-xUKI3qIvbFA");
  EXPECT_EQ(voters->at(1).endpoints, (std::vector<VoterEndpoint>{{"CONTROLLER", "host-a", 9093}}));
  EXPECT_EQ(voters->at(2).endpoints, (std::vector<VoterEndpoint>{{"CONTROLLER", "::1", 9094}}));
}

TEST(Voters, WhatIsWrongIsNamed) {
  const std::string id = "GEuJRTSERr-xUKI3qIvbFA";
  const std::pair<std::string, std::string> cases[] = {
      {"", "empty"},
      {"1", "no @"},
      {"x@h:1:" + id, "the id is not a number"},
      {"-1@h:1:" + id, "the id is not a number"},
      {"1@h:9093", "no directory id"},
      {"1@h:x:" + id, "the port"},
      {"1@h:70000:" + id, "the port"},
      {"1@:9093:" + id, "the host"},
      {"1@h:9093:x", "base64url"},
      {"1@h:9093:AAAAAAAAAAAAAAAAAAAAAA", "base64url"},
      {"1@h:9093:" + id + ",1@g:9094:" + id, "twice"},
  };
  for (const auto& [text, why] : cases) {
    const auto voters = parse_initial_controllers(text, "CONTROLLER");
    ASSERT_FALSE(voters) << text;
    EXPECT_NE(voters.error().message.find(why), std::string::npos) << voters.error().message;
  }
}

TEST(Voters, ComeBackFromTheirRecord) {
  const auto voters =
      parse_initial_controllers("7@host:9093:GEuJRTSERr-xUKI3qIvbFA", "CONTROLLER").value();
  EXPECT_EQ(from_record(to_record(voters)), voters);
}

}  // namespace
}  // namespace kafka
