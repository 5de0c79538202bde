// Configurations over the wire: what is changed is in effect when the answer comes, survives a
// restart, and what is refused changes nothing. Topics that come into being on demand.
#include "protocol/api/44_incremental_alter_configs.h"

#include "protocol/api/03_metadata.h"
#include "protocol/api/32_describe_configs.h"
#include "protocol/api/33_alter_configs.h"
#include "tests/unit/node/node_fixture.h"

namespace kafka {
namespace {

constexpr int8_t topic_type = 2;
constexpr int8_t broker_type = 4;
constexpr int8_t logger_type = 8;
constexpr int8_t set_op = 0;
constexpr int8_t delete_op = 1;

class AlterConfigsTest : public NodeTest {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(start());
    create_topic("t");
  }

  struct Change {
    std::string name;
    std::optional<std::string> value;  // nothing: delete
  };

  IncrementalAlterConfigsRequest alteration(int8_t type, const std::string& resource,
                                            const std::vector<Change>& changes) {
    IncrementalAlterConfigsRequest request;
    auto& altered = request.resources.emplace_back();
    altered.resource_type = type;
    altered.resource_name = resource;
    for (const Change& change : changes) {
      altered.configs.push_back({change.name, change.value ? set_op : delete_op, change.value});
    }
    return request;
  }

  ErrorCode alter(const IncrementalAlterConfigsRequest& request) {
    TestClient client = connect();
    const auto response = client.ask<IncrementalAlterConfigsResponse>(request, 1);
    return static_cast<ErrorCode>(response.responses.at(0).error_code);
  }
  ErrorCode alter(int8_t type, const std::string& resource, const std::vector<Change>& changes) {
    return alter(alteration(type, resource, changes));
  }

  // "value source", of one configuration.
  std::string described(int8_t type, const std::string& resource, const std::string& name) {
    DescribeConfigsRequest request;
    request.resources = {{type, resource, {{name}}}};
    TestClient client = connect();
    const auto response = client.ask<DescribeConfigsResponse>(request, 4);
    const auto& result = response.results.at(0);
    if (result.configs.empty()) {
      return "error " + std::to_string(result.error_code);
    }
    return result.configs[0].value.value_or("null") + " " +
           std::to_string(result.configs[0].config_source);
  }

  ErrorCode produce(size_t value_bytes) {
    const Bytes batch = make_batch({.value_bytes = value_bytes});
    TestClient client = connect();
    const auto response = client.ask<ProduceResponse>(produce_request("t", batch), 12);
    return static_cast<ErrorCode>(response.responses.at(0).partition_responses.at(0).error_code);
  }
};

TEST_F(AlterConfigsTest, ATopicsValueIsInEffectWhenTheAnswerComes) {
  EXPECT_EQ(produce(2000), ErrorCode::None);
  EXPECT_EQ(alter(topic_type, "t", {{"max.message.bytes", "1000"}}), ErrorCode::None);
  EXPECT_EQ(produce(2000), ErrorCode::MessageTooLarge);
  EXPECT_EQ(described(topic_type, "t", "max.message.bytes"), "1000 1");
  EXPECT_EQ(alter(topic_type, "t", {{"max.message.bytes", std::nullopt}}), ErrorCode::None);
  EXPECT_EQ(produce(2000), ErrorCode::None);
}

TEST_F(AlterConfigsTest, ABrokersValueReachesTopicsThatHaveNoneOfTheirOwn) {
  EXPECT_EQ(alter(broker_type, "", {{"message.max.bytes", "1000"}}), ErrorCode::None);
  EXPECT_EQ(produce(2000), ErrorCode::MessageTooLarge);
  EXPECT_EQ(described(topic_type, "t", "max.message.bytes"), "1000 3");
  EXPECT_EQ(alter(broker_type, "1", {{"message.max.bytes", "5000"}}), ErrorCode::None);
  EXPECT_EQ(produce(2000), ErrorCode::None);
  EXPECT_EQ(described(topic_type, "t", "max.message.bytes"), "5000 2");
}

TEST_F(AlterConfigsTest, ChangesSurviveARestart) {
  EXPECT_EQ(alter(topic_type, "t", {{"retention.ms", "12345"}}), ErrorCode::None);
  EXPECT_EQ(alter(broker_type, "1", {{"log.segment.bytes", "2097152"}}), ErrorCode::None);
  stop();
  start();
  EXPECT_EQ(described(topic_type, "t", "retention.ms"), "12345 1");
  EXPECT_EQ(described(topic_type, "t", "segment.bytes"), "2097152 2");
}

TEST_F(AlterConfigsTest, WhatIsRefusedChangesNothing) {
  EXPECT_EQ(alter(topic_type, "t", {{"retention.ms", "5"}, {"segment.bytes", "1"}}),
            ErrorCode::InvalidConfig);
  EXPECT_EQ(described(topic_type, "t", "retention.ms"), "604800000 5");
  EXPECT_EQ(alter(broker_type, "1", {{"num.partitions", "5"}}), ErrorCode::InvalidRequest);
  EXPECT_EQ(alter(topic_type, "nope", {{"retention.ms", "5"}}), ErrorCode::UnknownTopicOrPartition);
  auto validate = alteration(topic_type, "t", {{"retention.ms", "5"}});
  validate.validate_only = true;
  EXPECT_EQ(alter(validate), ErrorCode::None);
  EXPECT_EQ(described(topic_type, "t", "retention.ms"), "604800000 5");
}

TEST_F(AlterConfigsTest, EachResourceIsAnsweredForItself) {
  auto request = alteration(topic_type, "t", {{"retention.ms", "5"}});
  request.resources.push_back(alteration(topic_type, "nope", {}).resources[0]);
  request.resources.push_back(alteration(broker_type, "7", {}).resources[0]);
  TestClient client = connect();
  const auto response = client.ask<IncrementalAlterConfigsResponse>(request, 0);
  ASSERT_EQ(response.responses.size(), 3u);
  EXPECT_EQ(response.responses[0].error_code, 0);
  EXPECT_EQ(response.responses[0].error_message, std::nullopt);
  EXPECT_EQ(response.responses[1].resource_name, "nope");
  EXPECT_EQ(response.responses[1].error_code, 3);
  EXPECT_EQ(response.responses[2].error_code, 42);
  EXPECT_EQ(described(topic_type, "t", "retention.ms"), "5 1");
}

TEST_F(AlterConfigsTest, AlterConfigsReplacesTheWholeSet) {
  EXPECT_EQ(alter(topic_type, "t", {{"retention.ms", "5"}, {"flush.ms", "6"}}), ErrorCode::None);
  AlterConfigsRequest request;
  request.resources = {{topic_type, "t", {{"flush.ms", "7"}}}};
  TestClient client = connect();
  for (int16_t version = 0; version <= 2; ++version) {
    EXPECT_EQ(client.ask<AlterConfigsResponse>(request, version).responses.at(0).error_code, 0);
  }
  EXPECT_EQ(described(topic_type, "t", "flush.ms"), "7 1");
  EXPECT_EQ(described(topic_type, "t", "retention.ms"), "604800000 5");
}

TEST_F(AlterConfigsTest, TheLogLevelIsThatOfTheProcess) {
  EXPECT_EQ(alter(logger_type, "1", {{"root", "ERROR"}}), ErrorCode::None);
  EXPECT_EQ(described(logger_type, "1", "root"), "ERROR 6");
  EXPECT_EQ(alter(logger_type, "1", {{"root", "LOUD"}}), ErrorCode::InvalidConfig);
  EXPECT_EQ(alter(logger_type, "1", {{"root", std::nullopt}}), ErrorCode::InvalidRequest);
  EXPECT_EQ(alter(logger_type, "1", {{"root", "INFO"}}), ErrorCode::None);
}

class AutoCreateTest : public NodeTest {
 protected:
  static MetadataRequest ask(const std::string& topic, bool create = true) {
    MetadataRequest request;
    request.topics = {MetadataRequest::MetadataRequestTopic{Uuid(), topic}};
    request.allow_auto_topic_creation = create;
    return request;
  }
};

// The first answer names the topic as missing; whoever asks again finds it. An answer that comes
// behind a change of configurations on the same connection comes after the creation, too.
TEST_F(AutoCreateTest, AskingForATopicMakesIt) {
  ASSERT_NO_FATAL_FAILURE(start({{"num.partitions", "3"}}));
  TestClient client = connect();
  EXPECT_EQ(client.ask<MetadataResponse>(ask("orders"), 12).topics.at(0).error_code, 3);
  AlterConfigsRequest fence;
  fence.resources = {{16, "fence", {{"interval.ms", "1000"}}}};
  client.ask<AlterConfigsResponse>(fence, 2);
  const auto again = client.ask<MetadataResponse>(ask("orders"), 12);
  EXPECT_EQ(again.topics.at(0).error_code, 0);
  EXPECT_EQ(again.topics.at(0).partitions.size(), 3u);
  EXPECT_EQ(again.topics.at(0).partitions.at(0).leader_id, 1);
}

TEST_F(AutoCreateTest, ClientAndBrokerMustBothAllowIt) {
  ASSERT_NO_FATAL_FAILURE(start());
  TestClient client = connect();
  client.ask<MetadataResponse>(ask("orders", false), 12);
  EXPECT_EQ(client.ask<MetadataResponse>(ask("orders", false), 12).topics.at(0).error_code, 3);
  stop();
  ASSERT_NO_FATAL_FAILURE(start({{"auto.create.topics.enable", "false"}}));
  TestClient later = connect();
  later.ask<MetadataResponse>(ask("orders"), 12);
  EXPECT_EQ(later.ask<MetadataResponse>(ask("orders"), 12).topics.at(0).error_code, 3);
}

}  // namespace
}  // namespace kafka
