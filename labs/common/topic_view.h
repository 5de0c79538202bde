// What the history says about one topic: the records that were acknowledged, and what was fetched.
// Rules of several labs stand on these. Topics are found by name, and by id where a request names
// them so (Produce v13, Fetch v13 and later).
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "labs/common/history.h"
#include "protocol/uuid.h"

namespace kraftlab {

// A record of a Produce request, whatever became of it.
struct SentRecord {
  uint64_t frame = 0;
  uint64_t connection = 0;
  int16_t acks = 0;
  int32_t partition = 0;
  int64_t producer_id = -1;  // -1: not idempotent
  int32_t sequence = -1;
  int codec = 0;           // of its batch; 0: not compressed
  int64_t timestamp = -1;  // ms, as the client set it
  int64_t arrived_us = 0;  // when the broker read the request
  int16_t error = -1;      // the broker's answer; -1: there was none
  int64_t offset = -1;     // where it stands, when the answer was without error
  std::optional<std::string> key;
  std::optional<std::string> value;

  bool is_stored() const { return error == 0; }
};

// The same for those that were answered without error: they stand in the log.
using StoredRecord = SentRecord;

// One partition of one Fetch request, and the record batches its response brought.
struct FetchSeen {
  uint64_t frame = 0;
  uint64_t connection = 0;
  int64_t offset = 0;           // asked from
  int64_t first_returned = -1;  // offset of the first record that came; -1: none
  int64_t last_returned = -2;
};

// One partition of one OffsetCommit request.
struct CommitSeen {
  uint64_t frame = 0;
  uint64_t connection = 0;
  std::string group;
  int32_t partition = 0;
  int64_t offset = 0;
  int16_t error = -1;  // -1: not answered
};

// In the order in which they were sent, retries too.
std::vector<SentRecord> sent_records(const History& history, std::string_view topic);

std::vector<CommitSeen> commits_of(const History& history, std::string_view topic);

// What stands in the topic: of all partitions, by partition and offset, each place once.
std::vector<StoredRecord> stored_records(const History& history, std::string_view topic);

// The ids under which the topic went, as the broker told its clients.
std::set<kafka::Uuid> topic_ids(const History& history, std::string_view topic);

// "librdkafka 2.0.2", as the client on that connection called itself; empty if it did not.
std::string software_of(const History& history, uint64_t connection);

// In the order of their offsets. Requests with acks=0 have no answer: their records are not here.
std::vector<StoredRecord> acknowledged_records(const History& history, std::string_view topic,
                                               int32_t partition);

std::vector<FetchSeen> fetches_of(const History& history, std::string_view topic,
                                  int32_t partition);

// The frame of the first Produce for the topic, if any.
std::optional<uint64_t> first_produce(const History& history, std::string_view topic);

// On how many connections something was produced to the topic.
size_t producer_connections(const History& history, std::string_view topic);

// A client that calls itself a producer and came after the last Produce of the run: it sent
// nothing.
std::optional<Exchange> idle_producer(const History& history);

}  // namespace kraftlab
