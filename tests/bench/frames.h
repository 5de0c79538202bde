// The few requests and answers that the bench needs, as bytes, in one version each.
//
// They are written and read by hand on purpose: the load generator has to cost next to nothing, and
// the floor must not lean on the broker's own codec. Whole frames, length prefix included.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/record_batch.h"

namespace kafka::bench {

inline constexpr size_t length_prefix_bytes = 4;
inline constexpr size_t correlation_id_position = 8;  // in a request: after length, key, version

enum class Acks : int16_t { None = 0, Leader = 1, All = -1 };

// Produce v9: one batch for one partition.
Bytes produce_request(std::string_view topic, int32_t partition, Acks acks, BytesView batch);
// Fetch v12, without a session: at most max_bytes of one partition.
Bytes fetch_request(std::string_view topic, int32_t partition, int64_t offset, int32_t max_bytes);
// Where the fetch offset stands in that request, to send it again for another offset.
size_t fetch_offset_position(std::string_view topic);
// CreateTopics v7: topics of as many replicas as is the server's default.
Bytes create_topics_request(const std::vector<std::string>& topics, int32_t partitions);
// Metadata v12, of one topic.
Bytes metadata_request(std::string_view topic);

void set_correlation_id(std::span<uint8_t> request, int32_t id);

struct ProduceAnswer {
  int16_t error_code = 0;
  int64_t base_offset = -1;
};
struct FetchAnswer {
  int16_t error_code = 0;
  int64_t high_watermark = -1;
  BytesView records;
};
struct MetadataAnswer {
  int32_t led_partitions = 0;
  int32_t leader_port = 0;  // of partition 0; 0 when it has no leader
};
// Answers without the length prefix, as they come off the wire. False when they make no sense.
bool read_produce_answer(BytesView frame, ProduceAnswer& answer);
bool read_fetch_answer(BytesView frame, FetchAnswer& answer);
// The error code of the first topic; 0 when all are well.
bool read_create_topics_answer(BytesView frame, int16_t& error_code);
// Of the first topic.
bool read_metadata_answer(BytesView frame, MetadataAnswer& answer);

}  // namespace kafka::bench
