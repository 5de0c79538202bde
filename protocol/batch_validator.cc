// What a broker checks before it appends a produced batch. See record_batch.h.
//
// Apache Kafka refuses the same batches with the same codes (tests/peers/produce_refusals_test.py
// asks both), with these exceptions that no client depends on. It does not compare offsets in
// uncompressed batches, nor a record's length with its fields in compressed ones; and it answers
// UNKNOWN_SERVER_ERROR to an unknown codec, to a damaged compressed stream and to a gap in the
// offsets of compressed records.
#include <algorithm>

#include "protocol/record_batch.h"

namespace kafka {
namespace {

std::unexpected<Error> invalid(std::string why) {
  return fail(ErrorCode::InvalidRecord, std::move(why));
}

// The bytes of a batch's records in order: all at once, or as the decompressor hands them out.
class RecordSource {
 public:
  explicit RecordSource(BytesView whole)
      : begin_(whole.data()), at_(begin_), end_(begin_ + whole.size()) {}
  explicit RecordSource(Decompressor& pieces) : pieces_(&pieces) {}

  uint64_t position() const { return passed_ + static_cast<uint64_t>(at_ - begin_); }
  bool at_end() { return at_ == end_ && !refill(); }
  // The decompressor's complaint, if that is why the bytes ended.
  const Result<>& outcome() const { return outcome_; }

  bool byte(uint8_t& value) {
    if (at_end()) [[unlikely]] {
      return false;
    }
    value = *at_++;
    return true;
  }

  bool varlong(int64_t& value) {
    uint64_t zigzag = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      uint8_t next = 0;
      if (!byte(next)) {
        return false;
      }
      zigzag |= uint64_t{next & 0x7fu} << shift;
      if (next < 0x80) {
        value = static_cast<int64_t>(zigzag >> 1 ^ -(zigzag & 1));
        return true;
      }
    }
    return false;
  }

  bool varint(int32_t& value) {
    int64_t wide = 0;
    const bool taken = varlong(wide) && wide >= INT32_MIN && wide <= INT32_MAX;
    value = static_cast<int32_t>(wide);
    return taken;
  }

  bool skip(uint64_t count) {
    while (count > static_cast<uint64_t>(end_ - at_)) {
      count -= static_cast<uint64_t>(end_ - at_);
      at_ = end_;
      if (!refill()) {
        return false;
      }
    }
    at_ += count;
    return true;
  }

 private:
  bool refill() {
    if (pieces_ == nullptr) {
      return false;
    }
    const auto piece = pieces_->next();
    if (!piece) {
      outcome_ = std::unexpected(piece.error());
    }
    if (!piece || piece->empty()) {
      pieces_ = nullptr;
      return false;
    }
    passed_ += static_cast<uint64_t>(end_ - begin_);
    begin_ = at_ = piece->data();
    end_ = begin_ + piece->size();
    return true;
  }

  const uint8_t* begin_ = nullptr;
  const uint8_t* at_ = nullptr;
  const uint8_t* end_ = nullptr;
  uint64_t passed_ = 0;  // bytes of the pieces before this one
  Decompressor* pieces_ = nullptr;
  Result<> outcome_;
};

// One record, measured while it is passed over. The first thing that is wrong stops the walk.
class RecordWalk {
 public:
  explicit RecordWalk(RecordSource& source) : source_(source) {}

  int64_t timestamp_delta = 0;
  int32_t offset_delta = 0;
  bool has_key = false;

  // nullptr, or what is wrong.
  const char* next() {
    int32_t length = 0;
    if (!source_.varint(length) || length < 0) {
      return "the records end before their number is reached";
    }
    end_ = source_.position() + static_cast<uint64_t>(length);
    uint8_t attributes = 0;  // none are defined
    if (!source_.byte(attributes) || !source_.varlong(timestamp_delta) ||
        !source_.varint(offset_delta)) {
      return "a record ends inside of its first fields";
    }
    if (!skip_field(-1)) {
      return "a record's key has a wrong length";
    }
    has_key = last_length_ >= 0;
    if (!skip_field(-1)) {
      return "a record's value has a wrong length";
    }
    if (!skip_headers()) {
      return "a record's headers are malformed";
    }
    return source_.position() == end_ ? nullptr : "a record's length is not that of its fields";
  }

 private:
  bool skip_field(int32_t smallest) {
    if (!source_.varint(last_length_) || last_length_ < smallest || source_.position() > end_) {
      return false;
    }
    const auto size = static_cast<uint64_t>(std::max(last_length_, 0));
    return size <= end_ - source_.position() && source_.skip(size);
  }

  bool skip_headers() {
    int32_t count = 0;
    if (!source_.varint(count) || count < 0) {
      return false;
    }
    for (int32_t i = 0; i < count; ++i) {
      if (!skip_field(0) || !skip_field(-1)) {
        return false;
      }
    }
    return true;
  }

  RecordSource& source_;
  uint64_t end_ = 0;
  int32_t last_length_ = 0;
};

Result<> check_header(const BatchView& batch, const BatchRules& rules) {
  if (batch.base_offset() != 0) {
    return invalid("a produced batch has to have base offset 0, not " +
                   std::to_string(batch.base_offset()));
  }
  if (batch.size() > static_cast<size_t>(rules.max_message_bytes)) {
    return fail(ErrorCode::MessageTooLarge,
                "a batch of " + std::to_string(batch.size()) + " bytes is larger than the " +
                    std::to_string(rules.max_message_bytes) + " that the topic allows");
  }
  if (!batch.crc_matches()) {
    return fail(ErrorCode::CorruptMessage, "the checksum of the batch does not hold");
  }
  if (batch.last_offset_delta() < 0 || batch.count() <= 0 ||
      int64_t{batch.last_offset_delta()} + 1 != batch.count()) {
    return invalid("a batch of " + std::to_string(batch.count()) +
                   " records cannot have a last offset delta of " +
                   std::to_string(batch.last_offset_delta()));
  }
  if (batch.is_control()) {
    return invalid("clients may not write control batches");
  }
  if (batch.has_delete_horizon()) {
    return invalid("clients may not set the delete horizon");
  }
  if (batch.has_producer_id() && batch.base_sequence() < 0) {
    return invalid("a batch with a producer id needs a base sequence, not " +
                   std::to_string(batch.base_sequence()));
  }
  return {};
}

Result<Codec> check_codec(const BatchView& batch, const BatchRules& rules) {
  const auto codec = batch.codec();
  if (!codec) {
    return fail(ErrorCode::UnsupportedCompressionType,
                "unknown compression " + std::to_string(batch.codec_id()));
  }
  if (*codec == Codec::Zstd && !rules.zstd_allowed) {
    return fail(ErrorCode::UnsupportedCompressionType, "zstd needs Produce version 7");
  }
  return *codec;
}

bool in_bounds(int64_t timestamp, const BatchRules& rules) {
  if (timestamp == -1) {
    return true;
  }
  const auto distance = [](int64_t later, int64_t earlier) {
    return static_cast<uint64_t>(later) - static_cast<uint64_t>(earlier);
  };
  return timestamp > rules.now_ms ? distance(timestamp, rules.now_ms) <=
                                        static_cast<uint64_t>(rules.timestamp_after_max_ms)
                                  : distance(rules.now_ms, timestamp) <=
                                        static_cast<uint64_t>(rules.timestamp_before_max_ms);
}

}  // namespace

Result<ValidBatch> BatchValidator::validate(std::span<const uint8_t> records,
                                            const BatchRules& rules) {
  record_errors_.clear();
  const auto size = first_batch_size(records);
  if (!size) {
    return std::unexpected(size.error());
  }
  if (!size->has_value() || **size > records.size()) {
    return invalid("a produce request has to hold one record batch for each partition");
  }
  const auto batch = BatchView::at_front_of(records);
  if (!batch) {
    return batch.error().code == ErrorCode::UnsupportedForMessageFormat
               ? invalid(batch.error().message)
               : std::unexpected(batch.error());
  }
  const auto codec = check_codec(*batch, rules);
  if (!codec) {
    return std::unexpected(codec.error());
  }
  const auto second = first_batch_size(records.subspan(batch->size()));
  if (!second || (second->has_value() && **second <= records.size() - batch->size())) {
    return invalid("a produce request may hold only one record batch for each partition");
  }
  if (const auto fits = check_header(*batch, rules); !fits) {
    return std::unexpected(fits.error());
  }
  const auto max_timestamp = walk(*batch, *codec, rules);
  if (!max_timestamp) {
    return std::unexpected(max_timestamp.error());
  }
  return ValidBatch{*batch, *codec, *max_timestamp};
}

// Passes over the records; the largest timestamp of them.
Result<int64_t> BatchValidator::walk(const BatchView& batch, Codec codec, const BatchRules& rules) {
  RecordSource source(batch.records());
  if (codec != Codec::None) {
    if (auto begun = decompressor_.begin(codec, batch.records(), rules.unpacked_max); !begun) {
      return std::unexpected(begun.error());
    }
    source = RecordSource(decompressor_);
  }
  RecordWalk record(source);
  int64_t max_timestamp = -1;
  ErrorCode refusal = ErrorCode::None;
  for (int32_t index = 0; index < batch.count(); ++index) {
    if (const char* wrong = record.next()) {
      return source.outcome() ? Result<int64_t>(invalid(wrong))
                              : std::unexpected(source.outcome().error());
    }
    if (record.offset_delta != index) {
      return invalid("record " + std::to_string(index) + " has the offset delta " +
                     std::to_string(record.offset_delta));
    }
    const auto timestamp = static_cast<int64_t>(static_cast<uint64_t>(batch.base_timestamp()) +
                                                static_cast<uint64_t>(record.timestamp_delta));
    max_timestamp = std::max(max_timestamp, timestamp);
    if (rules.keys_required && !record.has_key) {
      refuse(index, ErrorCode::InvalidRecord, "a compacted topic needs a key", refusal);
    } else if (rules.log_append_time && batch.has_log_append_time()) {
      refuse(index, ErrorCode::InvalidTimestamp, "only the broker sets the append time", refusal);
    } else if (!rules.log_append_time && !in_bounds(timestamp, rules)) {
      refuse(index, ErrorCode::InvalidTimestamp,
             "the timestamp " + std::to_string(timestamp) + " is out of bounds", refusal);
    }
  }
  if (!source.at_end()) {
    return invalid("bytes follow the last record");
  }
  if (!source.outcome()) {
    return std::unexpected(source.outcome().error());
  }
  if (refusal != ErrorCode::None) {
    return fail(refusal, record_errors_.front().message);
  }
  return max_timestamp;
}

void BatchValidator::refuse(int32_t index, ErrorCode code, std::string message,
                            ErrorCode& refusal) {
  if (record_errors_.size() < record_errors_max) {
    record_errors_.push_back({index, std::move(message)});
  }
  if (refusal != ErrorCode::InvalidTimestamp) {  // a wrong time outweighs a missing key
    refusal = code;
  }
}

}  // namespace kafka
