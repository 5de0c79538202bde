// Who leads when brokers come and go (broker/core/controller/partition_change.h, brokers.cc).
#include "broker/core/controller/features.h"
#include "tests/unit/core/controller/controller_fixture.h"

namespace kafka {
namespace {

class Elections : public ControllerTest {
 protected:
  Elections() {
    for (const int32_t id : {1, 2, 3}) {
      add_broker(id);
    }
  }
  using Registered = Controller::Registered;
  Registered restart(int32_t id, bool clean) {
    BrokerRegistration asked = registration(id);
    asked.previous_broker_epoch = clean ? epoch_of(id) : -1;
    asked.holds_directory_lock = true;
    return must(controller_.decide_register_broker(asked, next_offset_, now_ms_));
  }
};

TEST_F(Elections, TheNextReplicaOfTheIsrLeadsWhenTheLeaderIsFenced) {
  create_topic("t", {{1, 2, 3}});
  fence(1);
  EXPECT_EQ(partition("t", 0), "leader 2 epoch 1/1 isr 2,3");
}

TEST_F(Elections, AFollowerThatIsFencedLeavesTheIsrAndTheLeaderEpochStays) {
  create_topic("t", {{1, 2, 3}});
  fence(3);
  EXPECT_EQ(partition("t", 0), "leader 1 epoch 0/1 isr 1,2");
}

TEST_F(Elections, WhoLeavesAnIsrThatIsTooSmallStaysEligible) {
  create_topic("t", {{1, 2, 3}}, {{"min.insync.replicas", "2"}});
  fence(3);
  EXPECT_EQ(partition("t", 0), "leader 1 epoch 0/1 isr 1,2");
  fence(2);
  EXPECT_EQ(partition("t", 0), "leader 1 epoch 0/2 isr 1 elr 2 last -");
  fence(1);
  EXPECT_EQ(partition("t", 0), "leader -1 epoch 1/3 isr - elr 1,2 last 1");
}

TEST_F(Elections, AnEligibleReplicaLeadsWithoutLossWhenItReturns) {
  create_topic("t", {{1, 2, 3}}, {{"min.insync.replicas", "2"}});
  for (const int32_t id : {3, 2, 1}) {
    fence(id);
  }
  unfence(3);  // it left while the ISR was large enough: it may lack acknowledged records
  EXPECT_EQ(partition("t", 0), "leader -1 epoch 1/3 isr - elr 1,2 last 1");
  unfence(2);
  EXPECT_EQ(partition("t", 0), "leader 2 epoch 2/4 isr 2 elr 1 last -");
}

TEST_F(Elections, ACleanStopAndStartOfTheOnlyReplica) {
  create_topic("t", {{1}});
  auto stopping = must(controller_.decide_begin_shutdown(1, epoch_of(1)));
  EXPECT_EQ(texts_of(stopping), (Lines{"BrokerRegistrationChange 1 stopping",
                                       "PartitionChange 0 isr - leader -1 elr 1 last 1"}));
  apply(stopping);
  auto stopped = must(controller_.decide_fence_broker(1, epoch_of(1)));
  EXPECT_EQ(texts_of(stopped), Lines{"BrokerRegistrationChange 1 fenced"});
  apply(stopped);

  const Registered registered = restart(1, true);
  EXPECT_EQ(texts_of(registered.batches), Lines{"RegisterBroker 1 fenced"});
  EXPECT_EQ(registered.broker_epoch, next_offset_);
  apply(registered.batches);
  auto unfencing = must(controller_.decide_unfence_broker(1, epoch_of(1)));
  EXPECT_EQ(texts_of(unfencing), (Lines{"BrokerRegistrationChange 1 unfenced",
                                        "PartitionChange 0 isr 1 leader 1 elr - last -",
                                        "BrokerRegistrationChange 1 cordoned"}));
  apply(unfencing);
  EXPECT_EQ(partition("t", 0), "leader 1 epoch 2/2 isr 1");
}

TEST_F(Elections, AKilledBrokerReplacesItsOwnRegistrationAtOnce) {
  create_topic("t", {{1}});
  const Registered registered = restart(1, false);
  EXPECT_EQ(texts_of(registered.batches),
            (Lines{"PartitionChange 0 isr - leader -1 last 1", "RegisterBroker 1 fenced"}));
  EXPECT_EQ(registered.broker_epoch, next_offset_);
  apply(registered.batches);
  auto unfencing = must(controller_.decide_unfence_broker(1, epoch_of(1)));
  EXPECT_EQ(texts_of(unfencing), (Lines{"BrokerRegistrationChange 1 unfenced",
                                        "PartitionChange 0 isr 1 leader 1 last - recovery 1",
                                        "BrokerRegistrationChange 1 cordoned"}));
  apply(unfencing);
  EXPECT_EQ(partition("t", 0), "leader 1 epoch 2/2 isr 1 recovering");
}

TEST_F(Elections, AKilledBrokerThatWasFencedIsNoLongerEligible) {
  create_topic("t", {{1}});
  fence(1);
  EXPECT_EQ(partition("t", 0), "leader -1 epoch 1/1 isr - elr 1 last 1");
  const Registered registered = restart(1, false);
  EXPECT_EQ(texts_of(registered.batches),
            (Lines{"PartitionChange 0 elr -", "RegisterBroker 1 fenced"}));
}

TEST_F(Elections, ASecondLiveProcessWithTheSameIdIsRefused) {
  const auto twin = controller_.decide_register_broker(registration(1), next_offset_, now_ms_);
  ASSERT_FALSE(twin);
  EXPECT_EQ(twin.error().code, ErrorCode::DuplicateBrokerRegistration);
}

TEST_F(Elections, ARetriedRegistrationKeepsItsEpochAndState) {
  BrokerRegistration again = registration(1);
  again.incarnation_id = state().broker(1)->incarnation_id;
  const Registered registered =
      must(controller_.decide_register_broker(again, next_offset_, now_ms_));
  EXPECT_EQ(texts_of(registered.batches), Lines{"RegisterBroker 1"});
  EXPECT_EQ(registered.broker_epoch, epoch_of(1));
}

TEST_F(Elections, AFormerLifeOfABrokerIsFenced) {
  const auto stale = controller_.decide_fence_broker(1, epoch_of(1) - 1);
  ASSERT_FALSE(stale);
  EXPECT_EQ(stale.error().code, ErrorCode::StaleBrokerEpoch);
  EXPECT_EQ(controller_.decide_fence_broker(9, 0).error().code, ErrorCode::StaleBrokerEpoch);
}

TEST_F(Elections, UncleanElectionOnlyWhereTheTopicAllowsIt) {
  create_topic("safe", {{1, 2}});
  create_topic("risky", {{1, 2}}, {{"unclean.leader.election.enable", "true"}});
  fence(2);
  fence(1);
  unfence(2);
  EXPECT_EQ(partition("safe", 0), "leader -1 epoch 1/2 isr - elr 1 last 1");
  EXPECT_EQ(partition("risky", 0), "leader 2 epoch 2/3 isr 2 recovering");
}

TEST_F(Elections, WithoutEligibleReplicasTheIsrKeepsItsLastMember) {
  set_feature(elr_feature, 0);
  create_topic("t", {{1, 2}});
  fence(2);
  fence(1);
  EXPECT_EQ(partition("t", 0), "leader -1 epoch 1/2 isr 1");
  unfence(2);
  EXPECT_EQ(partition("t", 0), "leader -1 epoch 1/2 isr 1");
  unfence(1);
  EXPECT_EQ(partition("t", 0), "leader 1 epoch 2/3 isr 1");
}

TEST_F(Elections, AnOldMetadataVersionHasNoCordonedDirectories) {
  set_feature(metadata_version_feature, metadata_version::cordoned_dirs - 1);
  fence(1);
  EXPECT_EQ(texts_of(must(controller_.decide_unfence_broker(1, epoch_of(1)))),
            Lines{"BrokerRegistrationChange 1 unfenced"});
}

TEST_F(Elections, ThousandsOfPartitionsAreSplitOverBatches) {
  create_topic("a", std::vector<std::vector<int32_t>>(6000, {1}));
  create_topic("b", std::vector<std::vector<int32_t>>(6000, {1}));
  const auto batches = must(controller_.decide_begin_shutdown(1, epoch_of(1)));
  ASSERT_EQ(batches.size(), 2u);
  EXPECT_EQ(batches[0].size(), max_records_per_batch);
  EXPECT_EQ(batches[1].size(), 12'001 - max_records_per_batch);
}

TEST_F(Elections, ABrokerMustSupportWhatTheClusterUses) {
  BrokerRegistration old = registration(4);
  std::erase_if(old.features, [](const auto& f) { return f.name == elr_feature; });
  const auto refused = controller_.decide_register_broker(old, next_offset_, now_ms_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::UnsupportedVersion);
}

TEST_F(Elections, ALogDirectoryBelongsToOneBroker) {
  BrokerRegistration thief = registration(4);
  thief.log_dirs = state().broker(1)->log_dirs;
  const auto refused = controller_.decide_register_broker(thief, next_offset_, now_ms_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::InvalidRegistration);
  thief.log_dirs.clear();
  EXPECT_EQ(controller_.decide_register_broker(thief, next_offset_, now_ms_).error().code,
            ErrorCode::InvalidRegistration);
}

}  // namespace
}  // namespace kafka
