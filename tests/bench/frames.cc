#include "tests/bench/frames.h"

#include <algorithm>
#include <map>

namespace kafka::bench {
namespace {

constexpr bool compact = true;
constexpr std::string_view client_id = "bench";

// Length prefix and request header v2; finish() fills the length in.
Writer begin(int16_t key, int16_t version) {
  Writer writer;
  writer.int32(0);
  writer.int16(key);
  writer.int16(version);
  writer.int32(0);
  writer.string(client_id, !compact);
  writer.uvarint(0);
  return writer;
}

Bytes finish(Writer& writer) {
  writer.patch_int32(0, static_cast<int32_t>(writer.size() - length_prefix_bytes));
  return writer.take();
}

void skip_tags(Reader& reader) {
  for (uint32_t tags = reader.uvarint(); tags > 0 && reader.ok(); --tags) {
    reader.uvarint();
    reader.take(reader.uvarint());
  }
}

void skip_string(Reader& reader) {
  reader.take(static_cast<size_t>(std::max(reader.string_length(compact), 0)));
}

// Response header v1.
void skip_header(Reader& reader) {
  reader.int32();
  skip_tags(reader);
}

Writer fetch_up_to_offset(std::string_view topic, int32_t partition, int32_t max_bytes) {
  Writer writer = begin(1, 12);
  writer.int32(-1);         // replica
  writer.int32(500);        // max wait
  writer.int32(1);          // min bytes
  writer.int32(max_bytes);  // of the whole answer
  writer.int8(0);           // isolation: read uncommitted
  writer.int32(0);          // session
  writer.int32(-1);         // session epoch: none
  writer.length(1, compact);
  writer.string(topic, compact);
  writer.length(1, compact);
  writer.int32(partition);
  writer.int32(-1);  // current leader epoch
  return writer;
}

}  // namespace

Bytes produce_request(std::string_view topic, int32_t partition, Acks acks, BytesView batch) {
  Writer writer = begin(0, 9);
  writer.length(-1, compact);  // no transactional id
  writer.int16(static_cast<int16_t>(acks));
  writer.int32(30'000);
  writer.length(1, compact);
  writer.string(topic, compact);
  writer.length(1, compact);
  writer.int32(partition);
  writer.length(static_cast<int64_t>(batch.size()), compact);
  writer.raw(batch);
  writer.uvarint(0);
  writer.uvarint(0);
  writer.uvarint(0);
  return finish(writer);
}

Bytes fetch_request(std::string_view topic, int32_t partition, int64_t offset, int32_t max_bytes) {
  Writer writer = fetch_up_to_offset(topic, partition, max_bytes);
  writer.int64(offset);
  writer.int32(-1);  // last fetched epoch
  writer.int64(-1);  // log start offset
  writer.int32(max_bytes);
  writer.uvarint(0);
  writer.uvarint(0);
  writer.length(0, compact);  // forgotten topics
  writer.length(0, compact);  // rack
  writer.uvarint(0);
  return finish(writer);
}

size_t fetch_offset_position(std::string_view topic) {
  return fetch_up_to_offset(topic, 0, 0).size();
}

Bytes create_topics_request(const std::vector<std::string>& topics, int32_t partitions) {
  Writer writer = begin(19, 7);
  writer.length(static_cast<int64_t>(topics.size()), compact);
  for (const auto& topic : topics) {
    writer.string(topic, compact);
    writer.int32(partitions);
    writer.int16(-1);           // replicas: the server's default
    writer.length(0, compact);  // assignments
    writer.length(0, compact);  // configs
    writer.uvarint(0);
  }
  writer.int32(60'000);
  writer.int8(0);  // not only to validate
  writer.uvarint(0);
  return finish(writer);
}

Bytes metadata_request(std::string_view topic) {
  Writer writer = begin(3, 12);
  writer.length(1, compact);
  writer.uuid({});
  writer.string(topic, compact);
  writer.uvarint(0);
  writer.int8(0);  // no auto-creation
  writer.int8(0);  // no authorized operations
  writer.uvarint(0);
  return finish(writer);
}

void set_correlation_id(std::span<uint8_t> request, int32_t id) {
  const uint32_t bits = big_endian(static_cast<uint32_t>(id));
  std::memcpy(&request[correlation_id_position], &bits, sizeof bits);
}

bool read_produce_answer(BytesView frame, ProduceAnswer& answer) {
  Reader reader(frame);
  skip_header(reader);
  reader.length(compact);
  skip_string(reader);
  reader.length(compact);
  reader.int32();
  answer.error_code = reader.int16();
  answer.base_offset = reader.int64();
  return reader.ok();
}

bool read_fetch_answer(BytesView frame, FetchAnswer& answer) {
  Reader reader(frame);
  skip_header(reader);
  reader.int32();  // throttle time
  answer.error_code = reader.int16();
  reader.int32();  // session
  if (reader.length(compact) != 1 || answer.error_code != 0) {
    return reader.ok();
  }
  skip_string(reader);
  reader.length(compact);
  reader.int32();
  answer.error_code = reader.int16();
  answer.high_watermark = reader.int64();
  reader.int64();  // last stable offset
  reader.int64();  // log start offset
  for (int32_t aborted = reader.length(compact); aborted > 0 && reader.ok(); --aborted) {
    reader.int64();
    reader.int64();
    skip_tags(reader);
  }
  reader.int32();  // preferred read replica
  answer.records = reader.take(static_cast<size_t>(std::max(reader.length(compact), 0)));
  return reader.ok();
}

bool read_create_topics_answer(BytesView frame, int16_t& error_code) {
  Reader reader(frame);
  skip_header(reader);
  reader.int32();  // throttle time
  error_code = 0;
  for (int32_t topics = reader.length(compact); topics > 0 && reader.ok(); --topics) {
    skip_string(reader);
    reader.uuid();
    if (const int16_t code = reader.int16(); error_code == 0) {
      error_code = code;
    }
    skip_string(reader);  // error message
    reader.int32();
    reader.int16();
    for (int32_t configs = reader.length(compact); configs > 0 && reader.ok(); --configs) {
      skip_string(reader);
      skip_string(reader);
      reader.int8();
      reader.int8();
      reader.int8();
      skip_tags(reader);
    }
    skip_tags(reader);
  }
  return reader.ok();
}

bool read_metadata_answer(BytesView frame, MetadataAnswer& answer) {
  Reader reader(frame);
  skip_header(reader);
  reader.int32();  // throttle time
  std::map<int32_t, int32_t> ports;
  for (int32_t brokers = reader.length(compact); brokers > 0 && reader.ok(); --brokers) {
    const int32_t id = reader.int32();
    skip_string(reader);
    ports[id] = reader.int32();
    skip_string(reader);
    skip_tags(reader);
  }
  skip_string(reader);  // cluster id
  reader.int32();       // controller
  reader.length(compact);
  reader.int16();
  skip_string(reader);
  reader.uuid();
  reader.int8();
  answer = {};
  for (int32_t left = reader.length(compact); left > 0 && reader.ok(); --left) {
    const bool fine = reader.int16() == 0;
    const int32_t partition = reader.int32();
    const int32_t leader = reader.int32();
    if (const auto found = ports.find(leader); fine && found != ports.end()) {
      ++answer.led_partitions;
      answer.leader_port = partition == 0 ? found->second : answer.leader_port;
    }
    reader.int32();
    for (int list = 0; list < 3; ++list) {  // replicas, in sync, offline
      reader.take(4 * static_cast<size_t>(std::max(reader.length(compact), 0)));
    }
    skip_tags(reader);
  }
  return reader.ok();
}

}  // namespace kafka::bench
