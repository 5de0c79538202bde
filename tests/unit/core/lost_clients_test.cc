#include "broker/core/lost_clients.h"

#include <gtest/gtest.h>

namespace kafka {
namespace {

constexpr int64_t start = 1'000'000;

MetadataVisit visit(uint64_t connection_id, bool names_topics = false, size_t brokers = 1) {
  return {connection_id, "PLAINTEXT", "172.17.0.1", "app", false, names_topics, brokers};
}

MetadataVisit list(uint64_t connection_id) {
  return {connection_id, "PLAINTEXT", "172.17.0.1", "app", true, false, 1};
}

TEST(LostClients, WhoNamedTopicsAndWaitsOnItsConnectionIsLost) {
  LostClients clients;
  clients.on_metadata(visit(1, true), start);
  EXPECT_EQ(clients.next_check_ms(), start + LostClients::patience_ms);
  EXPECT_TRUE(clients.take_lost(start + LostClients::patience_ms - 1).empty());
  const auto lost = clients.take_lost(start + LostClients::patience_ms);
  ASSERT_EQ(lost.size(), 1u);
  EXPECT_EQ(lost[0].peer_host, "172.17.0.1");
  EXPECT_TRUE(lost[0].waits);
  EXPECT_TRUE(clients.take_lost(start + 2 * LostClients::patience_ms).empty()) << "once is enough";
  EXPECT_EQ(clients.next_check_ms(), INT64_MAX);
}

TEST(LostClients, WhoIsServedOnAnyConnectionIsNotLost) {
  LostClients clients;
  clients.on_metadata(visit(1, true), start);
  clients.on_served("PLAINTEXT", "172.17.0.1", "app");
  EXPECT_TRUE(clients.take_lost(start + LostClients::patience_ms).empty());
}

TEST(LostClients, WhoAskedOnceAndLeftIsNotLost) {
  LostClients clients;
  clients.on_metadata(visit(1, true), start);
  clients.on_disconnect(1);
  EXPECT_TRUE(clients.take_lost(start + LostClients::patience_ms).empty());
}

TEST(LostClients, AnIdleClientThatNamedNoTopicIsNotLost) {
  LostClients clients;
  clients.on_metadata(visit(1), start);
  EXPECT_TRUE(clients.take_lost(start + LostClients::patience_ms).empty());
}

TEST(LostClients, OfSeveralBrokersItMayUseAnother) {
  LostClients clients;
  clients.on_metadata(visit(1, true, 3), start);
  EXPECT_TRUE(clients.take_lost(start + LostClients::patience_ms).empty());
}

TEST(LostClients, WhoBeginsAnewThreeTimesIsLost) {
  LostClients clients;
  for (uint64_t connection = 1; connection <= 3; ++connection) {
    EXPECT_TRUE(clients.take_lost(start + 1000 * static_cast<int64_t>(connection)).empty());
    clients.on_metadata(visit(connection, false, 3),
                        start + 1000 * static_cast<int64_t>(connection));
    clients.on_disconnect(connection);
  }
  const auto lost = clients.take_lost(start + 3001);
  ASSERT_EQ(lost.size(), 1u);
  EXPECT_EQ(lost[0].connections, 3u);
  EXPECT_FALSE(lost[0].waits);
}

TEST(LostClients, ThreeTimesInThreeMinutesIsAHealthCheck) {
  LostClients clients;
  for (uint64_t connection = 1; connection <= 5; ++connection) {
    const int64_t now_ms = start + 40'000 * static_cast<int64_t>(connection);
    clients.on_metadata(visit(connection), now_ms);
    clients.on_disconnect(connection);
    EXPECT_TRUE(clients.take_lost(now_ms).empty()) << connection;
  }
}

TEST(LostClients, AListOfTopicsIsAnAnswerInItself) {
  LostClients clients;
  for (uint64_t connection = 1; connection <= 6; connection += 2) {
    const int64_t now_ms = start + 1000 * static_cast<int64_t>(connection);
    clients.on_metadata(visit(connection), now_ms);  // librdkafka, before it lists
    clients.on_metadata(list(connection + 1), now_ms + 100);
  }
  EXPECT_TRUE(clients.take_lost(start + 20'000).empty());
}

TEST(LostClients, WhoComesAgainAtOnceReachedWhatItWasTold) {
  LostClients clients;
  for (uint64_t connection = 1; connection <= 8; connection += 2) {
    const int64_t now_ms = start + 1000 * static_cast<int64_t>(connection);
    clients.on_metadata(visit(connection), now_ms);
    clients.on_metadata(visit(connection + 1), now_ms + 3);
  }
  EXPECT_TRUE(clients.take_lost(start + 20'000).empty());
}

TEST(LostClients, TheyAreBounded) {
  LostClients clients;
  for (uint64_t number = 0; number < 2 * LostClients::max_clients; ++number) {
    MetadataVisit one = visit(number + 1, true);
    one.client_id = std::to_string(number);
    clients.on_metadata(one, start);
  }
  EXPECT_EQ(clients.take_lost(start + LostClients::patience_ms).size(), LostClients::max_clients);
}

}  // namespace
}  // namespace kafka
