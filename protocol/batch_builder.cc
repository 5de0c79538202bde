// Writing batches, and repacking them. See record_batch.h.
#include <algorithm>

#include "protocol/record_batch.h"

namespace kafka {
namespace {

size_t varlong_size(int64_t value) {
  auto zigzag = static_cast<uint64_t>(value) << 1 ^ static_cast<uint64_t>(value >> 63);
  size_t size = 1;
  while (zigzag >= 0x80) {
    zigzag >>= 7;
    ++size;
  }
  return size;
}

size_t nullable_size(std::optional<BytesView> bytes) {
  return bytes ? varlong_size(static_cast<int64_t>(bytes->size())) + bytes->size() : 1;
}

void put_nullable(Writer& writer, std::optional<BytesView> bytes) {
  writer.varint(bytes ? static_cast<int32_t>(bytes->size()) : -1);
  writer.raw(bytes.value_or(BytesView{}));
}

int16_t attributes_of(const BatchFields& fields) {
  int attributes = static_cast<int>(fields.codec);
  attributes |= fields.log_append_time ? batch::log_append_time_bit : 0;
  attributes |= fields.transactional ? batch::transactional_bit : 0;
  attributes |= fields.control ? batch::control_bit : 0;
  return static_cast<int16_t>(attributes);
}

}  // namespace

BatchBuilder& BatchBuilder::add(int64_t timestamp, std::optional<BytesView> key,
                                std::optional<BytesView> value,
                                std::span<const RecordHeader> headers) {
  return add_at(fields_.base_offset + last_offset_delta_ + 1, timestamp, key, value, headers);
}

BatchBuilder& BatchBuilder::add_at(int64_t offset, int64_t timestamp, std::optional<BytesView> key,
                                   std::optional<BytesView> value,
                                   std::span<const RecordHeader> headers) {
  if (empty()) {
    base_timestamp_ = timestamp;
    max_timestamp_ = timestamp;
  }
  const int64_t timestamp_delta = timestamp - base_timestamp_;
  const auto offset_delta = static_cast<int32_t>(offset - fields_.base_offset);
  size_t size = 1 + varlong_size(timestamp_delta) + varlong_size(offset_delta) +
                nullable_size(key) + nullable_size(value) +
                varlong_size(static_cast<int64_t>(headers.size()));
  for (const auto& header : headers) {
    size += nullable_size(bytes_of(header.key)) + nullable_size(header.value);
  }
  records_.varint(static_cast<int32_t>(size));
  records_.int8(0);
  records_.varlong(timestamp_delta);
  records_.varint(offset_delta);
  put_nullable(records_, key);
  put_nullable(records_, value);
  records_.varint(static_cast<int32_t>(headers.size()));
  for (const auto& header : headers) {
    put_nullable(records_, bytes_of(header.key));
    put_nullable(records_, header.value);
  }
  max_timestamp_ = std::max(max_timestamp_, timestamp);
  last_offset_delta_ = offset_delta;
  ++count_;
  return *this;
}

void BatchBuilder::extend_to(int64_t last_offset) {
  last_offset_delta_ =
      std::max(last_offset_delta_, static_cast<int32_t>(last_offset - fields_.base_offset));
}

void BatchBuilder::append_to(Bytes& output) {
  Writer header;
  header.int64(fields_.base_offset);
  header.int32(0);  // the length, below
  header.int32(fields_.partition_leader_epoch);
  header.int8(batch::current_magic);
  header.int32(0);  // the checksum, below
  header.int16(attributes_of(fields_));
  header.int32(std::max(last_offset_delta_, 0));
  header.int64(base_timestamp_);
  header.int64(max_timestamp_);
  header.int64(fields_.producer_id);
  header.int16(fields_.producer_epoch);
  header.int32(fields_.base_sequence);
  header.int32(count_);

  const size_t start = output.size();
  output.insert(output.end(), header.bytes().begin(), header.bytes().end());
  compressor_.compress(fields_.codec,
                       fields_.level.value_or(compression_levels(fields_.codec).standard),
                       records_.bytes(), output);
  const auto length =
      big_endian(static_cast<uint32_t>(output.size() - start - batch::bytes_before_length_counts));
  std::memcpy(&output[start + batch::length], &length, sizeof length);
  set_crc(std::span(output).subspan(start));

  records_.clear();
  count_ = 0;
  last_offset_delta_ = -1;
  base_timestamp_ = -1;
  max_timestamp_ = -1;
}

Bytes BatchBuilder::build() {
  Bytes output;
  append_to(output);
  return output;
}

Result<Bytes> recompress(const BatchView& batch, Codec codec, int level) {
  const auto from = batch.codec();
  if (!from) {
    return fail(ErrorCode::UnsupportedCompressionType,
                "unknown compression " + std::to_string(batch.codec_id()));
  }
  auto records = decompress(*from, batch.records());
  if (!records) {
    return std::unexpected(records.error());
  }
  const auto header = batch.bytes().first(batch::header_bytes);
  Bytes output(header.begin(), header.end());
  Compressor().compress(codec, level, *records, output);

  const int attributes = (batch.attributes() & ~batch::codec_bits) | static_cast<int>(codec);
  output[batch::attributes] = static_cast<uint8_t>(attributes >> 8);
  output[batch::attributes + 1] = static_cast<uint8_t>(attributes);
  const auto length =
      big_endian(static_cast<uint32_t>(output.size() - batch::bytes_before_length_counts));
  std::memcpy(&output[batch::length], &length, sizeof length);
  set_crc(output);
  return output;
}

}  // namespace kafka
