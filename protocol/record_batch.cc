#include "protocol/record_batch.h"

#include "protocol/crc32c.h"

namespace kafka {
namespace {

template <WireNumber T>
void store(std::span<uint8_t> bytes, size_t position, T value) {
  const auto bits = big_endian(std::bit_cast<BitsOf<T>>(value));
  std::memcpy(bytes.data() + position, &bits, sizeof bits);
}

std::optional<BytesView> take_nullable(Reader& reader) {
  const int32_t size = reader.varint();
  if (size == -1) {
    return std::nullopt;
  }
  if (size < -1) {
    reader.fail("a length is negative");
    return std::nullopt;
  }
  return reader.take(static_cast<size_t>(size));
}

RecordHeader take_header(Reader& reader) {
  const auto key = take_nullable(reader);
  if (!key) {
    reader.fail("a header without a key");
    return {};
  }
  return {text_of(*key), take_nullable(reader)};
}

RecordHeaders take_headers(Reader& reader) {
  const int32_t count = reader.varint();
  if (count < 0) {
    reader.fail("a negative number of headers");
  }
  const auto start = reader.rest();
  for (int32_t i = 0; i < count && reader.ok(); ++i) {
    take_header(reader);
  }
  return {count, start.first(start.size() - reader.remaining())};
}

std::unexpected<Error> invalid_record(const char* why) {
  return fail(ErrorCode::InvalidRecord, std::string("malformed record: ") + why);
}

}  // namespace

// ---- BatchView ----

Result<std::optional<size_t>> first_batch_size(std::span<const uint8_t> bytes) {
  if (bytes.size() < batch::bytes_before_length_counts) {
    return std::nullopt;
  }
  uint32_t bits;
  std::memcpy(&bits, bytes.data() + batch::length, sizeof bits);
  const auto length = static_cast<int32_t>(big_endian(bits));
  constexpr int32_t smallest_v0_message = 14;
  if (length < smallest_v0_message) {
    return fail(ErrorCode::CorruptMessage,
                "a record batch cannot have a length of " + std::to_string(length));
  }
  return batch::bytes_before_length_counts + static_cast<size_t>(length);
}

Result<BatchView> BatchView::of_header(std::span<const uint8_t> header) {
  const auto size = first_batch_size(header);
  if (!size) {
    return std::unexpected(size.error());
  }
  if (header.size() <= batch::magic) {
    return fail(ErrorCode::CorruptMessage, "the bytes end inside of a batch header");
  }
  const auto magic = static_cast<int8_t>(header[batch::magic]);
  if (magic == 0 || magic == 1) {
    return fail(ErrorCode::UnsupportedForMessageFormat,
                "message format " + std::to_string(magic) + " is not supported, only 2 is");
  }
  if (magic != batch::current_magic) {
    return fail(ErrorCode::CorruptMessage, "unknown magic " + std::to_string(magic));
  }
  if (**size < batch::header_bytes || header.size() < batch::header_bytes) {
    return fail(ErrorCode::CorruptMessage, "the bytes end inside of a batch header");
  }
  return BatchView(header);
}

Result<BatchView> BatchView::at_front_of(std::span<const uint8_t> bytes) {
  auto view = of_header(bytes);
  if (view && view->size() > bytes.size()) {
    return fail(ErrorCode::CorruptMessage, "the bytes end inside of a batch");
  }
  if (view) {
    view->bytes_ = bytes.first(view->size());
  }
  return view;
}

int32_t BatchView::last_sequence() const {
  const int64_t last = int64_t{base_sequence()} + last_offset_delta();
  return static_cast<int32_t>(last > INT32_MAX ? last - INT32_MAX - 1 : last);
}

bool BatchView::crc_matches() const {
  return crc32c(bytes_.subspan(batch::attributes)) == crc();
}

void set_base_offset(std::span<uint8_t> batch, int64_t offset) {
  store(batch, batch::base_offset, offset);
}

void set_partition_leader_epoch(std::span<uint8_t> batch, int32_t epoch) {
  store(batch, batch::partition_leader_epoch, epoch);
}

void set_max_timestamp(std::span<uint8_t> batch, int64_t timestamp, bool log_append_time) {
  const auto view = BatchView::at_front_of(batch);
  if (!view ||
      (view->max_timestamp() == timestamp && view->has_log_append_time() == log_append_time)) {
    return;
  }
  const int attributes = log_append_time ? view->attributes() | batch::log_append_time_bit
                                         : view->attributes() & ~batch::log_append_time_bit;
  store(batch, batch::attributes, static_cast<int16_t>(attributes));
  store(batch, batch::max_timestamp, timestamp);
  set_crc(batch.first(view->size()));
}

void set_crc(std::span<uint8_t> batch) {
  store(batch, batch::crc, crc32c(batch.subspan(batch::attributes)));
}

// ---- Records ----

std::vector<RecordHeader> RecordHeaders::to_vector() const {
  Reader reader(bytes_);
  std::vector<RecordHeader> headers;
  headers.reserve(static_cast<size_t>(count_));
  for (int32_t i = 0; i < count_; ++i) {
    headers.push_back(take_header(reader));
  }
  return headers;
}

Result<> RecordReader::open(const BatchView& batch, size_t unpacked_max) {
  const auto codec = batch.codec();
  if (!codec) {
    return fail(ErrorCode::UnsupportedCompressionType,
                "unknown compression " + std::to_string(batch.codec_id()));
  }
  rest_ = batch.records();
  left_ = batch.count();
  base_offset_ = batch.base_offset();
  base_timestamp_ = batch.base_timestamp();
  append_time_ = batch.has_log_append_time() ? std::optional(batch.max_timestamp()) : std::nullopt;
  if (*codec == Codec::None) {
    return {};
  }
  const auto begun = decompressor_.begin(*codec, rest_, unpacked_max);
  if (!begun) {
    return begun;
  }
  unpacked_.clear();
  const auto done = decompressor_.rest(unpacked_);
  rest_ = unpacked_;
  return done;
}

Result<bool> RecordReader::next(RecordView& record) {
  if (left_ <= 0) {
    return rest_.empty() ? Result<bool>(false) : invalid_record("bytes follow the last one");
  }
  Reader outer(rest_);
  const int32_t length = outer.varint();
  if (length < 0) {
    return invalid_record("a negative length");
  }
  Reader reader(outer.take(static_cast<size_t>(length)));
  if (!outer.ok()) {
    return invalid_record(outer.error());
  }
  reader.int8();  // attributes: none are defined
  const int64_t timestamp_delta = reader.varlong();
  record.timestamp = append_time_.value_or(static_cast<int64_t>(
      static_cast<uint64_t>(base_timestamp_) + static_cast<uint64_t>(timestamp_delta)));
  record.offset = base_offset_ + reader.varint();
  record.key = take_nullable(reader);
  record.value = take_nullable(reader);
  record.headers = take_headers(reader);
  if (!reader.ok()) {
    return invalid_record(reader.error());
  }
  if (reader.remaining() != 0) {
    return invalid_record("its length is too large");
  }
  rest_ = outer.rest();
  --left_;
  return true;
}

}  // namespace kafka
