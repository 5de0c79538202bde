// What the history says about one topic: the records that were acknowledged, and what was fetched.
// Rules of several labs stand on these. Topics are found by name, and by id where a request names
// them so (Produce v13, Fetch v13 and later).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "labs/common/history.h"

namespace kraftlab {

// A record of a Produce request that was answered without error.
struct StoredRecord {
  uint64_t frame = 0;
  int64_t offset = 0;
  std::optional<std::string> key;
  std::optional<std::string> value;
};

// One partition of one Fetch request, and the record batches its response brought.
struct FetchSeen {
  uint64_t frame = 0;
  uint64_t connection = 0;
  int64_t offset = 0;           // asked from
  int64_t first_returned = -1;  // offset of the first record that came; -1: none
  int64_t last_returned = -2;
};

// In the order of their offsets. Requests with acks=0 have no answer: their records are not here.
std::vector<StoredRecord> acknowledged_records(const History& history, std::string_view topic,
                                               int32_t partition);

std::vector<FetchSeen> fetches_of(const History& history, std::string_view topic,
                                  int32_t partition);

// The frame of the first Produce for the topic, if any.
std::optional<uint64_t> first_produce(const History& history, std::string_view topic);

// On how many connections something was produced to the topic.
size_t producer_connections(const History& history, std::string_view topic);

// A client that calls itself a producer and came after the last Produce of the run: it sent nothing.
std::optional<Exchange> idle_producer(const History& history);

}  // namespace kraftlab
