// The in-sync replicas: who joins, who falls out, and what is committed while nobody knows yet.
#include "tests/unit/core/replica/replication_fixture.h"

namespace kafka {
namespace {

class IsrTest : public ReplicationTest {
 protected:
  IsrTest() : ReplicationTest(3) {}

  std::vector<int32_t> proposed(int leader) {
    return at(leader).isr().proposed().value_or(std::vector<int32_t>{});
  }
  static AlterPartitionResponse answer_all(const AlterPartitionRequest& request, ErrorCode error,
                                           int32_t partition_epoch = 0) {
    AlterPartitionResponse response;
    for (const auto& topic : request.topics) {
      auto& answers = response.topics.emplace_back();
      answers.topic_id = topic.topic_id;
      for (const auto& wanted : topic.partitions) {
        auto& answer = answers.partitions.emplace_back();
        answer.partition_index = wanted.partition_index;
        answer.error_code = static_cast<int16_t>(error);
        answer.leader_epoch = wanted.leader_epoch;
        answer.partition_epoch = partition_epoch;
        for (const auto& member : wanted.new_isr_with_epochs) {
          answer.isr.push_back(member.broker_id);
        }
      }
    }
    return response;
  }
};

TEST_F(IsrTest, AFollowerJoinsWhenItHasEverythingCommitted) {
  elect(1, 0, {1});
  produce(1, {"a", "b"});
  fetch(2);
  EXPECT_FALSE(at(1).propose_isr(false, now_ms_)) << "it asked from 0 on: it has nothing yet";
  fetch(2);
  ASSERT_TRUE(at(1).propose_isr(false, now_ms_));
  EXPECT_EQ(proposed(1), (std::vector<int32_t>{1, 2}));
  EXPECT_FALSE(at(1).propose_isr(false, now_ms_)) << "one proposal at a time";
  take_proposal(1);
  EXPECT_EQ(at(1).isr().committed(), (std::vector<int32_t>{1, 2}));
}

// Case 6 (KIP-320): up to the high watermark is not enough. Between it and the start of the epoch
// may stand what an earlier leader told producers to be committed.
TEST_F(IsrTest, AFollowerJoinsOnlyFromTheStartOfTheLeadersEpochOn) {
  elect(1, 0, {1, 2, 3});
  produce(1, {"a", "b", "c"});
  fetch(2);
  answer(2, ask(2));
  elect(2, 1, {2}, {2, 3});  // 2 has all three, and does not know that they are committed
  fetch(3);                  // from 0 on
  EXPECT_GE(at(2).high_watermark(), 0);
  EXPECT_EQ(at(2).epoch_start_offset(), 3);
  EXPECT_FALSE(at(2).propose_isr(false, now_ms_));
  fetch(3);
  EXPECT_TRUE(at(2).propose_isr(false, now_ms_));
}

// Case 7: while a proposal is under way either set may be the ISR.
TEST_F(IsrTest, WhileAReplicaMayBeInTheHighWatermarkWaitsForIt) {
  elect(1, 0, {1});
  fetch(2);
  ASSERT_TRUE(at(1).propose_isr(false, now_ms_));
  now_ms_ += 2 * lag_ms;  // so that it is not waited for as one that is about to join
  produce(1, {"a"});
  EXPECT_EQ(at(1).high_watermark(), 0);
  fetch(2);
  fetch(2);
  EXPECT_EQ(at(1).high_watermark(), 1);
}

TEST_F(IsrTest, WhileAReplicaMayStillBeInTheHighWatermarkWaitsForIt) {
  elect(1, 0, {1, 2});
  now_ms_ += 2 * lag_ms;
  produce(1, {"a"});
  ASSERT_TRUE(at(1).propose_isr(true, now_ms_));
  EXPECT_EQ(proposed(1), std::vector<int32_t>{1});
  EXPECT_EQ(at(1).high_watermark(), 0);
  take_proposal(1);
  EXPECT_EQ(at(1).high_watermark(), 1);
}

// With an ISR of one every append is committed at once; a follower would never catch up.
TEST_F(IsrTest, TheHighWatermarkWaitsForWhoIsAboutToJoin) {
  elect(1, 0, {1});
  fetch(2);
  produce(1, {"a"});
  EXPECT_EQ(at(1).high_watermark(), 0) << "2 was at the end a moment ago";
  now_ms_ += 2 * lag_ms;
  produce(1, {"b"});
  EXPECT_EQ(at(1).high_watermark(), 2) << "it is not any more";
}

TEST_F(IsrTest, WhoDoesNotReachTheEndWithinTheLagTimeFallsOut) {
  elect(1, 0, {1, 2, 3});
  produce(1, {"a"});
  for (int i = 0; i < 4; ++i) {
    now_ms_ += lag_ms / 2;
    produce(1, {"b"});
    fetch(2);
    fetch(2);
    EXPECT_EQ(at(1).propose_isr(true, now_ms_), i == 2);
    if (i == 2) {
      EXPECT_EQ(proposed(1), (std::vector<int32_t>{1, 2}));
      take_proposal(1);
    }
  }
}

// A follower of a busy partition is always a little behind: it counts what the end was when it
// asked last.
TEST_F(IsrTest, WhoKeepsPaceStaysIn) {
  elect(1, 0, {1, 2, 3});
  for (int i = 0; i < 8; ++i) {
    now_ms_ += lag_ms / 2;
    const auto request_2 = ask(2);
    const auto request_3 = ask(3);
    produce(1, {"a"});  // before the requests arrive
    answer(2, request_2);
    answer(3, request_3);
    EXPECT_FALSE(at(1).propose_isr(true, now_ms_));
  }
}

TEST_F(IsrTest, AFollowerAtTheEndNeverFallsOutHoweverQuietThePartition) {
  elect(1, 0, {1, 2, 3});
  settle();
  now_ms_ += 10 * lag_ms;
  EXPECT_FALSE(at(1).propose_isr(true, now_ms_));
}

// Case 8 (KIP-903): the fetch of a life that is over proves nothing about the disk of the next.
TEST_F(IsrTest, AReplicaDoesNotJoinOnTheStrengthOfItsFormerLife) {
  elect(1, 0, {1});
  fetch(2);
  fetch(2);
  set_live({{1, {100, false}}, {2, {200, false}}, {3, {100, false}}});  // it has registered again
  EXPECT_FALSE(at(1).propose_isr(false, now_ms_));
  fetch(2);  // of the old process
  EXPECT_FALSE(at(1).propose_isr(false, now_ms_));
  table(2).context().local_epoch = 200;
  now_ms_ += Follower::backoff_min_ms;
  fetch(2);
  EXPECT_TRUE(at(1).propose_isr(false, now_ms_));
  EXPECT_EQ(at(1).proposal().new_isr_with_epochs.at(1).broker_epoch, 200);
}

TEST_F(IsrTest, FencedAndLeavingBrokersDoNotJoin) {
  elect(1, 0, {1});
  fetch(2);
  fetch(3);
  set_live({{1, {100, false}}, {2, {100, true}}});
  EXPECT_FALSE(at(1).propose_isr(false, now_ms_));
}

TEST_F(IsrTest, OnlyARefusalGivesTheProposalUp) {
  elect(1, 0, {1});
  fetch(2);
  ASSERT_TRUE(at(1).propose_isr(false, now_ms_));
  AlterPartitionResponse::PartitionData answer;
  answer.error_code = static_cast<int16_t>(ErrorCode::InvalidUpdateVersion);
  EXPECT_EQ(at(1).on_isr_answer(answer, now_ms_), IsrOutcome::Settled);
  EXPECT_TRUE(at(1).isr().proposed()) << "the metadata will tell";
  answer.error_code = static_cast<int16_t>(ErrorCode::UnknownServerError);
  EXPECT_EQ(at(1).on_isr_answer(answer, now_ms_), IsrOutcome::Retry);
  answer.error_code = static_cast<int16_t>(ErrorCode::IneligibleReplica);
  EXPECT_EQ(at(1).on_isr_answer(answer, now_ms_), IsrOutcome::Settled);
  EXPECT_FALSE(at(1).isr().proposed());
}

TEST_F(IsrTest, MetadataThatIsOlderThanTheControllersAnswerIsIgnored) {
  elect(1, 0, {1});
  fetch(2);
  ASSERT_TRUE(at(1).propose_isr(false, now_ms_));
  const int32_t before = partition_epoch_;
  take_proposal(1);
  EXPECT_FALSE(at(1).set_role({1, 0, before, {1, 2, 3}, {1}}, now_ms_));
  EXPECT_EQ(at(1).isr().committed(), (std::vector<int32_t>{1, 2}));
}

TEST_F(IsrTest, TheSameMetadataAgainLeavesAProposalOnItsWay) {
  elect(1, 0, {1});
  fetch(2);
  ASSERT_TRUE(at(1).propose_isr(false, now_ms_));
  at(1).set_role({1, 0, partition_epoch_, {1, 2, 3}, {1}}, now_ms_);
  EXPECT_TRUE(at(1).isr().may_hold(2));
}

TEST_F(IsrTest, ProposalsTravelOneRequestAtATimeAndAreRepeated) {
  elect(1, 0, {1});
  IsrChanges changes(table(1));
  fetch(2);
  changes.look_at_waiting(now_ms_);
  const auto first = changes.next(now_ms_);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->broker_id, 1);
  EXPECT_EQ(first->broker_epoch, 100);
  ASSERT_EQ(first->topics.at(0).partitions.size(), 1u);
  EXPECT_EQ(first->topics[0].partitions[0].partition_epoch, partition_epoch_);
  EXPECT_FALSE(changes.next(now_ms_));
  changes.on_failure(now_ms_);
  EXPECT_FALSE(changes.next(now_ms_));
  EXPECT_EQ(changes.next_deadline_ms(), now_ms_ + IsrChanges::retry_ms);
  now_ms_ += IsrChanges::retry_ms;
  const auto again = changes.next(now_ms_);
  ASSERT_TRUE(again);
  EXPECT_EQ(*again, *first);
  changes.on_response(answer_all(*again, ErrorCode::None, partition_epoch_ + 1), now_ms_);
  EXPECT_EQ(at(1).isr().committed(), (std::vector<int32_t>{1, 2}));
  EXPECT_FALSE(changes.next(now_ms_));
  EXPECT_EQ(changes.next_deadline_ms(), INT64_MAX);
}

TEST_F(IsrTest, AStaleBrokerEpochIsTriedAgain) {
  elect(1, 0, {1});
  IsrChanges changes(table(1));
  fetch(2);
  changes.look_at_waiting(now_ms_);
  ASSERT_TRUE(changes.next(now_ms_));
  AlterPartitionResponse refused;
  refused.error_code = static_cast<int16_t>(ErrorCode::StaleBrokerEpoch);
  changes.on_response(refused, now_ms_);
  now_ms_ += IsrChanges::retry_ms;
  table(1).context().local_epoch = 300;
  const auto again = changes.next(now_ms_);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->broker_epoch, 300);
}

TEST_F(IsrTest, WhoLostTheLeadershipProposesNothing) {
  elect(1, 0, {1});
  IsrChanges changes(table(1));
  fetch(2);
  changes.look_at_waiting(now_ms_);
  elect(2, 1, {2});
  EXPECT_FALSE(changes.next(now_ms_));
}

// Case 2: what is acknowledged with acks=all is on min.insync.replicas, and what is committed is.
TEST_F(IsrTest, BelowMinInsyncReplicasNothingIsCommitted) {
  auto config = std::make_shared<TopicConfig>();
  config->min_insync_replicas = 2;
  table(1).find_topic(topic_id)->config = config;
  elect(1, 0, {1, 2});
  produce(1, {"a"});
  EXPECT_FALSE(*at(1).is_committed(1));
  elect(1, 0, {1});
  EXPECT_EQ(at(1).is_committed(1).error().code, ErrorCode::NotEnoughReplicasAfterAppend);
  EXPECT_EQ(at(1).high_watermark(), 0);
  elect(1, 0, {1, 2});
  settle();
  EXPECT_TRUE(*at(1).is_committed(1));
}

// Case 3: the retry of a batch that is appended and not committed has to wait as the first did.
TEST_F(IsrTest, ADuplicateIsNotCommittedEarlierThanTheFirst) {
  elect(1, 0, {1, 2});
  BatchBuilder builder({.producer_id = 7, .producer_epoch = 0, .base_sequence = 0});
  builder.add(now_ms_, std::nullopt, bytes_of("a"));
  const Bytes batch = builder.build();
  for (const bool duplicate : {false, true}) {
    Bytes sent = batch;
    const auto appended = at(1).append_as_leader(sent, -1, now_ms_);
    ASSERT_TRUE(appended);
    EXPECT_EQ(appended->duplicate, duplicate);
    EXPECT_EQ(appended->last_offset, 0);
    EXPECT_FALSE(*at(1).is_committed(appended->last_offset + 1));
  }
  settle();
  EXPECT_TRUE(*at(1).is_committed(1));
}

// Case 5.
TEST_F(IsrTest, FetchesOfOtherEpochsSayNothing) {
  elect(1, 3, {1, 2, 3});
  PartitionFetch fetch;
  fetch.max_bytes = 1000;
  fetch.current_leader_epoch = 2;
  EXPECT_EQ(at(1).read_as_follower(fetch, {2, 100, 0}, now_ms_).error().code,
            ErrorCode::FencedLeaderEpoch);
  fetch.current_leader_epoch = 4;
  EXPECT_EQ(at(1).read_as_follower(fetch, {2, 100, 0}, now_ms_).error().code,
            ErrorCode::UnknownLeaderEpoch);
  fetch.current_leader_epoch = 3;
  EXPECT_EQ(at(1).read_as_follower(fetch, {9, 100, 0}, now_ms_).error().code,
            ErrorCode::UnknownLeaderEpoch)
      << "a reassignment that we have not heard of";
  EXPECT_EQ(at(1).follower(2)->log_end_offset, no_offset);
}

}  // namespace
}  // namespace kafka
