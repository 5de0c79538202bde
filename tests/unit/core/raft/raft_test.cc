// The quorum of one: epochs, the first record, the high watermark.
#include "broker/core/raft/raft.h"

#include <gtest/gtest.h>

namespace kafka {
namespace {

constexpr Uuid directory{1, 2};

VoterSet voters(std::vector<int32_t> ids, Uuid directory_id = {}) {
  VoterSet set;
  for (const int32_t id : ids) {
    Voter voter;
    voter.id = id;
    voter.directory_id = directory_id;
    set.emplace(id, voter);
  }
  return set;
}

Raft make(const Raft::LogState& log, const std::optional<QuorumState>& saved = {},
          int16_t kraft_version = 0) {
  auto raft = Raft::create({1, directory}, saved,
                           voters({1}, kraft_version > 0 ? directory : Uuid{}), kraft_version, log);
  EXPECT_TRUE(raft) << raft.error().message;
  return std::move(*raft);
}

std::string refusal(VoterSet set, int16_t kraft_version = 0) {
  auto raft = Raft::create({1, directory}, {}, std::move(set), kraft_version, {});
  return raft ? "" : raft.error().message;
}

TEST(Raft, AnOnlyVoterLeadsTheNextEpochAtOnce) {
  Raft raft = make({});
  EXPECT_EQ(raft.role(), QuorumRole::Unattached);
  const RaftOutput output = raft.step(raft_event::Start{}, 100);
  EXPECT_TRUE(raft.is_leader());
  EXPECT_EQ(raft.epoch(), 1);
  EXPECT_EQ(to_json(*output.save),
            R"({"clusterId":"","leaderId":1,"leaderEpoch":1,"votedId":-1,"appliedOffset":0,)"
            R"("currentVoters":[{"voterId":1}],"data_version":0})");
  ASSERT_TRUE(output.lead);
  EXPECT_EQ(output.lead->leader_id, 1);
  ASSERT_EQ(output.lead->granting_voters.size(), 1u);
  EXPECT_FALSE(output.append_voters);
}

TEST(Raft, TheEpochNeverGoesBack) {
  QuorumState saved;
  saved.leader_epoch = 7;
  Raft by_file = make({.end_offset = 10, .last_epoch = 5, .voters_in_log = true}, saved);
  by_file.step(raft_event::Start{}, 0);
  EXPECT_EQ(by_file.epoch(), 8);
  Raft by_log = make({.end_offset = 10, .last_epoch = 9, .voters_in_log = true}, saved);
  by_log.step(raft_event::Start{}, 0);
  EXPECT_EQ(by_log.epoch(), 10);
}

TEST(Raft, NothingIsCommittedBeforeItIsDurable) {
  Raft raft = make({.end_offset = 10, .last_epoch = 1, .voters_in_log = true});
  raft.step(raft_event::Start{}, 0);
  EXPECT_EQ(raft.high_watermark(), -1);
  raft.step(raft_event::Appended{11}, 0);
  raft.step(raft_event::Appended{15}, 0);
  EXPECT_EQ(raft.high_watermark(), -1);
  EXPECT_EQ(raft.step(raft_event::Flushed{11}, 0).high_watermark, 11);
  EXPECT_EQ(raft.step(raft_event::Flushed{15}, 0).high_watermark, 15);
  EXPECT_EQ(raft.step(raft_event::Flushed{15}, 0).high_watermark, std::nullopt);
}

TEST(Raft, AnOlderEpochsRecordsAreNotCommittedByThemselves) {
  Raft raft = make({.end_offset = 10, .last_epoch = 1, .voters_in_log = true});
  raft.step(raft_event::Start{}, 0);
  EXPECT_EQ(raft.step(raft_event::Flushed{10}, 0).high_watermark, std::nullopt);
}

TEST(Raft, DynamicVotersAreWrittenBesideTheFirstLeaderChangeOnly) {
  Raft fresh = make({}, {}, 1);
  const RaftOutput output = fresh.step(raft_event::Start{}, 0);
  EXPECT_TRUE(output.append_voters);
  EXPECT_EQ(output.save->data_version, 1);
  Raft later = make({.end_offset = 3, .last_epoch = 1, .voters_in_log = true}, {}, 1);
  EXPECT_FALSE(later.step(raft_event::Start{}, 0).append_voters);
}

TEST(Raft, AResignedLeaderCommitsNoMore) {
  Raft raft = make({});
  raft.step(raft_event::Start{}, 0);
  raft.step(raft_event::Appended{1}, 0);
  raft.step(raft_event::Resign{}, 0);
  EXPECT_EQ(raft.step(raft_event::Flushed{1}, 0).high_watermark, std::nullopt);
  EXPECT_EQ(raft.leader_id(), -1);
}

TEST(Raft, OtherQuorumsAreRefusedWithAReason) {
  EXPECT_NE(refusal({}).find("controller.quorum.voters"), std::string::npos);
  EXPECT_NE(refusal(voters({1, 2, 3})).find("more than one is not supported"), std::string::npos);
  EXPECT_NE(refusal(voters({2})).find("node 1 is not among the voters"), std::string::npos);
  EXPECT_NE(refusal(voters({1}, {9, 9}), 1).find("not the one that was formatted"),
            std::string::npos);
}

}  // namespace
}  // namespace kafka
