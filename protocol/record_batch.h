// The record batch, version 2: the unit that producers send, logs store and consumers fetch.
//
//    0  base_offset              int64    offset of the first record; the leader writes it
//    8  length                   int32    bytes from here on, without these four
//   12  partition_leader_epoch   int32    epoch of the leader that appended it
//   16  magic                    int8     2
//   17  crc                      uint32   CRC32C of everything from attributes to the end
//   21  attributes               int16    bits 0-2 codec, 3 LogAppendTime, 4 transactional,
//                                         5 control, 6 delete horizon
//   23  last_offset_delta        int32    offset of the last record, counted from the first
//   27  base_timestamp           int64
//   35  max_timestamp            int64
//   43  producer_id              int64    -1: not idempotent
//   51  producer_epoch           int16
//   53  base_sequence            int32    sequence of the first record
//   57  count                    int32    records that follow
//   61  records, compressed as one piece by the codec of the attributes:
//         length varint | attributes int8 0 | timestamp delta varlong | offset delta varint
//         | key | value | header count varint | { header key | header value } ...
//       key, value and header value: a varint length (-1: null) and that many bytes
//
// Base offset and leader epoch stand outside of the checksum: a broker assigns both in place.
//
// Interface: BatchView reads one batch, for_each_batch walks a record set, RecordReader and
// for_each_record walk records, BatchValidator checks what a producer sent, BatchBuilder writes.
// Invariants: nothing here copies records that are not compressed; no length from outside is
// believed before it is compared with the bytes that are there.
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "protocol/compression.h"
#include "protocol/result.h"
#include "protocol/wire.h"

namespace kafka {

namespace batch {  // where each field stands
inline constexpr size_t base_offset = 0;
inline constexpr size_t length = 8;
inline constexpr size_t partition_leader_epoch = 12;
inline constexpr size_t magic = 16;
inline constexpr size_t crc = 17;
inline constexpr size_t attributes = 21;
inline constexpr size_t last_offset_delta = 23;
inline constexpr size_t base_timestamp = 27;
inline constexpr size_t max_timestamp = 35;
inline constexpr size_t producer_id = 43;
inline constexpr size_t producer_epoch = 51;
inline constexpr size_t base_sequence = 53;
inline constexpr size_t count = 57;
inline constexpr size_t records = 61;

inline constexpr size_t header_bytes = records;
inline constexpr size_t bytes_before_length_counts = 12;  // base offset and length itself
inline constexpr int8_t current_magic = 2;

inline constexpr int16_t codec_bits = 0x07;
inline constexpr int16_t log_append_time_bit = 0x08;
inline constexpr int16_t transactional_bit = 0x10;
inline constexpr int16_t control_bit = 0x20;
inline constexpr int16_t delete_horizon_bit = 0x40;
}  // namespace batch

// A whole batch in memory that belongs to someone else.
class BatchView {
 public:
  // The batch at the front of `bytes`, which may hold more behind it. CORRUPT_MESSAGE when its
  // length is impossible or more than there is; UNSUPPORTED_FOR_MESSAGE_FORMAT for magic 0 and 1.
  // The checksum is not looked at.
  static Result<BatchView> at_front_of(std::span<const uint8_t> bytes);

  // A view of a header alone, read from a file: everything but records() and crc_matches().
  static Result<BatchView> of_header(std::span<const uint8_t> header);

  int64_t base_offset() const { return field<int64_t>(batch::base_offset); }
  int32_t length() const { return field<int32_t>(batch::length); }
  int32_t partition_leader_epoch() const { return field<int32_t>(batch::partition_leader_epoch); }
  int8_t magic() const { return field<int8_t>(batch::magic); }
  uint32_t crc() const { return field<uint32_t>(batch::crc); }
  int16_t attributes() const { return field<int16_t>(batch::attributes); }
  int32_t last_offset_delta() const { return field<int32_t>(batch::last_offset_delta); }
  int64_t base_timestamp() const { return field<int64_t>(batch::base_timestamp); }
  int64_t max_timestamp() const { return field<int64_t>(batch::max_timestamp); }
  int64_t producer_id() const { return field<int64_t>(batch::producer_id); }
  int16_t producer_epoch() const { return field<int16_t>(batch::producer_epoch); }
  int32_t base_sequence() const { return field<int32_t>(batch::base_sequence); }
  int32_t count() const { return field<int32_t>(batch::count); }

  int64_t last_offset() const { return base_offset() + last_offset_delta(); }
  int64_t next_offset() const { return last_offset() + 1; }
  size_t size() const { return batch::bytes_before_length_counts + static_cast<size_t>(length()); }
  // The sequence of the last record; sequences wrap to 0 after the largest int32.
  int32_t last_sequence() const;

  int codec_id() const { return attributes() & batch::codec_bits; }
  std::optional<Codec> codec() const { return codec_with_id(codec_id()); }
  bool is_compressed() const { return codec_id() != 0; }
  bool has_log_append_time() const { return (attributes() & batch::log_append_time_bit) != 0; }
  bool is_transactional() const { return (attributes() & batch::transactional_bit) != 0; }
  bool is_control() const { return (attributes() & batch::control_bit) != 0; }
  bool has_delete_horizon() const { return (attributes() & batch::delete_horizon_bit) != 0; }
  bool has_producer_id() const { return producer_id() >= 0; }

  std::span<const uint8_t> bytes() const { return bytes_; }
  std::span<const uint8_t> records() const { return bytes_.subspan(batch::records); }  // packed
  bool crc_matches() const;

 private:
  explicit BatchView(std::span<const uint8_t> bytes) : bytes_(bytes) {}

  template <WireNumber T>
  T field(size_t position) const {
    BitsOf<T> bits;
    std::memcpy(&bits, bytes_.data() + position, sizeof bits);
    return std::bit_cast<T>(big_endian(bits));
  }

  std::span<const uint8_t> bytes_;
};

// Changes in place, of a batch that a BatchView was made of. The first two leave the checksum
// alone; set_max_timestamp writes a new one if the value or the kind of time changes.
void set_base_offset(std::span<uint8_t> batch, int64_t offset);
void set_partition_leader_epoch(std::span<uint8_t> batch, int32_t epoch);
void set_max_timestamp(std::span<uint8_t> batch, int64_t timestamp, bool log_append_time);
void set_crc(std::span<uint8_t> batch);

// ---- Walking a record set ----

enum class Tail {
  MayBeCut,     // a Fetch answer and a torn log may end inside of a batch
  MustBeWhole,  // CORRUPT_MESSAGE then
};

// Calls fn(const BatchView&) for each batch; fn returns nothing, or false to stop. The result is
// the number of bytes that the visited batches take.
template <class F>
Result<size_t> for_each_batch(std::span<const uint8_t> bytes, F&& fn, Tail tail = Tail::MayBeCut);

// The bytes of the first batch, as far as they tell: nullopt when the set ends before that.
// CORRUPT_MESSAGE for a length that no batch can have.
Result<std::optional<size_t>> first_batch_size(std::span<const uint8_t> bytes);

// ---- Records ----

using BytesView = std::span<const uint8_t>;

struct RecordHeader {
  std::string_view key;
  std::optional<BytesView> value = {};
};

// The headers of a record, in place.
class RecordHeaders {
 public:
  RecordHeaders() = default;
  RecordHeaders(int32_t count, BytesView bytes) : count_(count), bytes_(bytes) {}
  int32_t size() const { return count_; }
  bool empty() const { return count_ == 0; }
  std::vector<RecordHeader> to_vector() const;

 private:
  int32_t count_ = 0;
  BytesView bytes_;  // whole: RecordReader has walked over them
};

// A record in place: valid as long as the batch, or the RecordReader if the batch is compressed.
struct RecordView {
  int64_t offset = -1;
  int64_t timestamp = -1;
  std::optional<BytesView> key = {};
  std::optional<BytesView> value = {};
  RecordHeaders headers = {};
};

// Takes the records of a batch one by one. Reused, it allocates nothing in the long run.
class RecordReader {
 public:
  // The batch has to stay where it is. Compressed records are unpacked here, up to `unpacked_max`.
  Result<> open(const BatchView& batch, size_t unpacked_max = decompressed_bytes_max);

  // False at the end. INVALID_RECORD when records and header do not agree.
  Result<bool> next(RecordView& record);

 private:
  Decompressor decompressor_;
  Bytes unpacked_;
  BytesView rest_;
  int32_t left_ = 0;
  int64_t base_offset_ = 0;
  int64_t base_timestamp_ = 0;
  std::optional<int64_t> append_time_;
};

// Every record of a record set, control batches left out; fn(const RecordView&) as above.
template <class F>
Result<> for_each_record(std::span<const uint8_t> bytes, F&& fn);

// ---- What a broker demands of a batch that a client produces ----

struct BatchRules {
  bool zstd_allowed = true;      // Produce v7 and later
  bool log_append_time = false;  // message.timestamp.type
  bool keys_required = false;    // cleanup.policy has compact
  int32_t max_message_bytes = 1048588;
  int64_t timestamp_before_max_ms = INT64_MAX;
  int64_t timestamp_after_max_ms = 3'600'000;
  int64_t now_ms = 0;
  size_t unpacked_max = decompressed_bytes_max;
};

struct ValidBatch {
  BatchView batch;
  Codec codec = Codec::None;
  int64_t max_timestamp =
      -1;  // of the records; the header's own may be wrong and is then to be set
};

// A record that was the reason to refuse its batch (Produce v8+ tells the client).
struct RecordError {
  int32_t index = 0;
  std::string message;
};

// Checks a produced record set. Reused, it allocates nothing in the long run.
class BatchValidator {
 public:
  static constexpr size_t record_errors_max = 100;

  // The set has to hold exactly one batch, of magic 2 (INVALID_RECORD), whose checksum holds
  // (CORRUPT_MESSAGE), no larger than allowed (MESSAGE_TOO_LARGE), not a control batch, and whose
  // records are counted, numbered and measured right (INVALID_RECORD) and dated within the bounds
  // (INVALID_TIMESTAMP). Compressed records are looked at piece by piece and never kept.
  Result<ValidBatch> validate(std::span<const uint8_t> records, const BatchRules& rules);

  // After a refusal, the records it is about, if it is about single records.
  const std::vector<RecordError>& record_errors() const { return record_errors_; }

 private:
  Result<int64_t> walk(const BatchView& batch, Codec codec, const BatchRules& rules);
  void refuse(int32_t index, ErrorCode code, std::string message, ErrorCode& refusal);

  Decompressor decompressor_;
  std::vector<RecordError> record_errors_;
};

// The same batch with its records in another codec: for topics that set compression.type.
Result<Bytes> recompress(const BatchView& batch, Codec codec, int level);

// ---- Writing ----

struct BatchFields {
  int64_t base_offset = 0;
  int32_t partition_leader_epoch = -1;
  Codec codec = Codec::None;
  std::optional<int> level = {};  // not given: the codec's standard
  bool log_append_time = false;
  bool transactional = false;
  bool control = false;
  int64_t producer_id = -1;
  int16_t producer_epoch = -1;
  int32_t base_sequence = -1;
};

// Collects records, then writes them as one batch. Reused, it keeps its memory.
class BatchBuilder {
 public:
  explicit BatchBuilder(BatchFields fields = {}) : fields_(fields) {}

  BatchBuilder& add(int64_t timestamp, std::optional<BytesView> key, std::optional<BytesView> value,
                    std::span<const RecordHeader> headers = {});
  // A record that keeps its offset: compaction leaves gaps. Offsets must go up.
  BatchBuilder& add_at(int64_t offset, int64_t timestamp, std::optional<BytesView> key,
                       std::optional<BytesView> value, std::span<const RecordHeader> headers = {});
  // The last offset of the batch, when records behind the last one added were removed.
  void extend_to(int64_t last_offset);

  BatchFields& fields() { return fields_; }  // base_offset is fixed once a record is in
  bool empty() const { return count_ == 0; }
  int32_t count() const { return count_; }
  size_t size() const { return batch::header_bytes + records_.size(); }  // before compression

  void append_to(Bytes& output);  // and start anew with the same fields
  Bytes build();                  // the same, as bytes of their own

 private:
  BatchFields fields_;
  Writer records_;
  Compressor compressor_;
  int32_t count_ = 0;
  int32_t last_offset_delta_ = -1;
  int64_t base_timestamp_ = -1;
  int64_t max_timestamp_ = -1;
};

inline BytesView bytes_of(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}
inline std::string_view text_of(BytesView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// ---- Templates ----

namespace detail {
// Calls fn; true when it wants to go on.
template <class F, class Argument>
bool visit(F& fn, const Argument& argument) {
  if constexpr (std::is_void_v<std::invoke_result_t<F&, const Argument&>>) {
    fn(argument);
    return true;
  } else {
    return fn(argument);
  }
}
}  // namespace detail

template <class F>
Result<size_t> for_each_batch(std::span<const uint8_t> bytes, F&& fn, Tail tail) {
  size_t position = 0;
  while (position < bytes.size()) {
    const auto rest = bytes.subspan(position);
    const auto size = first_batch_size(rest);
    if (!size) {
      return std::unexpected(size.error());
    }
    if (!size->has_value() || **size > rest.size()) {
      if (tail == Tail::MustBeWhole) {
        return fail(ErrorCode::CorruptMessage, "the record set ends inside of a batch");
      }
      break;
    }
    const auto view = BatchView::at_front_of(rest);
    if (!view) {
      return std::unexpected(view.error());
    }
    position += view->size();
    if (!detail::visit(fn, *view)) {
      break;
    }
  }
  return position;
}

template <class F>
Result<> for_each_record(std::span<const uint8_t> bytes, F&& fn) {
  RecordReader reader;
  Result<> outcome;
  const auto walked = for_each_batch(bytes, [&](const BatchView& batch) {
    if (batch.is_control()) {
      return true;
    }
    outcome = reader.open(batch);
    RecordView record;
    while (outcome) {
      const Result<bool> more = reader.next(record);
      if (!more) {
        outcome = std::unexpected(more.error());
      } else if (!*more) {
        return true;
      } else if (!detail::visit(fn, record)) {
        return false;
      }
    }
    return false;
  });
  return walked ? outcome : Result<>(std::unexpected(walked.error()));
}

}  // namespace kafka
