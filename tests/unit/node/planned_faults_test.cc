// Planned faults that the broker itself carries out: its answers, its disk, its clock, its groups.
#include <gtest/gtest.h>

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "broker/core/evidence.h"
#include "protocol/api/10_find_coordinator.h"
#include "protocol/api/11_join_group.h"
#include "protocol/api/12_heartbeat.h"
#include "protocol/api/14_sync_group.h"
#include "tests/unit/node/node_fixture.h"

namespace kafka {
namespace {

class PlannedFaultsTest : public NodeTest {
 protected:
  void start_with(const std::string& faults) {
    start({{"kraftlab.evidence.path", folder_ + "/evidence"}, {"kraftlab.faults", faults}});
    create_topic("orders", 1, {{"message.timestamp.type", "LogAppendTime"}});
  }
  static ProduceResponse::PartitionProduceResponse produce(TestClient& client) {
    return client.ask<ProduceResponse>(produce_request("orders", make_batch(), -1), 9)
        .responses.at(0)
        .partition_responses.at(0);
  }
  // The texts of all entries of a type; the node has stopped.
  std::vector<std::string> recorded(evidence::Type type) const {
    std::ifstream in(folder_ + "/evidence", std::ios::binary);
    const auto entries =
        evidence::read_all(std::string(std::istreambuf_iterator<char>(in), {}));
    EXPECT_TRUE(entries.has_value());
    std::vector<std::string> texts;
    for (const evidence::Entry& entry : entries.value_or(std::vector<evidence::Entry>{})) {
      if (entry.type == type) {
        texts.push_back(entry.text);
      }
    }
    return texts;
  }
};

TEST_F(PlannedFaultsTest, AnAnswerThatComesTwice) {
  start_with("twice Produce of orders at request 2");
  TestClient client = connect();
  EXPECT_EQ(produce(client).error_code, 0);
  EXPECT_EQ(produce(client).base_offset, 1);
  const auto again = client.receive<ProduceResponse>(9);
  ASSERT_TRUE(again);
  EXPECT_EQ(client.last_correlation_id(), 2);
  EXPECT_EQ(again->responses.at(0).partition_responses.at(0).base_offset, 1);
  EXPECT_EQ(produce(client).base_offset, 2);
}

// File ranges are spliced between the bytes of a Fetch answer, both times.
TEST_F(PlannedFaultsTest, RecordsThatComeTwice) {
  start_with("twice Fetch at request 1");
  TestClient client = connect();
  EXPECT_EQ(produce(client).error_code, 0);
  const auto first = client.ask<FetchResponse>(fetch_request("orders", 0), 11);
  const Bytes records(first.responses.at(0).partitions.at(0).records.bytes.begin(),
                      first.responses.at(0).partitions.at(0).records.bytes.end());
  EXPECT_GT(records.size(), 60u);
  const auto again = client.receive<FetchResponse>(11);
  ASSERT_TRUE(again);
  EXPECT_TRUE(std::ranges::equal(again->responses.at(0).partitions.at(0).records.bytes, records));
}

TEST_F(PlannedFaultsTest, AWriteThatFailsLosesNothingAndTheNextOneWorks) {
  start_with("fail-write Produce of orders at request 2 times 2");
  TestClient client = connect();
  EXPECT_EQ(produce(client).error_code, 0);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(produce(client).error_code, static_cast<int16_t>(ErrorCode::KafkaStorageError));
  }
  EXPECT_EQ(produce(client).base_offset, 1);
}

TEST_F(PlannedFaultsTest, AnUnansweredProduceLosesItsConnectionAllTheSame) {
  start_with("lose Produce of orders at request 1");
  TestClient client = connect();
  client.send(produce_request("orders", make_batch(), 0), 9);
  EXPECT_TRUE(client.is_closed_by_node());
  TestClient other = connect();
  EXPECT_EQ(produce(other).base_offset, 1);
}

TEST_F(PlannedFaultsTest, FaultsWithoutAnEvidenceFileAreRefused) {
  EXPECT_EQ(start_error({{"kraftlab.faults", "lose Produce at request 1"}}),
            "kraftlab.faults needs kraftlab.evidence.path, where each fault says that it fired");
}

TEST_F(PlannedFaultsTest, ATornEvidenceFileIsGoneOnWithBehindItsLastWholeEntry) {
  start_with("lose Fetch at request 9");
  TestClient client = connect();
  EXPECT_EQ(produce(client).error_code, 0);
  stop();
  const std::string file = folder_ + "/evidence";
  const size_t before = recorded(evidence::Type::Request).size();
  ASSERT_EQ(truncate(file.c_str(), static_cast<off_t>(std::filesystem::file_size(file)) - 3), 0);
  start({{"kraftlab.evidence.path", file}});
  TestClient again = connect();
  EXPECT_EQ(produce(again).base_offset, 1);
  stop();
  EXPECT_EQ(recorded(evidence::Type::Request).size(), before + 1);
}

TEST_F(PlannedFaultsTest, NothingIsWrittenBehindSomethingElse) {
  const std::string file = folder_ + "/notes.txt";
  std::ofstream(file) << "not ours\n";
  const std::string error = start_error({{"kraftlab.evidence.path", file}});
  EXPECT_NE(error.find("notes.txt: this is not an evidence file"), std::string::npos) << error;
  EXPECT_EQ(std::filesystem::file_size(file), 9u);
}

TEST_F(PlannedFaultsTest, ASlowDiskMakesAProducerWait) {
  start_with("slow-disk Produce of orders at request 2 by 30 ms");
  TestClient client = connect();
  EXPECT_EQ(produce(client).error_code, 0);
  for (int i = 0; i < 2; ++i) {
    const auto begun = std::chrono::steady_clock::now();
    EXPECT_EQ(produce(client).error_code, 0);
    EXPECT_GE(std::chrono::steady_clock::now() - begun, std::chrono::milliseconds(30));
  }
}

TEST_F(PlannedFaultsTest, AClockThatIsSetBackAnHour) {
  constexpr int64_t minute_ms = 60'000;
  start_with("move-clock Produce of orders at request 2 by -3600000 ms");
  TestClient client = connect();
  EXPECT_EQ(produce(client).error_code, 0);
  const int64_t before = produce(client).log_append_time_ms;
  const int64_t after = produce(client).log_append_time_ms;
  EXPECT_NEAR(static_cast<double>(before - after), 60.0 * minute_ms, minute_ms);
}

TEST_F(PlannedFaultsTest, AStormOfRebalances) {
  constexpr int storms = 3;
  start_with("rebalance SyncGroup at request 1 times 3");
  TestClient client = connect();
  FindCoordinatorRequest find;
  find.coordinator_keys = {"readers"};
  ASSERT_EQ(client.ask<FindCoordinatorResponse>(find, 4).coordinators.at(0).error_code, 0);
  JoinGroupRequest join;
  join.group_id = "readers";
  join.session_timeout_ms = 30'000;
  join.rebalance_timeout_ms = 30'000;
  join.protocol_type = "consumer";
  join.protocols.push_back({"range", {}});
  join.member_id = client.ask<JoinGroupResponse>(join, 6).member_id;
  for (int generation = 1; generation <= storms + 1; ++generation) {
    const auto joined = client.ask<JoinGroupResponse>(join, 6);
    EXPECT_EQ(joined.error_code, 0);
    EXPECT_EQ(joined.generation_id, generation);
    SyncGroupRequest sync;
    sync.group_id = join.group_id;
    sync.member_id = join.member_id;
    sync.generation_id = generation;
    sync.protocol_type = "consumer";
    sync.protocol_name = "range";
    sync.assignments.push_back({join.member_id, {}});
    EXPECT_EQ(client.ask<SyncGroupResponse>(sync, 5).error_code, 0);
    HeartbeatRequest heartbeat;
    heartbeat.group_id = join.group_id;
    heartbeat.member_id = join.member_id;
    heartbeat.generation_id = generation;
    EXPECT_EQ(client.ask<HeartbeatResponse>(heartbeat, 4).error_code,
              generation <= storms ? static_cast<int16_t>(ErrorCode::RebalanceInProgress) : 0);
  }
  stop();
  const std::vector<std::string> events = recorded(evidence::Type::Event);
  EXPECT_EQ(std::ranges::count(events, "group readers: generation 4, 1 members"), 1);
  EXPECT_EQ(recorded(evidence::Type::Fault),
            std::vector<std::string>(3, "rebalance SyncGroup at request 1 times 3"));
}

TEST_F(PlannedFaultsTest, WhatMovesIsWrittenIntoTheEvidence) {
  start_with("mark Produce of orders at request 9 then nothing");
  TestClient client = connect();
  EXPECT_EQ(produce(client).error_code, 0);
  EXPECT_EQ(produce(client).error_code, 0);
  stop();
  const std::vector<std::string> wanted = {"orders-0: leader 1, epoch 0, in sync 1",
                                           "orders-0: log end 1, high watermark 1",
                                           "orders-0: log end 2, high watermark 2"};
  EXPECT_EQ(recorded(evidence::Type::Event), wanted);
}

}  // namespace
}  // namespace kafka
