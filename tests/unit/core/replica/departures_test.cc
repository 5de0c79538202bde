#include "broker/core/replica/departures.h"

#include <gtest/gtest.h>

#include "tests/unit/node/cluster_image.h"

namespace kafka {
namespace {

constexpr int64_t now = 1000;

TEST(Departures, ABrokerWhoseConnectionClosedIsSuspectForAWhile) {
  ClusterImage cluster;
  cluster.broker(1).broker(2);
  Departures departures;
  departures.on_image(cluster.image(), now);
  departures.on_contact(7, 2, now);
  departures.on_disconnect(8, cluster.image(), now);
  EXPECT_FALSE(departures.is_suspect(2, now)) << "a client's connection says nothing";
  departures.on_disconnect(7, cluster.image(), now);
  EXPECT_TRUE(departures.is_suspect(2, now));
  EXPECT_FALSE(departures.is_suspect(1, now));
  EXPECT_FALSE(departures.is_suspect(2, now + Departures::hold_ms));
}

TEST(Departures, AnAddressThatHungUpIsABrokerOfTheImage) {
  ClusterImage cluster;
  cluster.broker(1).broker(2);
  Departures departures;
  departures.on_disconnect("broker2", 9092, cluster.image(), now);
  departures.on_disconnect("broker1", 9093, cluster.image(), now);
  EXPECT_TRUE(departures.is_suspect(2, now));
  EXPECT_FALSE(departures.is_suspect(1, now)) << "another port is not its listener";
}

TEST(Departures, WhoSpeaksAgainIsNotSuspectAndThatIsNews) {
  ClusterImage cluster;
  cluster.broker(2);
  Departures departures;
  EXPECT_FALSE(departures.on_contact(7, 2, now)) << "it was not suspect";
  departures.on_disconnect(7, cluster.image(), now);
  EXPECT_TRUE(departures.on_contact(8, 2, now));
  EXPECT_FALSE(departures.is_suspect(2, now));
  departures.on_disconnect(8, cluster.image(), now);
  const int64_t later = now + Departures::late_ms;
  EXPECT_TRUE(departures.on_answer(2, later));
  EXPECT_FALSE(departures.is_suspect(2, later));
}

TEST(Departures, WhatWasSentBeforeTheConnectionClosedIsNoSignOfLife) {
  ClusterImage cluster;
  cluster.broker(2);
  Departures departures;
  departures.on_contact(7, 2, now);
  departures.on_contact(8, 2, now);
  departures.on_disconnect(7, cluster.image(), now);
  const int64_t soon = now + Departures::late_ms - 1;
  EXPECT_FALSE(departures.on_contact(8, 2, soon));
  EXPECT_FALSE(departures.on_answer(2, soon));
  EXPECT_TRUE(departures.is_suspect(2, soon));
  EXPECT_TRUE(departures.on_contact(8, 2, soon + 1)) << "only one of its connections closed";
}

TEST(Departures, AFencedBrokerIsNoSuspectButListedAWhileLonger) {
  ClusterImage cluster;
  cluster.broker(2);
  Departures departures;
  departures.on_image(cluster.image(), now);
  EXPECT_FALSE(departures.just_left(2, now));
  departures.on_contact(7, 2, now);
  departures.on_disconnect(7, cluster.image(), now);
  cluster.broker(2, true);
  departures.on_image(cluster.image(), now);
  EXPECT_FALSE(departures.is_suspect(2, now));
  EXPECT_TRUE(departures.just_left(2, now));
  departures.on_image(cluster.image(), now + 10);
  EXPECT_FALSE(departures.just_left(2, now + Departures::listed_ms)) << "the time runs once";
  cluster.broker(2);
  departures.on_image(cluster.image(), now + 20);
  EXPECT_FALSE(departures.just_left(2, now + 20)) << "it is back";
}

TEST(Departures, WhoWasFencedAllAlongDidNotJustLeave) {
  ClusterImage cluster;
  cluster.broker(2, true);
  Departures departures;
  departures.on_image(cluster.image(), now);
  EXPECT_FALSE(departures.just_left(2, now));
  departures.on_disconnect("broker2", 9092, cluster.image(), now);
  EXPECT_FALSE(departures.is_suspect(2, now));
}

}  // namespace
}  // namespace kafka
