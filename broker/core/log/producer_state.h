// ProducerStates: what a partition remembers of its idempotent producers.
//
// A producer numbers its records per partition. The leader takes a batch only if it goes on where
// the last one ended, so a retry can neither double records nor jump over lost ones:
//
//    last batch in the log: sequences 40..49, epoch 3      (the last 5 batches are remembered)
//      50.. epoch 3      next: appended
//      40..49 epoch 3    a duplicate: answered with the offsets it got the first time
//      60.. epoch 3      a gap: OUT_OF_ORDER_SEQUENCE_NUMBER; so is a duplicate older than 5
//      batches any, epoch 2      fenced: INVALID_PRODUCER_EPOCH 0.. epoch 4       a new life of the
//      producer: it starts at 0, else OUT_OF_ORDER... any, unknown id   taken as it comes (its past
//      may have been deleted)
//    After 2^31-1 follows 0.
//
//    00000000000000000098.snapshot: the state after all batches below offset 98
//    | int16 version 1 | uint32 CRC32C of the rest | int32 count | count entries of 46 bytes |
//    entry: | int64 producer id | int16 epoch | int32 last sequence | int64 last offset
//           | int32 offset delta | int64 timestamp | int32 coordinator epoch
//           | int64 first offset of the open transaction |
//    -1 stands for none. A snapshot keeps the last batch of each producer only; the log learns the
//    others from its batches (recall()). Apache Kafka does not: after a clean restart it refuses a
//    retry of an older batch as out of order (ProducerStateManager, ProducerStateEntry).
//
// Producers idle for producer.id.expiration.ms are forgotten, and so are the longest idle ones
// when there are more than producers_max (Apache Kafka sets no such bound).
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "broker/core/types.h"
#include "protocol/record_batch.h"

namespace kafka {

struct ProducerInfo {  // a row of DescribeProducers
  int64_t producer_id = no_producer_id;
  int16_t producer_epoch = -1;
  int32_t last_sequence = -1;
  int64_t last_timestamp = no_timestamp;
  int32_t coordinator_epoch = -1;
  int64_t current_transaction_start_offset = no_offset;
};

class ProducerStates {
 public:
  static constexpr size_t remembered_batches = 5;
  static constexpr size_t producers_max = 100'000;

  struct AppendedBatch {
    int64_t first_offset = no_offset;
    int64_t last_offset = no_offset;
    int64_t timestamp = no_timestamp;
  };

  // May this batch of a client be appended? The batch it duplicates, if there is one; the error
  // that it deserves; or nullopt: append it, then update(). Batches without producer id may.
  Result<std::optional<AppendedBatch>> check(const BatchView& batch) const;

  // The batch is in the log.
  void update(const BatchView& batch);

  // What these knew before our snapshot was taken: the batches before the last one of each producer
  // that both know alike.
  void recall(const ProducerStates& earlier);

  // Forgets producers without open transaction whose last batch is older than expiration_ms.
  void expire(int64_t now_ms, int64_t expiration_ms);

  std::vector<ProducerInfo> list() const;
  size_t size() const { return producers_.size(); }

  Bytes encode_snapshot() const;
  static Result<ProducerStates> decode_snapshot(std::span<const uint8_t> bytes);

 private:
  struct Batch {
    int32_t last_sequence = -1;
    int32_t offset_delta = 0;
    int64_t last_offset = no_offset;
    int64_t timestamp = no_timestamp;
    int32_t first_sequence() const;
  };
  struct Producer {
    int16_t epoch = -1;
    uint8_t batch_count = 0;
    int32_t coordinator_epoch = -1;
    int64_t last_timestamp = no_timestamp;
    int64_t transaction_start_offset = no_offset;
    std::array<Batch, remembered_batches> batches;  // oldest first

    const Batch& newest() const { return batches[batch_count - 1]; }
    int32_t last_sequence() const { return batch_count == 0 ? -1 : newest().last_sequence; }
    void remember(const Batch& batch);
  };

  Producer& producer_for(int64_t producer_id);
  void update_by_marker(const BatchView& batch);
  void forget_longest_idle();

  std::map<int64_t, Producer> producers_;  // by id: snapshots list them in this order
};

}  // namespace kafka
