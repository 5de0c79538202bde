#include "broker/handlers/32_describe_configs.h"

#include <gtest/gtest.h>

#include "protocol/error.h"
#include "tests/unit/core/config/node_properties.h"
#include "tests/unit/node/cluster_image.h"

namespace kafka {
namespace {

class DescribeConfigs : public ::testing::Test {
 protected:
  DescribeConfigs() {
    cluster_.broker(1).topic("t", {{1}});
    cluster_.config(ConfigResourceType::Topic, "t", "retention.ms", "5");
  }

  DescribeConfigsResponse::DescribeConfigsResult describe(
      ConfigResourceType type, std::string name,
      std::optional<std::vector<std::string>> keys = std::nullopt) {
    request_.resources = {{static_cast<int8_t>(type), std::move(name), std::move(keys)}};
    return answer_describe_configs(request_, cluster_.image(), config_, "INFO").results.at(0);
  }
  ErrorCode error_of(ConfigResourceType type, std::string name) {
    return static_cast<ErrorCode>(describe(type, std::move(name)).error_code);
  }

  ClusterImage cluster_;
  BrokerConfig config_ = node_config();
  DescribeConfigsRequest request_;
};

TEST_F(DescribeConfigs, KeysChooseAndNoKeysAreAll) {
  EXPECT_EQ(describe(ConfigResourceType::Topic, "t").configs.size(), 33u);
  EXPECT_EQ(describe(ConfigResourceType::Topic, "t", {{}}).configs.size(), 33u);
  const auto two = describe(ConfigResourceType::Topic, "t", {{"retention.ms", "nope"}});
  ASSERT_EQ(two.configs.size(), 1u);
  EXPECT_EQ(two.configs[0].value, "5");
  EXPECT_EQ(two.configs[0].config_source, 1);
  EXPECT_EQ(two.configs[0].config_type, 5);
}

TEST_F(DescribeConfigs, SynonymsAndDocumentationComeWhenAskedFor) {
  auto retention = describe(ConfigResourceType::Topic, "t", {{"retention.ms"}}).configs.at(0);
  EXPECT_TRUE(retention.synonyms.empty());
  EXPECT_EQ(retention.documentation, std::nullopt);
  request_.include_synonyms = true;
  request_.include_documentation = true;
  retention = describe(ConfigResourceType::Topic, "t", {{"retention.ms"}}).configs.at(0);
  EXPECT_EQ(retention.synonyms.size(), 1u);
  EXPECT_FALSE(retention.documentation->empty());
}

TEST_F(DescribeConfigs, ABrokerSpeaksForItselfAndTheDefault) {
  EXPECT_EQ(describe(ConfigResourceType::Broker, "1").configs.size(), 340u);
  EXPECT_EQ(describe(ConfigResourceType::Broker, "").configs.size(), 0u);
  EXPECT_EQ(error_of(ConfigResourceType::Broker, "2"), ErrorCode::InvalidRequest);
  EXPECT_EQ(error_of(ConfigResourceType::Broker, "x"), ErrorCode::InvalidRequest);
}

TEST_F(DescribeConfigs, TheLoggerOfABrokerIsRoot) {
  const auto logger = describe(ConfigResourceType::BrokerLogger, "1");
  ASSERT_EQ(logger.configs.size(), 1u);
  EXPECT_EQ(logger.configs[0].name, "root");
  EXPECT_EQ(logger.configs[0].value, "INFO");
  EXPECT_EQ(error_of(ConfigResourceType::BrokerLogger, ""), ErrorCode::InvalidRequest);
  EXPECT_EQ(error_of(ConfigResourceType::BrokerLogger, "2"), ErrorCode::InvalidRequest);
}

TEST_F(DescribeConfigs, WhatDoesNotExist) {
  EXPECT_EQ(error_of(ConfigResourceType::Topic, "nope"), ErrorCode::UnknownTopicOrPartition);
  EXPECT_EQ(error_of(ConfigResourceType::Topic, "a b"), ErrorCode::InvalidTopicException);
  EXPECT_EQ(error_of(ConfigResourceType::Group, ""), ErrorCode::InvalidRequest);
  EXPECT_EQ(error_of(ConfigResourceType::ClientMetrics, ""), ErrorCode::InvalidRequest);
  EXPECT_EQ(error_of(static_cast<ConfigResourceType>(99), "x"), ErrorCode::InvalidRequest);
  EXPECT_EQ(error_of(ConfigResourceType::Group, "anything"), ErrorCode::None);
}

}  // namespace
}  // namespace kafka
