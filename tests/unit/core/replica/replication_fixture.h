// Some brokers with a replica each of one partition, in memory. Fetches travel between them as the
// messages that they are; who leads is what the test says. show() draws the logs, one line each:
//
//   1*  0:a@0 1:b@2 | hw 1      broker 1 leads; record a of epoch 0, b of epoch 2; b not committed
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "broker/core/replica/follower.h"
#include "broker/core/replica/isr_changes.h"
#include "broker/core/replica/replica_table.h"
#include "broker/core/sim_files.h"
#include "protocol/record_batch.h"

namespace kafka {

class ReplicationTest : public testing::Test {
 protected:
  static constexpr int64_t lag_ms = 30'000;
  static constexpr Uuid topic_id{1, 2};

  explicit ReplicationTest(int brokers = 2);

  // The metadata says so, and those named (by default all that are up) hear of it.
  void elect(int leader, int32_t leader_epoch, std::vector<int32_t> isr,
             std::vector<int> hear = {});
  // One batch per record, acks=1. Returns the error.
  ErrorCode produce(int broker, std::vector<std::string> values);

  // One round trip of a follower: its fetch and its leader's answer. False when it had nothing to
  // ask.
  bool fetch(int follower);
  // Everybody fetches, until two rounds change nothing.
  void settle();
  // The answer of a fetch that is on its way is not this one's: ask now, answer later.
  Follower::Outgoing ask(int follower);
  void answer(int follower, const Follower::Outgoing& request);

  // kill -9: what was written is there again, the high watermark as of its last checkpoint.
  void restart(int broker);
  void checkpoint(int broker) { brokers_.at(broker)->checkpointed = at(broker).high_watermark(); }
  // The log loses its tail, as by a power loss.
  void lose_tail(int broker, int64_t from_offset);

  Partition& at(int broker) { return *brokers_.at(broker)->partition; }
  Follower& follower(int broker) { return *brokers_.at(broker)->follower; }
  ReplicaTable& table(int broker) { return *brokers_.at(broker)->table; }
  void set_live(std::map<int32_t, LiveBroker> live);
  // A proposal as the controller takes it; it answers with the ISR and the next partition epoch.
  void take_proposal(int leader);

  std::string show();
  std::string log_of(int broker);

  int64_t now_ms_ = 1'700'000'000'000;
  int32_t partition_epoch_ = 0;

 private:
  struct Broker {
    SimFiles files;
    std::unique_ptr<ReplicaTable> table;
    std::unique_ptr<Follower> follower;
    Partition* partition = nullptr;
    int64_t checkpointed = 0;
    int64_t epoch = 100;
  };
  void open(int id);
  FetchResponse serve(const FetchRequest& request, int leader, std::vector<Bytes>& records);
  ListOffsetsResponse serve(const ListOffsetsRequest& request, int leader);

  std::map<int, std::unique_ptr<Broker>> brokers_;
  std::map<int32_t, LiveBroker> live_;
  PartitionRole role_;
  FollowerSettings settings_;
};

}  // namespace kafka
