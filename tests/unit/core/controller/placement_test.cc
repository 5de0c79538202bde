// Where new replicas go (broker/core/controller/placement.h).
#include "broker/core/controller/placement.h"

#include <algorithm>
#include <map>
#include <set>

#include "tests/unit/core/controller/controller_fixture.h"

namespace kafka {
namespace {

class PlacementTest : public ControllerTest {
 protected:
  std::vector<std::vector<int32_t>> place(int partitions, int32_t replicas) {
    Placement placement(state(), random_);
    EXPECT_TRUE(placement.check(replicas));
    std::vector<std::vector<int32_t>> placed;
    for (int i = 0; i < partitions; ++i) {
      placed.push_back(placement.next(replicas));
    }
    return placed;
  }
  ErrorCode refused(int32_t replicas) {
    const auto checked = Placement(state(), random_).check(replicas);
    return checked ? ErrorCode::None : checked.error().code;
  }
  std::string rack_of(int32_t id) { return state().broker(id)->rack.value_or(""); }
};

TEST_F(PlacementTest, EveryBrokerLeadsAndHoldsTheSameNumberOfPartitions) {
  for (const int32_t id : {1, 2, 3, 4}) {
    add_broker(id);
  }
  std::map<int32_t, int> leads, holds;
  for (const auto& replicas : place(40, 2)) {
    EXPECT_EQ(std::set<int32_t>(replicas.begin(), replicas.end()).size(), 2u);
    ++leads[replicas.front()];
    for (const int32_t id : replicas) {
      ++holds[id];
    }
  }
  for (const int32_t id : {1, 2, 3, 4}) {
    EXPECT_EQ(leads[id], 10) << id;
    EXPECT_EQ(holds[id], 20) << id;
  }
}

TEST_F(PlacementTest, ReplicasOfAPartitionAreOnAsManyRacksAsThereAre) {
  add_broker(1, "a");
  add_broker(2, "a");
  add_broker(3, "b");
  add_broker(4, "b");
  add_broker(5, "c");
  add_broker(6, "c");
  for (const auto& replicas : place(60, 3)) {
    std::set<std::string> racks;
    for (const int32_t id : replicas) {
      racks.insert(rack_of(id));
    }
    EXPECT_EQ(racks.size(), 3u);
  }
}

TEST_F(PlacementTest, MoreReplicasThanRacksGoRoundThem) {
  add_broker(1, "a");
  add_broker(2, "a");
  add_broker(3, "b");
  for (const auto& replicas : place(6, 3)) {
    EXPECT_EQ(std::set<int32_t>(replicas.begin(), replicas.end()), (std::set<int32_t>{1, 2, 3}));
  }
}

TEST_F(PlacementTest, AFencedBrokerHoldsReplicasButIsNeverFirst) {
  for (const int32_t id : {1, 2, 3}) {
    add_broker(id);
  }
  fence(3);
  for (const auto& replicas : place(12, 2)) {
    EXPECT_NE(replicas.front(), 3);
    EXPECT_EQ(std::ranges::count(replicas, 3), 0);  // the others are enough
  }
  for (const auto& replicas : place(12, 3)) {
    EXPECT_EQ(replicas.back(), 3);
  }
}

TEST_F(PlacementTest, ABrokerThatIsStoppingGetsNothing) {
  add_broker(1);
  add_broker(2);
  apply(must(controller_.decide_begin_shutdown(2, epoch_of(2))));
  EXPECT_EQ(refused(2), ErrorCode::InvalidReplicationFactor);
  EXPECT_EQ(place(1, 1).front(), std::vector<int32_t>{1});
}

TEST_F(PlacementTest, NeitherDoesOneWhoseDirectoriesAreAllCordoned) {
  add_broker(1);
  add_broker(2);
  BrokerHeartbeatRequest heartbeat;
  heartbeat.broker_id = 2;
  heartbeat.broker_epoch = epoch_of(2);
  heartbeat.cordoned_log_dirs = state().broker(2)->log_dirs;
  apply(must(controller_.decide_heartbeat(heartbeat)).batches);
  EXPECT_EQ(refused(2), ErrorCode::InvalidReplicationFactor);
}

TEST_F(PlacementTest, WithoutAnyLiveBrokerNothingCanBePlaced) {
  EXPECT_EQ(refused(1), ErrorCode::InvalidReplicationFactor);
  add_broker(1);
  fence(1);
  EXPECT_EQ(refused(1), ErrorCode::InvalidReplicationFactor);
}

}  // namespace
}  // namespace kafka
