#include "broker/handlers/75_describe_topic_partitions.h"

#include <gtest/gtest.h>

#include "protocol/error.h"
#include "tests/unit/node/cluster_image.h"

namespace kafka {
namespace {

using Request75 = DescribeTopicPartitionsRequest;

class DescribeTopicPartitions : public ::testing::Test {
 protected:
  DescribeTopicPartitions() {
    cluster_.broker(1).topic("b", {{1}, {1}, {1}, {1}, {1}}).topic("a", {{1}}).topic("c", {{1}});
  }

  // "a:0 b:0,1 next b:2"; a topic with an error is "x!3".
  std::string page(std::vector<std::string> names, int32_t limit,
                   std::optional<Request75::Cursor> cursor = {}, int32_t partitions_max = 2000) {
    Request75 request;
    for (std::string& name : names) {
      request.topics.push_back({std::move(name)});
    }
    request.response_partition_limit = limit;
    request.cursor = std::move(cursor);
    const auto answer =
        answer_describe_topic_partitions(request, cluster_.image(), "PLAINTEXT", partitions_max);
    std::string text;
    for (const auto& topic : answer.topics) {
      text += (text.empty() ? "" : " ") + *topic.name;
      text += topic.error_code != 0 ? "!" + std::to_string(topic.error_code) : "";
      for (const auto& partition : topic.partitions) {
        text += (&partition == &topic.partitions.front() ? ":" : ",") +
                std::to_string(partition.partition_index);
      }
    }
    if (answer.next_cursor) {
      text += " next " + answer.next_cursor->topic_name + ":" +
              std::to_string(answer.next_cursor->partition_index);
    }
    return text;
  }

  ClusterImage cluster_;
};

TEST_F(DescribeTopicPartitions, NoTopicsAsksForAllOfThemInOrder) {
  EXPECT_EQ(page({}, 2000), "a:0 b:0,1,2,3,4 c:0");
}

TEST_F(DescribeTopicPartitions, AFullPageSaysWhereItStopped) {
  EXPECT_EQ(page({"b"}, 2), "b:0,1 next b:2");
  EXPECT_EQ(page({"b"}, 2, Request75::Cursor{"b", 2}), "b:2,3 next b:4");
  EXPECT_EQ(page({"b"}, 2, Request75::Cursor{"b", 4}), "b:4");
  EXPECT_EQ(page({}, 6), "a:0 b:0,1,2,3,4 next c:0");
  EXPECT_EQ(page({}, 7), "a:0 b:0,1,2,3,4 c:0");
}

TEST_F(DescribeTopicPartitions, TheBrokersLimitHoldsToo) {
  EXPECT_EQ(page({"b"}, 2000, {}, 3), "b:0,1,2 next b:3");
  EXPECT_EQ(page({"b"}, 0), "b:0 next b:1") << "a page holds at least one partition";
  EXPECT_EQ(page({"b"}, -5), "b:0 next b:1");
}

TEST_F(DescribeTopicPartitions, MissingTopicsAreReportedWhenNamed) {
  EXPECT_EQ(page({"zz", "a", "a b", "a"}, 2000), "a:0 a b!17 zz!3");
  EXPECT_EQ(page({"a", "zz"}, 1), "a:0 next zz:0");
}

TEST_F(DescribeTopicPartitions, ACursorOnATopicThatIsGoneGoesOnBehindIt) {
  EXPECT_EQ(page({}, 2000, Request75::Cursor{"bb", 3}), "c:0");
  EXPECT_EQ(page({"bb", "c"}, 2000, Request75::Cursor{"bb", 3}), "bb!3 c:0");
  EXPECT_EQ(page({"b"}, 2000, Request75::Cursor{"b", 9}), "b");
}

TEST_F(DescribeTopicPartitions, ACursorThatIsNotOursIsRefused) {
  EXPECT_EQ(page({"a", "b"}, 1, Request75::Cursor{"b", -1}), "a!42 b!42");
  EXPECT_EQ(page({"a", "c"}, 1, Request75::Cursor{"b", 0}), "a!42 c!42");
}

}  // namespace
}  // namespace kafka
