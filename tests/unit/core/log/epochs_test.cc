// Leader epochs: the checkpoint, and the histories that KIP-101 and KIP-279 are about.
#include "broker/core/log/epochs.h"

#include "tests/unit/core/log/log_fixture.h"

namespace kafka {
namespace {

Epochs epochs_of(std::vector<EpochStart> entries) {
  Epochs epochs;
  for (const EpochStart& entry : entries) {
    epochs.assign(entry.epoch, entry.start_offset);
  }
  return epochs;
}

TEST(EpochsTest, TheCheckpointIsApacheKafkasByteForByte) {
  EXPECT_EQ(Epochs().format(), "0\n0\n");
  EXPECT_EQ(epochs_of({{0, 0}, {3, 120}}).format(), "0\n2\n0 0\n3 120\n");
  EXPECT_EQ(value_of(Epochs::parse("0\n2\n0 0\n3 120\n")).entries(),
            (std::vector<EpochStart>{{0, 0}, {3, 120}}));
  EXPECT_TRUE(value_of(Epochs::parse("")).empty());
}

TEST(EpochsTest, ADamagedCheckpointIsNotBelieved) {
  for (const char* text :
       {"1\n0\n", "0\n", "0\nx\n", "0\n2\n0 0\n", "0\n1\n0 0\n1 5\n", "0\n1\n0\n",
        "0\n2\n1 5\n0 9\n", "0\n2\n1 5\n2 5\n", "0\n1\n0 0x\n", "0\n-1\n"}) {
    EXPECT_FALSE(Epochs::parse(text).has_value()) << text;
  }
}

TEST(EpochsTest, ALaterHistoryReplacesWhatItContradicts) {
  Epochs epochs = epochs_of({{0, 0}, {2, 50}, {4, 90}});
  EXPECT_FALSE(epochs.assign(4, 95));
  EXPECT_TRUE(epochs.assign(5, 60));
  EXPECT_EQ(epochs.entries(), (std::vector<EpochStart>{{0, 0}, {2, 50}, {5, 60}}));
}

TEST(EpochsTest, EndsOfEpochs) {
  const Epochs epochs = epochs_of({{1, 10}, {3, 50}, {5, 90}});
  EXPECT_EQ(epochs.end_of_epoch(5, 100), (OffsetAndEpoch{100, 5}));  // the latest: log end
  EXPECT_EQ(epochs.end_of_epoch(3, 100), (OffsetAndEpoch{90, 3}));
  EXPECT_EQ(epochs.end_of_epoch(4, 100), (OffsetAndEpoch{90, 3}));  // none such: the one below
  EXPECT_EQ(epochs.end_of_epoch(0, 100), (OffsetAndEpoch{10, 0}));  // before all that is left
  EXPECT_EQ(epochs.end_of_epoch(6, 100), OffsetAndEpoch{});         // never heard of
  EXPECT_EQ(epochs.end_of_epoch(-1, 100), OffsetAndEpoch{});
  EXPECT_EQ(Epochs().end_of_epoch(0, 0), OffsetAndEpoch{});
}

TEST(EpochsTest, TheLogStartCutsFromBelow) {
  Epochs epochs = epochs_of({{1, 10}, {3, 50}, {5, 90}});
  EXPECT_TRUE(epochs.truncate_from_start(60));
  EXPECT_EQ(epochs.entries(), (std::vector<EpochStart>{{3, 60}, {5, 90}}));
  EXPECT_FALSE(epochs.truncate_from_start(60));
  EXPECT_TRUE(epochs.truncate_from_start(500));
  EXPECT_EQ(epochs.entries(), (std::vector<EpochStart>{{5, 500}}));
  EXPECT_EQ(epochs.epoch_of_offset(499), -1);
  EXPECT_EQ(epochs.epoch_of_offset(500), 5);
}

class EpochLogTest : public LogTest {
 protected:
  void follow(int64_t offset, int32_t epoch, int records = 1) {
    value_of(log_->append_as_follower(
        make_batch({.records = records, .base_offset = offset, .leader_epoch = epoch}), now));
  }
};

// KIP-101, first case: B follows A, both crash; B leads in epoch 1 with one record less. A must
// cut its own second record, which was never committed, whatever its high watermark says.
TEST_F(EpochLogTest, AReturningLeaderCutsWhatTheNextOneNeverHad) {
  create();
  follow(0, 0);
  follow(1, 0);  // on A only
  // B, leader of epoch 1, says where epoch 0 ended for it: at offset 1.
  EXPECT_EQ(value_of(log_->end_of_epoch(0)), (OffsetAndEpoch{2, 0}));
  EXPECT_TRUE(value_of(log_->truncate_to(1)));
  follow(1, 1);
  EXPECT_EQ(value_of(log_->end_of_epoch(0)), (OffsetAndEpoch{1, 0}));
  EXPECT_EQ(value_of(log_->end_of_epoch(1)), (OffsetAndEpoch{2, 1}));
  kill_and_reopen();
  EXPECT_EQ(value_of(log_->end_of_epoch(0)), (OffsetAndEpoch{1, 0}));
}

// KIP-279: two fast failovers. The follower has epochs 0 and 2, the leader 0, 1 and 3: they share
// epoch 0 only, and the answer for the follower's epoch 2 has to lead there step by step.
TEST_F(EpochLogTest, DivergedHistoriesMeetAtTheirLastCommonEpoch) {
  create();
  follow(0, 0, 10);
  follow(10, 2, 5);
  const Epochs leader = epochs_of({{0, 0}, {1, 8}, {3, 12}});
  const OffsetAndEpoch answer = leader.end_of_epoch(value_of(log_->last_epoch()), 20);
  EXPECT_EQ(answer, (OffsetAndEpoch{12, 1}));  // "I know nothing of 2; my 1 ended at 12"
  const OffsetAndEpoch own = value_of(log_->end_of_epoch(answer.epoch));
  EXPECT_EQ(own, (OffsetAndEpoch{10, 0}));
  value_of(log_->truncate_to(std::min(answer.offset, own.offset)));
  EXPECT_EQ(value_of(log_->last_epoch()), 0);
  EXPECT_EQ(leader.end_of_epoch(0, 20), (OffsetAndEpoch{8, 0}));
  value_of(log_->truncate_to(8));
  EXPECT_EQ(log_->log_end_offset(), 0);  // the only batch went across offset 8
}

TEST_F(EpochLogTest, AnEpochThatBeganCountsBeforeItsFirstBatch) {
  create();
  append(make_batch({.records = 5}), 2);
  const int64_t creates = files_.count(FileOperation::Create);
  log_->begin_leader_epoch(4);
  EXPECT_EQ(value_of(log_->end_of_epoch(4)), (OffsetAndEpoch{5, 4}));
  EXPECT_EQ(value_of(log_->end_of_epoch(3)), (OffsetAndEpoch{5, 2}));
  EXPECT_EQ(value_of(log_->end_of_epoch(2)), (OffsetAndEpoch{5, 2}));
  EXPECT_EQ(value_of(log_->end_of_epoch(5)), OffsetAndEpoch{});
  EXPECT_EQ(value_of(log_->last_epoch()), 2);
  EXPECT_EQ(files_.count(FileOperation::Create), creates);  // nothing was written for it
  append(make_batch({}), 4);
  EXPECT_EQ(value_of(log_->last_epoch()), 4);
}

TEST_F(EpochLogTest, DeletedRecordsMoveTheFirstEpoch) {
  create();
  append(make_batch({.records = 5}), 1);
  append(make_batch({.records = 5}), 2);
  value_of(log_->delete_records_before(7, 10));
  const Bytes text = files_.contents(std::string(directory) + "/leader-epoch-checkpoint");
  EXPECT_EQ(text_of(text), "0\n1\n2 7\n");
}

}  // namespace
}  // namespace kafka
