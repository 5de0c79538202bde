// The quorum of one: epochs, the first record, the high watermark, no message. And what a node
// believes of its own past.
#include "broker/core/raft/raft.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace kafka {
namespace {

constexpr Uuid directory{1, 2};

VoterSet voters(std::vector<int32_t> ids, Uuid directory_id = {}) {
  VoterSet set;
  for (const int32_t id : ids) {
    Voter voter;
    voter.id = id;
    voter.directory_id = directory_id;
    voter.endpoints = {{"CONTROLLER", "n" + std::to_string(id), 9093}};
    set.emplace(id, voter);
  }
  return set;
}

LogHistory history(int64_t count, int32_t epoch, LogHistory::Voters base) {
  LogHistory log;
  log.set_base_voters(std::move(base));
  if (count > 0) {
    log.append(count, epoch);
  }
  return log;
}

class RaftTest : public ::testing::Test {
 protected:
  Raft make(LogHistory log, const std::optional<QuorumState>& saved = {}) {
    auto raft = Raft::create(config_, random_, saved, std::move(log));
    EXPECT_TRUE(raft) << raft.error().message;
    return std::move(*raft);
  }
  Raft alone(int64_t count = 0, int32_t epoch = 0, int16_t kraft_version = 0) {
    return make(history(count, epoch,
                        {-1, kraft_version, voters({1}, kraft_version > 0 ? directory : Uuid{})}));
  }
  std::string refusal(VoterSet set, int16_t kraft_version = 0) {
    auto raft = Raft::create(config_, random_, {},
                             history(0, 0, {-1, kraft_version, std::move(set)}));
    return raft ? "" : raft.error().message;
  }

  // Node 2 grants what it was asked for.
  RaftOutput grant(Raft& raft, const RaftOutput& asked, int64_t now_ms) {
    const auto sent = std::ranges::find_if(asked.sends, [](const RaftSend& each) {
      return std::holds_alternative<VoteRequest>(each.request) && each.to.id == 2;
    });
    const auto& partition = std::get<VoteRequest>(sent->request).topics.at(0).partitions.at(0);
    VoteResponse response;
    response.topics.emplace_back().topic_name = raft_topic;
    auto& answer = response.topics[0].partitions.emplace_back();
    answer.leader_epoch = partition.replica_epoch;
    answer.vote_granted = true;
    return raft.step(raft_event::Response{sent->id, response}, now_ms);
  }
  // Node 2 has everything before the offset.
  void fetch(Raft& raft, int64_t offset, int64_t now_ms) {
    FetchRequest request;
    request.replica_state.replica_id = 2;
    auto& partition = request.topics.emplace_back().partitions.emplace_back();
    request.topics[0].topic_id = Uuid{0, 1};
    partition.current_leader_epoch = raft.epoch();
    partition.fetch_offset = offset;
    partition.last_fetched_epoch = offset > 0 ? raft.epoch() : 0;
    raft.step(raft_event::Request{1, 17, request}, now_ms);
  }

  SeededRandom random_{1};
  Raft::Config config_{.node_id = 1,
                       .directory_id = directory,
                       .cluster_id = "c",
                       .is_controller = true,
                       .endpoints = {{"CONTROLLER", "n1", 9093}},
                       .bootstrap_servers = {},
                       .timeouts = {}};
};

TEST_F(RaftTest, AnOnlyVoterLeadsTheNextEpochAtOnce) {
  Raft raft = alone();
  EXPECT_EQ(raft.role(), QuorumRole::Unattached);
  const RaftOutput output = raft.step(raft_event::Start{}, 100);
  EXPECT_TRUE(raft.is_leader());
  EXPECT_EQ(raft.epoch(), 1);
  EXPECT_EQ(to_json(*output.save),
            R"({"clusterId":"","leaderId":1,"leaderEpoch":1,"votedId":-1,"appliedOffset":0,)"
            R"("currentVoters":[{"voterId":1}],"data_version":0})");
  EXPECT_FALSE(output.save_may_wait) << "its vote for itself";
  ASSERT_EQ(output.control.size(), 1u);
  const auto& change = std::get<LeaderChangeMessage>(output.control[0]);
  EXPECT_EQ(change.leader_id, 1);
  ASSERT_EQ(change.granting_voters.size(), 1u);
  EXPECT_TRUE(output.sends.empty());
  EXPECT_EQ(raft.next_deadline_ms(), INT64_MAX);
}

TEST_F(RaftTest, TheEpochNeverGoesBack) {
  QuorumState saved;
  saved.leader_epoch = 7;
  Raft by_file = make(history(10, 5, {-1, 0, voters({1})}), saved);
  by_file.step(raft_event::Start{}, 0);
  EXPECT_EQ(by_file.epoch(), 8);
  Raft by_log = make(history(10, 9, {-1, 0, voters({1})}), saved);
  by_log.step(raft_event::Start{}, 0);
  EXPECT_EQ(by_log.epoch(), 10);
}

TEST_F(RaftTest, NothingIsCommittedBeforeItIsDurable) {
  Raft raft = alone(10, 1);
  raft.step(raft_event::Start{}, 0);
  EXPECT_EQ(raft.high_watermark(), -1);
  EXPECT_EQ(raft.end_offset(), 11);
  raft.step(raft_event::Appended{15}, 0);
  EXPECT_EQ(raft.high_watermark(), -1);
  EXPECT_FALSE(raft.is_active());
  const RaftOutput first = raft.step(raft_event::Flushed{11}, 0);
  EXPECT_EQ(first.high_watermark, 11);
  EXPECT_TRUE(first.became_leader);
  EXPECT_EQ(raft.step(raft_event::Flushed{15}, 0).high_watermark, 15);
  EXPECT_EQ(raft.step(raft_event::Flushed{15}, 0).high_watermark, std::nullopt);
}

TEST_F(RaftTest, AnOlderEpochsRecordsAreNotCommittedByThemselves) {
  Raft raft = alone(10, 1);
  raft.step(raft_event::Start{}, 0);
  EXPECT_EQ(raft.step(raft_event::Flushed{10}, 0).high_watermark, std::nullopt);
}

TEST_F(RaftTest, DynamicVotersAreWrittenBesideTheFirstLeaderChangeOnly) {
  Raft fresh = alone(0, 0, 1);
  const RaftOutput output = fresh.step(raft_event::Start{}, 0);
  EXPECT_EQ(output.control.size(), 3u);
  EXPECT_EQ(output.save->data_version, 1);
  Raft later = alone(3, 1, 1);
  EXPECT_EQ(later.step(raft_event::Start{}, 0).control.size(), 1u);
}

TEST_F(RaftTest, AResignedLeaderCommitsNoMore) {
  Raft raft = alone();
  raft.step(raft_event::Start{}, 0);
  EXPECT_TRUE(raft.step(raft_event::Resign{}, 0).lost_leadership);
  EXPECT_EQ(raft.step(raft_event::Flushed{1}, 0).high_watermark, std::nullopt);
  EXPECT_EQ(raft.leader_id(), -1);
  EXPECT_TRUE(raft.handed_over());
}

// Its disk stood still, and the flush that commits its first record comes when nobody fetches any more.
TEST_F(RaftTest, ALeadershipThatBeginsAndEndsInOneStepNeverWas) {
  Raft raft = make(history(0, 0, {-1, 0, voters({1, 2, 3})}));
  raft.step(raft_event::Start{}, 0);
  const RaftOutput pre_vote = raft.step(raft_event::Tick{}, 100);
  const RaftOutput vote = grant(raft, pre_vote, 100);
  EXPECT_FALSE(vote.save_may_wait);
  const RaftOutput led = grant(raft, vote, 100);
  ASSERT_TRUE(raft.is_leader());
  EXPECT_EQ(led.save->leader_id, 1);
  EXPECT_TRUE(led.save_may_wait) << "that it leads is no promise";
  fetch(raft, 0, 110);
  fetch(raft, 1, 120);
  const int64_t too_late_ms = 120 + config_.timeouts.fetch_ms * 3 / 2;
  const RaftOutput output = raft.step(raft_event::Flushed{1}, too_late_ms);
  EXPECT_EQ(output.high_watermark, 1);
  EXPECT_EQ(raft.role(), QuorumRole::Resigned);
  EXPECT_TRUE(output.lost_leadership);
  EXPECT_FALSE(output.became_leader);
}

TEST_F(RaftTest, WhoLedAnEpochVotesForNobodyElseInIt) {
  QuorumState saved;
  saved.leader_epoch = 4;
  saved.leader_id = 1;
  Raft raft = make(history(10, 4, {-1, 0, voters({1, 2, 3})}), saved);
  raft.step(raft_event::Start{}, 0);
  VoteRequest request;
  auto& partition = request.topics.emplace_back().partitions.emplace_back();
  request.topics[0].topic_name = raft_topic;
  partition.replica_id = 2;
  partition.replica_epoch = 5;
  partition.last_offset_epoch = 4;
  partition.last_offset = 10;
  partition.replica_epoch = 4;
  partition.last_offset_epoch = 3;
  const auto granted = [&] {
    RaftOutput output = raft.step(raft_event::Request{1, 2, request}, 1);
    return std::get<VoteResponse>(output.replies.at(0).response)
        .topics[0]
        .partitions[0]
        .vote_granted;
  };
  EXPECT_FALSE(granted());
  partition.replica_epoch = 5;
  partition.last_offset_epoch = 4;
  EXPECT_TRUE(granted());
  EXPECT_TRUE(granted());  // the same candidate asks again
  partition.replica_id = 3;
  EXPECT_FALSE(granted());
}

TEST_F(RaftTest, ImpossibleQuorumsAreRefusedWithAReason) {
  EXPECT_NE(refusal({}).find("controller.quorum.voters"), std::string::npos);
  EXPECT_NE(refusal(voters({2})).find("not among the voters"), std::string::npos);
  EXPECT_NE(refusal(voters({1}, {9, 9}), 1).find("not the one that was formatted"),
            std::string::npos);
}

}  // namespace
}  // namespace kafka
