// SimProducer: writes records with values that tell who wrote them, to partitions of one topic.
//
// Each partition has a queue of batches; up to `in_flight_max` of them are under way. What fails is
// sent again with the same sequence, in order, as the Java producer does; when that has lasted too
// long the producer does not know what became of it, and begins anew with another producer id.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "protocol/api/00_produce.h"
#include "tests/sim/client.h"
#include "tests/sim/history.h"

namespace kafka::sim {

struct ProducerSettings {
  int id = 0;
  std::string topic;
  int32_t partitions = 1;
  int16_t acks = -1;
  bool idempotent = false;
  size_t in_flight_max = 1;
  int64_t pause_ms_max = 100;  // between two batches
};

class SimProducer final : public SimClient {
 public:
  SimProducer(World& world, Wire& wire, Machine machine, const ProducerSettings& settings,
              std::vector<int32_t> brokers, History& history);

  void start();
  void stop() { stopped_ = true; }  // no new records; what is queued is still sent
  bool is_done() const;
  int64_t last_ack_us() const { return last_ack_us_; }
  std::string state() const;

 private:
  static constexpr int64_t delivery_timeout_us = 20'000'000;
  static constexpr int batches_remembered = 5;  // by a leader, of each producer
  struct Batch {
    uint64_t id = 0;
    std::vector<int64_t> numbers;
    int32_t sequence = 0;
    int64_t queued_us = 0;
    bool sent = false;  // and not answered
    int attempts = 0;
    int overtaken_by = 0;  // acknowledged batches that come after it
    bool is_retry() const { return attempts > (sent ? 1 : 0); }  // now, or as soon as it is sent
  };
  struct Queue {
    std::deque<Batch> batches;
    int32_t next_sequence = 0;
    size_t in_flight = 0;
    // As long as some batch is a retry: one at a time. More, and the leader could forget one of them.
    bool retries() const { return std::ranges::any_of(batches, &Batch::is_retry); }
    bool waiting = false;   // a retry is scheduled
  };

  void write_some();
  void make_batch(int32_t index);
  void begin_anew();
  void get_producer_id();
  void pump(int32_t index);
  static bool is_forgotten(const Queue& queue, const Batch& batch);
  void send(int32_t index, Batch& batch, const Uuid& topic_id, int32_t leader);
  void on_answer(int32_t index, uint64_t batch_id, int generation,
                 const Result<ProduceResponse>& answer);
  void acknowledged(Queue& queue, uint64_t batch_id, int64_t base_offset);
  void failed(int32_t index, uint64_t batch_id, ErrorCode error);
  void pump_later(int32_t index);

  ProducerSettings settings_;
  History& history_;
  std::map<int32_t, Queue> queues_;
  int64_t producer_id_ = -1;
  int16_t producer_epoch_ = -1;
  bool asking_for_id_ = false;
  int generation_ = 0;
  uint64_t last_batch_ = 0;
  int64_t last_ack_us_ = -1;
  bool stopped_ = false;
};

}  // namespace kafka::sim
