#include "labs/proxy/rewrite.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "protocol/api/03_metadata.h"
#include "protocol/api/10_find_coordinator.h"
#include "protocol/api/18_api_versions.h"
#include "protocol/frame.h"

namespace kraftlab {
namespace {

using kafka::ApiKey;
using kafka::Bytes;

const Advertised kProxy{"127.0.0.1", 19092};

template <class Message>
Bytes answer(const Message& message, int16_t version) {
  kafka::Writer out;
  kafka::encode_response_header(Message::key, version, 7, out);
  EXPECT_TRUE(kafka::encode(message, version, out));
  return out.take();
}

template <class Message>
Message read(const Bytes& bytes, int16_t version) {
  const auto parts = kafka::decode_response_frame(bytes, Message::key, version);
  EXPECT_TRUE(parts && parts->correlation_id == 7);
  auto message = kafka::decode<Message>(parts->body, version);
  EXPECT_TRUE(message);
  return *message;
}

TEST(Rewrite, EveryBrokerOfMetadataIsTheProxy) {
  for (const int16_t version : {0, 8, 9, 13}) {
    kafka::MetadataResponse metadata;
    metadata.brokers = {{.node_id = 1, .host = "kafka", .port = 9092},
                        {.node_id = 2, .host = "other", .port = 9093}};
    auto changed = rewrite_answer(ApiKey::Metadata, version, answer(metadata, version), kProxy);
    ASSERT_TRUE(changed && *changed) << version;
    const auto after = read<kafka::MetadataResponse>(**changed, version);
    for (const auto& broker : after.brokers) {
      EXPECT_EQ(broker.host, kProxy.host);
      EXPECT_EQ(broker.port, kProxy.port);
    }
    EXPECT_EQ(after.brokers[1].node_id, 2);
  }
}

TEST(Rewrite, TheCoordinatorIsTheProxyInOldAndNewVersions) {
  kafka::FindCoordinatorResponse old;
  old.host = "kafka";
  old.port = 9092;
  auto changed = rewrite_answer(ApiKey::FindCoordinator, 3, answer(old, 3), kProxy);
  ASSERT_TRUE(changed && *changed);
  EXPECT_EQ(read<kafka::FindCoordinatorResponse>(**changed, 3).port, kProxy.port);

  kafka::FindCoordinatorResponse young;
  young.coordinators = {{.key = "shop", .node_id = 1, .host = "kafka", .port = 9092}};
  changed = rewrite_answer(ApiKey::FindCoordinator, 4, answer(young, 4), kProxy);
  ASSERT_TRUE(changed && *changed);
  EXPECT_EQ(read<kafka::FindCoordinatorResponse>(**changed, 4).coordinators[0].host, kProxy.host);
}

TEST(Rewrite, VersionsThatNobodyHereCanReadAreNotOffered) {
  kafka::ApiVersionsResponse versions;
  versions.api_keys = {{.api_key = 0, .min_version = 0, .max_version = 99},
                       {.api_key = 999, .min_version = 0, .max_version = 1}};
  auto changed = rewrite_answer(ApiKey::ApiVersions, 4, answer(versions, 4), kProxy);
  ASSERT_TRUE(changed && *changed);
  const auto after = read<kafka::ApiVersionsResponse>(**changed, 4);
  ASSERT_EQ(after.api_keys.size(), 1u);
  EXPECT_EQ(after.api_keys[0].max_version, kafka::api_info(ApiKey::Produce).described.max);
}

TEST(Rewrite, ARefusalOfAnUnknownVersionIsReadAsVersionZero) {
  kafka::ApiVersionsResponse refusal;
  refusal.error_code = static_cast<int16_t>(kafka::ErrorCode::UnsupportedVersion);
  refusal.api_keys = {{.api_key = 18, .min_version = 0, .max_version = 4}};
  auto changed = rewrite_answer(ApiKey::ApiVersions, 9, answer(refusal, 0), kProxy);
  ASSERT_TRUE(changed && *changed);
  EXPECT_EQ(read<kafka::ApiVersionsResponse>(**changed, 0).api_keys.size(), 1u);
}

TEST(Rewrite, WithNothingToTellAddressesStay) {
  kafka::MetadataResponse metadata;
  metadata.brokers = {{.node_id = 1, .host = "kafka", .port = 9092}};
  auto changed = rewrite_answer(ApiKey::Metadata, 9, answer(metadata, 9), std::nullopt);
  ASSERT_TRUE(changed);
  EXPECT_FALSE(*changed);
}

TEST(Rewrite, WhatNamesNoBrokerPassesAsItIs) {
  const Bytes bytes = {0, 0, 0, 7, 1, 2, 3};
  auto changed = rewrite_answer(ApiKey::Heartbeat, 4, bytes, kProxy);
  ASSERT_TRUE(changed);
  EXPECT_FALSE(*changed);
}

TEST(Rewrite, AnAnswerThatCannotBeReadIsAnError) {
  EXPECT_FALSE(rewrite_answer(ApiKey::Metadata, 9, Bytes{0, 0, 0, 7, 0, 255}, kProxy));
}

}  // namespace
}  // namespace kraftlab
