// A log directory whose disk fails: what is in it goes offline, the other one goes on.
#include <gtest/gtest.h>

#include <algorithm>

#include "protocol/api/03_metadata.h"
#include "protocol/api/35_describe_log_dirs.h"
#include "tests/unit/node/node_fixture.h"

namespace kafka {
namespace {

constexpr int attempts = 1000;  // at 10 ms of the client's waiting

class FailedDirectoryTest : public NodeTest {
 protected:
  int16_t produce(TestClient& client, int32_t partition) {
    const auto answer =
        client.ask<ProduceResponse>(produce_request("numbers", make_batch(), -1, partition), 9);
    return answer.responses.at(0).partition_responses.at(0).error_code;
  }

  static DescribeLogDirsResponse describe(TestClient& client) {
    DescribeLogDirsRequest everything;
    everything.topics = std::nullopt;
    return client.ask<DescribeLogDirsResponse>(everything, 4);
  }

  // The index of the partition that is in a directory.
  static int32_t partition_in(TestClient& client, const std::string& directory) {
    const auto all = describe(client);
    for (const auto& result : all.results) {
      for (const auto& topic : result.topics) {
        if (result.log_dir == directory && topic.name == "numbers") {
          return topic.partitions.at(0).partition_index;
        }
      }
    }
    return -1;
  }

  static const DescribeLogDirsResponse::DescribeLogDirsResult* result_of(
      const DescribeLogDirsResponse& all, const std::string& directory) {
    const auto found = std::ranges::find(
        all.results, directory, &DescribeLogDirsResponse::DescribeLogDirsResult::log_dir);
    return found == all.results.end() ? nullptr : &*found;
  }
};

// Whatever asks for the fsync.
class FlushedByTest : public FailedDirectoryTest,
                      public testing::WithParamInterface<const char*> {};

INSTANTIATE_TEST_SUITE_P(, FlushedByTest,
                         testing::Values("log.flush.offset.checkpoint.interval.ms",
                                         "log.flush.scheduler.interval.ms"));

TEST_P(FlushedByTest, ItsPartitionsLoseTheirLeaderAndTheOthersGoOn) {
  const std::string second = folder_ + "/second";
  start({{"log.dirs", folder_ + "/data," + second},
         {GetParam(), "20"},
         {"kraftlab.evidence.path", folder_ + "/evidence"},
         {"kraftlab.faults", "fail-sync Produce of numbers at request 1"}});
  create_topic("numbers", 2);
  TestClient client = connect();
  const int32_t lost = partition_in(client, second);
  ASSERT_GE(lost, 0);
  EXPECT_EQ(produce(client, lost), 0);

  MetadataRequest request;
  request.topics = std::vector<MetadataRequest::MetadataRequestTopic>{{.name = "numbers"}};
  MetadataResponse metadata;
  const auto has_leader = [&] {
    metadata = client.ask<MetadataResponse>(request, 9);
    const auto& partitions = metadata.topics.at(0).partitions;
    return std::ranges::none_of(partitions, [](const auto& each) { return each.leader_id == -1; });
  };
  int tries = 0;
  while (has_leader() && ++tries < attempts) {
    (void)client.is_silent_for(10);
  }
  ASSERT_LT(tries, attempts);
  for (const auto& partition : metadata.topics.at(0).partitions) {
    const bool gone = partition.partition_index == lost;
    EXPECT_EQ(partition.leader_id, gone ? -1 : 1);
    EXPECT_EQ(partition.offline_replicas,
              gone ? std::vector<int32_t>{1} : std::vector<int32_t>{});
  }
  const DescribeLogDirsResponse all = describe(client);
  ASSERT_NE(result_of(all, second), nullptr);
  EXPECT_EQ(result_of(all, second)->error_code, static_cast<int16_t>(ErrorCode::KafkaStorageError));
  EXPECT_TRUE(result_of(all, second)->topics.empty());
  EXPECT_NE(produce(client, lost), 0);
  EXPECT_EQ(produce(client, 1 - lost), 0);
  // A new topic finds its place in what is left.
  create_topic("more", 2);
  EXPECT_EQ(client.ask<ProduceResponse>(produce_request("more", make_batch(), -1, 1), 9)
                .responses.at(0)
                .partition_responses.at(0)
                .error_code,
            0);
}

TEST_F(FailedDirectoryTest, WithFlushMessagesTheAnswerWaitsForTheDisk) {
  const std::string second = folder_ + "/second";
  start({{"log.dirs", folder_ + "/data," + second},
         {"log.flush.interval.messages", "2"},
         {"kraftlab.evidence.path", folder_ + "/evidence"},
         {"kraftlab.faults", "fail-sync Produce of numbers at request 1"}});
  create_topic("numbers", 2);
  TestClient client = connect();
  const int32_t lost = partition_in(client, second);
  ASSERT_GE(lost, 0);
  EXPECT_EQ(produce(client, lost), 0);
  EXPECT_EQ(produce(client, lost), static_cast<int16_t>(ErrorCode::KafkaStorageError));
}

}  // namespace
}  // namespace kafka
