// Several Kraft nodes, each on a disk in memory, with messages carried between them: activation,
// standby replay, lost leadership, snapshots, new voters. Raft's own rules are tested in
// tests/unit/core/raft; here it is what a node makes of them.
#include <fmt/format.h>

#include "tests/unit/core/controller/kraft_quorum_fixture.h"

namespace kafka {
namespace {

class KraftQuorum : public ::testing::TestWithParam<bool> {};

TEST_P(KraftQuorum, OneIsActiveAndTheOthersReplay) {
  Quorum quorum(3, 1, GetParam());
  const int64_t begun_ms = quorum.now_ms_;
  ASSERT_TRUE(quorum.elect());
  EXPECT_LT(quorum.now_ms_ - begun_ms, 300);
  const int active = quorum.active();
  EXPECT_TRUE(quorum.seen(active).became_active);
  must(quorum.create(active, "t"));
  ASSERT_TRUE(quorum.everyone_has("t"));
  for (int id = 1; id <= 4; ++id) {
    EXPECT_EQ(quorum.kraft(id).image().metadata_version(), 30) << id;
    EXPECT_NE(quorum.kraft(id).image().controller(active), nullptr) << id;
    EXPECT_EQ(quorum.kraft(id).image().voters().size(), GetParam() ? 3u : 0u) << id;
    EXPECT_EQ(quorum.seen(id).delta.created_topics.size(), 1u) << id;
    EXPECT_EQ(quorum.kraft(id).raft().is_voter(), id <= 3) << id;
  }
  const int standby = active == 1 ? 2 : 1;
  const auto refused = quorum.create(standby, "u");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::NotController);
}

TEST_P(KraftQuorum, AStandbyTakesOverAndKnowsEverything) {
  Quorum quorum(3, 1, GetParam());
  ASSERT_TRUE(quorum.elect());
  const int first = quorum.active();
  must(quorum.create(first, "before"));
  ASSERT_TRUE(quorum.everyone_has("before"));
  quorum.kill(first);
  const int64_t killed_ms = quorum.now_ms_;
  quorum.tell_gone(first);
  ASSERT_TRUE(quorum.elect());
  EXPECT_LT(quorum.now_ms_ - killed_ms, 400);
  const int second = quorum.active();
  EXPECT_NE(quorum.kraft(second).controller().state().topic("before"), nullptr);
  must(quorum.create(second, "after"));
  ASSERT_TRUE(quorum.everyone_has("after"));
  quorum.start(first);
  ASSERT_TRUE(quorum.everyone_has("after"));
  EXPECT_FALSE(quorum.kraft(first).is_active_controller());
}

TEST_P(KraftQuorum, WhatALostLeaderWroteAloneIsUndone) {
  Quorum quorum(3, 0, GetParam());
  ASSERT_TRUE(quorum.elect());
  const int first = quorum.active();
  quorum.cut(first);
  must(quorum.create(first, "alone"));
  EXPECT_NE(quorum.kraft(first).controller().state().topic("alone"), nullptr);
  ASSERT_TRUE(quorum.run_until([&] { return quorum.active() > 0 && quorum.active() != first; }));
  must(quorum.create(quorum.active(), "agreed"));
  quorum.cut(-1);
  ASSERT_TRUE(quorum.everyone_has("agreed"));
  EXPECT_TRUE(quorum.seen(first).lost_leadership);
  EXPECT_EQ(quorum.kraft(first).image().topic("alone"), nullptr);
  EXPECT_EQ(quorum.kraft(first).controller().state().topic("alone"), nullptr);
}

// It stood still for so long that the commit itself finds it out: nothing of it may stay behind.
TEST_P(KraftQuorum, ACommitThatFindsTheLeadershipLostLeavesNothingPending) {
  Quorum quorum(3, 0, GetParam());
  ASSERT_TRUE(quorum.elect());
  const int old_leader = quorum.active();
  quorum.pause(old_leader);
  ASSERT_FALSE(quorum.run_until([] { return false; }, 5'000));
  ASSERT_NE(quorum.active(), old_leader);
  ASSERT_TRUE(quorum.kraft(old_leader).is_active_controller());  // as far as it knows
  (void)quorum.create(old_leader, "too-late");
  EXPECT_FALSE(quorum.kraft(old_leader).is_active_controller());
  const int leader = quorum.active();
  quorum.go_on();
  ASSERT_TRUE(quorum.create(leader, "in-time"));
  ASSERT_TRUE(quorum.run_until(
      [&] { return quorum.kraft(old_leader).image().topic("in-time") != nullptr; }));
  EXPECT_EQ(quorum.kraft(old_leader).image().topic("too-late"), nullptr);
}

// Votes are on disk before they are given; who won is written when there is time.
TEST_P(KraftQuorum, TheLeaderIsOnDiskWhenTheElectionIsOver) {
  Quorum quorum(3, 0, GetParam());
  ASSERT_TRUE(quorum.elect());
  const std::string leader = fmt::format("\"leaderId\":{},", quorum.active());
  EXPECT_TRUE(quorum.saved(quorum.active()).find("\"leaderId\":-1,") != std::string::npos);
  quorum.run_until([] { return false; }, 1'100);
  for (const int id : {1, 2, 3}) {
    EXPECT_NE(quorum.saved(id).find(leader), std::string::npos) << id << " " << quorum.saved(id);
  }
}

TEST_P(KraftQuorum, ACleanStopHandsOverAtOnce) {
  Quorum quorum(3, 0, GetParam());
  ASSERT_TRUE(quorum.elect());
  const int first = quorum.active();
  must(quorum.create(first, "t"));
  ASSERT_TRUE(quorum.everyone_has("t"));
  const int64_t asked_ms = quorum.now_ms_;
  quorum.resign(first);
  EXPECT_FALSE(quorum.kraft(first).handed_over());
  ASSERT_TRUE(quorum.run_until([&] { return quorum.kraft(first).handed_over(); }));
  EXPECT_LT(quorum.now_ms_ - asked_ms, 200);
  must(quorum.kraft(first).close(quorum.now_ms_));
}

INSTANTIATE_TEST_SUITE_P(Voters, KraftQuorum, ::testing::Bool(), [](const auto& tested) {
  return tested.param ? "Dynamic" : "Static";
});

TEST(KraftSnapshots, ANodeThatIsFarBehindFetchesOne) {
  Quorum quorum(3, 1, true,
                {{"metadata.log.max.record.bytes.between.snapshots", "2000"},
                 {"metadata.log.segment.bytes", "8388608"},
                 {"metadata.max.retention.bytes", "10485760"},
                 {"metadata.max.retention.ms", "1"}});
  ASSERT_TRUE(quorum.elect());
  quorum.kill(4);
  const int active = quorum.active();
  for (int i = 0; i < 60; ++i) {
    must(quorum.create(active, fmt::format("t{}", i)));
    quorum.run_until([] { return false; }, 40);
  }
  ASSERT_TRUE(quorum.everyone_has("t59"));
  quorum.run_until([] { return false; }, 2000);
  ASSERT_GT(quorum.kraft(active).raft().start_offset(), 0) << "the log was not cut";
  quorum.start(4);
  ASSERT_TRUE(quorum.everyone_has("t59"));
  EXPECT_GT(quorum.kraft(4).raft().start_offset(), 0);
  EXPECT_EQ(quorum.kraft(4).image().topics(), quorum.kraft(active).image().topics());
}

// --- Voters come and go, as kafka-metadata-quorum.sh asks for it ---

AddRaftVoterRequest add_voter(int id, const Uuid& directory) {
  AddRaftVoterRequest request;
  request.cluster_id = quorum_cluster_id;
  request.timeout_ms = 10'000;
  request.voter_id = id;
  request.voter_directory_id = directory;
  request.listeners.push_back({"CONTROLLER", "localhost", static_cast<uint16_t>(9100 + id)});
  return request;
}

RemoveRaftVoterRequest remove_voter(int id, const Uuid& directory) {
  RemoveRaftVoterRequest request;
  request.cluster_id.reset();  // may be left out
  request.voter_id = id;
  request.voter_directory_id = directory;
  return request;
}

TEST(KraftVoters, AVoterLeavesAndComesBack) {
  Quorum quorum(3, 0, true);
  ASSERT_TRUE(quorum.elect());
  const int active = quorum.active();
  const int other = active == 3 ? 2 : 3;
  const Uuid directory = quorum.kraft(active).raft().voters().at(other).directory_id;
  const auto ask = [&](RaftRequest request) {
    quorum.answers.clear();
    quorum.request(active, std::move(request));
    EXPECT_TRUE(quorum.run_until([&] { return !quorum.answers.empty(); }));
    return std::visit(
        [](const auto& answer) { return static_cast<ErrorCode>(answer.error_code); },
        quorum.answers.at(0));
  };
  EXPECT_EQ(ask(add_voter(other, directory)), ErrorCode::DuplicateVoter);
  EXPECT_EQ(ask(remove_voter(other, {1, 1})), ErrorCode::VoterNotFound);
  EXPECT_EQ(ask(add_voter(9, {})), ErrorCode::InvalidRequest);
  AddRaftVoterRequest foreign = add_voter(other, directory);
  foreign.cluster_id = "another";
  EXPECT_EQ(ask(foreign), ErrorCode::InconsistentClusterId);

  EXPECT_EQ(ask(remove_voter(other, directory)), ErrorCode::None);
  EXPECT_EQ(quorum.kraft(active).raft().voters().size(), 2u);
  must(quorum.create(active, "without"));
  ASSERT_TRUE(quorum.everyone_has("without"));
  EXPECT_FALSE(quorum.kraft(other).raft().is_voter());
  EXPECT_EQ(quorum.kraft(other).image().voters().size(), 2u);

  EXPECT_EQ(ask(add_voter(other, directory)), ErrorCode::None);
  must(quorum.create(active, "with"));
  ASSERT_TRUE(quorum.everyone_has("with"));
  EXPECT_TRUE(quorum.kraft(other).raft().is_voter());
}

TEST(KraftVoters, ALeaderThatIsRemovedHandsOver) {
  Quorum quorum(3, 0, true);
  ASSERT_TRUE(quorum.elect());
  const int active = quorum.active();
  const Uuid directory = quorum.kraft(active).raft().voters().at(active).directory_id;
  quorum.request(active, remove_voter(active, directory));
  ASSERT_TRUE(quorum.run_until([&] { return quorum.active() > 0 && quorum.active() != active; }));
  ASSERT_EQ(quorum.answers.size(), 1u);
  EXPECT_EQ(std::get<RemoveRaftVoterResponse>(quorum.answers[0]).error_code, 0);
  must(quorum.create(quorum.active(), "t"));
  ASSERT_TRUE(quorum.everyone_has("t"));
  EXPECT_FALSE(quorum.kraft(active).raft().is_voter());
}

TEST(KraftVoters, StaticVotersAreRefusedChangesUntilTheUpgrade) {
  Quorum quorum(3, 0, false);
  ASSERT_TRUE(quorum.elect());
  const int active = quorum.active();
  quorum.request(active, add_voter(9, {9, 9}));
  ASSERT_TRUE(quorum.run_until([&] { return !quorum.answers.empty(); }));
  EXPECT_EQ(std::get<AddRaftVoterResponse>(quorum.answers[0]).error_code,
            static_cast<int16_t>(ErrorCode::UnsupportedVersion));
  quorum.run_until([] { return false; }, 5000);  // every follower tells its directory id
  must(quorum.upgrade(active));
  must(quorum.create(active, "t"));
  ASSERT_TRUE(quorum.everyone_has("t"));
  for (int id = 1; id <= 3; ++id) {
    EXPECT_EQ(quorum.kraft(id).raft().kraft_version(), 1);
    EXPECT_EQ(quorum.kraft(id).image().kraft_version(), 1);
    EXPECT_TRUE(quorum.kraft(id).raft().is_voter());
  }
}

}  // namespace
}  // namespace kafka
