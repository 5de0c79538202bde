// Two and three replicas: what is committed, and where histories part after a change of leader.
// The traces are those that KIP-101 and KIP-279 were written for: replicas that cut their logs to
// their own high watermark lose or mix up records there.
#include "tests/unit/core/replica/replication_fixture.h"

namespace kafka {
namespace {

using TwoReplicas = ReplicationTest;

class ThreeReplicas : public ReplicationTest {
 protected:
  ThreeReplicas() : ReplicationTest(3) {}
};

TEST_F(TwoReplicas, TheHighWatermarkIsLearnedOneFetchLater) {
  elect(1, 0, {1, 2});
  produce(1, {"a", "b"});
  EXPECT_EQ(show(),
            "1* 0:a@0 1:b@0 | hw 0\n"
            "2  | hw 0\n");
  fetch(2);  // asks from 0 on, is given both
  EXPECT_EQ(show(),
            "1* 0:a@0 1:b@0 | hw 0\n"
            "2  0:a@0 1:b@0 | hw 0\n");
  fetch(2);  // asks from 2 on: so it has both; the answer says that this is committed
  EXPECT_EQ(show(),
            "1* 0:a@0 1:b@0 | hw 2\n"
            "2  0:a@0 1:b@0 | hw 2\n");
}

// KIP-101, scenario 1. A follower that restarts and cuts to its high watermark drops b; the leader
// dies before it fetched b again; b was acknowledged, and nobody has it.
TEST_F(TwoReplicas, Kip101AFollowerThatRestartsKeepsWhatItsLeaderHas) {
  elect(1, 0, {1, 2});
  produce(1, {"a"});
  settle();
  checkpoint(2);
  produce(1, {"b"});
  fetch(2);
  answer(2, ask(2));  // b is committed at the leader
  EXPECT_EQ(at(1).high_watermark(), 2);
  restart(2);
  EXPECT_EQ(at(2).high_watermark(), 1) << "as of its checkpoint";
  elect(2, 1, {2}, {2});  // the leader is gone, before 2 could fetch anything
  EXPECT_EQ(log_of(2), "0:a@0 1:b@0 ");
  EXPECT_EQ(at(2).high_watermark(), 2);
  elect(2, 1, {2}, {1});  // it comes back as a follower
  settle();
  EXPECT_EQ(show(),
            "1  0:a@0 1:b@0 | hw 2\n"
            "2* 0:a@0 1:b@0 | hw 2\n");
}

// KIP-101, scenario 2. Both lose power and b is only on 1. 2 is back first, leads, and writes c
// where b was. 1 has as many records as its leader: by offsets alone nothing looks wrong.
TEST_F(TwoReplicas, Kip101HistoriesThatPartedAtTheSameOffsetAreJoinedAgain) {
  elect(1, 0, {1, 2});
  produce(1, {"a"});
  settle();
  produce(1, {"b"});
  checkpoint(1);
  elect(2, 1, {2}, {2});
  produce(2, {"c"});
  EXPECT_EQ(show(),
            "1* 0:a@0 1:b@0 | hw 1\n"
            "2* 0:a@0 1:c@1 | hw 2\n");
  restart(1);
  elect(2, 1, {2});
  settle();
  EXPECT_EQ(show(),
            "1  0:a@0 1:c@1 | hw 2\n"
            "2* 0:a@0 1:c@1 | hw 2\n");
}

// KIP-279. Leadership goes from 1 to 2 and back, and each wrote a record that the other never saw.
// 2 asks where its epoch 1 ended; 1 does not know that epoch and names the one before it, 0, which
// ended at 2 there, but at 1 here. Cutting at 2 would keep b.
TEST_F(TwoReplicas, Kip279AnEpochThatTheLeaderNeverSawIsCutWhole) {
  elect(1, 0, {1, 2});
  produce(1, {"a"});
  settle();
  produce(1, {"x"});
  elect(2, 1, {2}, {2});
  produce(2, {"b"});
  elect(1, 2, {1}, {1});
  produce(1, {"c"});
  EXPECT_EQ(show(),
            "1* 0:a@0 1:x@0 2:c@2 | hw 3\n"
            "2* 0:a@0 1:b@1 | hw 2\n");
  elect(1, 2, {1}, {2});
  fetch(2);
  EXPECT_EQ(log_of(2), "0:a@0 ");
  settle();
  EXPECT_EQ(show(),
            "1* 0:a@0 1:x@0 2:c@2 | hw 3\n"
            "2  0:a@0 1:x@0 2:c@2 | hw 3\n");
}

// The same with an epoch in the leader's answer that the follower does not know: it cuts to its own
// next smaller epoch and asks again.
TEST_F(ThreeReplicas, Kip279TwoQuestionsWhereNeitherKnowsTheOthersEpoch) {
  elect(1, 0, {1, 2, 3});
  produce(1, {"a"});
  settle();
  elect(3, 1, {3}, {3});
  produce(3, {"p", "q"});  // 3: a p@1 q@1
  elect(1, 2, {1}, {1});
  produce(1, {"x", "y"});  // 1: a x@2 y@2
  elect(3, 3, {3}, {3});
  produce(3, {"r"});  // 3: a p@1 q@1 r@3
  elect(1, 4, {1});
  produce(1, {"z"});
  settle();
  const std::string whole = "0:a@0 1:x@2 2:y@2 3:z@4 ";
  EXPECT_EQ(log_of(1), whole);
  EXPECT_EQ(log_of(2), whole);
  EXPECT_EQ(log_of(3), whole);
}

TEST_F(TwoReplicas, AnAnswerFromBeforeAChangeOfLeaderIsNotLookedAt) {
  elect(1, 0, {1, 2});
  produce(1, {"a"});
  const Follower::Outgoing before = ask(2);
  elect(1, 1, {1, 2});
  answer(2, before);
  EXPECT_EQ(log_of(2), "");
  settle();
  EXPECT_EQ(log_of(2), "0:a@0 ");
}

TEST_F(TwoReplicas, AFollowerThatHasNotHeardYetIsFencedUntilItHas) {
  elect(1, 0, {1, 2});
  settle();
  elect(1, 1, {1, 2}, {1});
  produce(1, {"a"});
  fetch(2);
  EXPECT_FALSE(follower(2).next(now_ms_)) << "it waits for the metadata";
  elect(1, 1, {1, 2}, {2});
  settle();
  EXPECT_EQ(log_of(2), "0:a@1 ");
}

TEST_F(TwoReplicas, ALeaderThatHasNotHeardYetIsAskedAgain) {
  elect(1, 0, {1, 2});
  settle();
  elect(1, 1, {1, 2}, {2});
  fetch(2);
  EXPECT_FALSE(follower(2).next(now_ms_));
  EXPECT_EQ(follower(2).next_deadline_ms(), now_ms_ + Follower::backoff_min_ms);
  now_ms_ += Follower::backoff_min_ms;
  elect(1, 1, {1, 2}, {1});
  produce(1, {"a"});
  settle();
  EXPECT_EQ(log_of(2), "0:a@1 ");
}

TEST_F(TwoReplicas, AFollowerBelowTheLeadersLogStartBeginsAnew) {
  elect(1, 0, {1});
  produce(1, {"a", "b", "c"});
  ASSERT_TRUE(at(1).delete_records_before(2));
  settle();
  EXPECT_EQ(at(2).log().log_start_offset(), 2);
  EXPECT_EQ(log_of(2), "2:c@0 ");
}

TEST_F(TwoReplicas, DeletedRecordsAreDeletedEverywhereAndTheLowWatermarkSaysSo) {
  elect(1, 0, {1, 2});
  produce(1, {"a", "b", "c"});
  settle();
  ASSERT_TRUE(at(1).delete_records_before(2));
  EXPECT_EQ(at(1).low_watermark(), 0);
  fetch(2);  // learns of it
  EXPECT_EQ(at(2).log().log_start_offset(), 2);
  EXPECT_EQ(at(1).low_watermark(), 0);
  fetch(2);  // says that it has followed
  EXPECT_EQ(at(1).low_watermark(), 2);
  set_live({{1, {100, false}}});
  EXPECT_EQ(at(1).low_watermark(), 2) << "the dead are not waited for";
}

TEST_F(TwoReplicas, AFollowerWithALongerLogThanItsLeaderIsCut) {
  elect(1, 0, {1, 2});
  produce(1, {"a", "b", "c"});
  settle();
  lose_tail(1, 1);  // and unclean: the leader does not have what was committed
  elect(1, 1, {1});
  settle();
  EXPECT_EQ(log_of(2), "0:a@0 ");
  EXPECT_EQ(at(2).high_watermark(), 1);
}

TEST_F(TwoReplicas, DamageOnTheWayIsNotAppended) {
  elect(1, 0, {1, 2});
  produce(1, {"a"});
  ASSERT_TRUE(follower(2).next(now_ms_));
  const auto slice = at(1).log().read_bytes(0, 1000, 1);
  ASSERT_TRUE(slice);
  Bytes damaged = *slice;
  damaged.back() ^= 1;
  FetchResponse response;
  auto& topic = response.responses.emplace_back();
  topic.topic_id = topic_id;
  auto& partition = topic.partitions.emplace_back();
  partition.high_watermark = 1;
  partition.records.bytes = damaged;
  follower(2).on_response(response, now_ms_);
  EXPECT_EQ(log_of(2), "");
  const auto notes = follower(2).take_notes();
  ASSERT_EQ(notes.size(), 1u);
  EXPECT_TRUE(notes[0].serious);
  now_ms_ += Follower::backoff_min_ms;
  settle();
  EXPECT_EQ(log_of(2), "0:a@0 ");
}

TEST_F(TwoReplicas, AFailedFetchIsRepeatedWithANewSession) {
  elect(1, 0, {1, 2});
  ASSERT_TRUE(follower(2).next(now_ms_));
  EXPECT_FALSE(follower(2).next(now_ms_)) << "one at a time";
  follower(2).on_failure(now_ms_);
  EXPECT_FALSE(follower(2).next(now_ms_));
  now_ms_ = follower(2).next_deadline_ms();
  const auto again = follower(2).next(now_ms_);
  ASSERT_TRUE(again);
  EXPECT_EQ(std::get<FetchRequest>(*again).session_epoch, 0);
}

// Case 2 of a leader change: what a consumer saw stays, whoever leads next.
TEST_F(ThreeReplicas, WhatIsCommittedSurvivesEveryOrderOfFailovers) {
  elect(1, 0, {1, 2, 3});
  produce(1, {"a", "b"});
  settle();
  produce(1, {"c"});
  fetch(2);  // 2 has c, 3 has not: not committed
  EXPECT_EQ(at(1).high_watermark(), 2);
  elect(3, 1, {2, 3}, {2, 3});
  settle();
  EXPECT_EQ(log_of(2), "0:a@0 1:b@0 ") << "c was never acknowledged";
  produce(3, {"d"});
  settle();
  elect(2, 2, {2}, {1, 2});
  produce(2, {"e"});
  elect(2, 2, {2});
  settle();
  const std::string whole = "0:a@0 1:b@0 2:d@1 3:e@2 ";
  EXPECT_EQ(log_of(1), whole);
  EXPECT_EQ(log_of(2), whole);
  EXPECT_EQ(log_of(3), whole);
}

}  // namespace
}  // namespace kafka
