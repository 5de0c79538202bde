// Lab 05, the rules: the learner decodes a partition's segment files and sends what stands in them
// to a topic. The files are made here, from the seed; the rules make them again to know what is
// right.
//
// The note they teach: labs/05_segments/README.md.
#include "labs/05_segments/rules.h"

#include <fmt/format.h>

#include <algorithm>

#include "labs/common/check.h"
#include "protocol/record_batch.h"

namespace kraftlab {
namespace {

constexpr std::string_view kTopic = "decoded";
constexpr int kSegments = 3;
constexpr int kBatchesEach = 4;

struct LogRecord {
  int64_t offset;
  std::string value;
  std::string place;  // "00000000000000000000.log, the batch at byte 210 (gzip)"
};

// A partition's files, and what a reader has to make of them.
struct MadeLog {
  BinaryFiles files;
  std::vector<LogRecord> intact;
  std::vector<LogRecord> broken;  // of the batch whose checksum is wrong
};

struct Batch {
  kafka::Bytes bytes;
  std::vector<LogRecord> records;
};

// The batch at `offset`: some records, now and then a gap as compaction leaves it.
Batch make_batch(WordMaker& make, int64_t& offset, bool compressed, const std::string& place) {
  kafka::BatchBuilder builder({.base_offset = offset,
                               .partition_leader_epoch = 0,
                               .codec = compressed ? kafka::Codec::Gzip : kafka::Codec::None});
  Batch batch;
  const uint64_t count = make.number(3, 7);
  for (uint64_t i = 0; i < count; ++i) {
    const std::string value =
        fmt::format("{} pays {} to {}", make.word(7), make.number(1, 9000), make.word(9));
    builder.add_at(offset, 1'700'000'000'000 + offset, std::nullopt, kafka::bytes_of(value));
    batch.records.push_back({offset, value, place + (compressed ? " (gzip)" : "")});
    offset += i + 1 < count && make.number(0, 5) == 0 ? 2 : 1;
  }
  batch.bytes = builder.build();
  return batch;
}

MadeLog make_log(uint64_t seed) {
  WordMaker make(seed);
  MadeLog log;
  const auto broken_at = static_cast<int>(make.number(1, kSegments * kBatchesEach - 2));
  int64_t offset = 0;
  for (int segment = 0; segment < kSegments; ++segment) {
    const std::string name = fmt::format("{:020}.log", offset);
    std::string& file = log.files["orders-0/" + name];
    for (int i = 0; i < kBatchesEach; ++i) {
      const int number = segment * kBatchesEach + i;
      Batch batch = make_batch(make, offset, number != broken_at && i % 2 == 1,
                               fmt::format("{}, the batch at byte {}", name, file.size()));
      const bool is_last = number + 1 == kSegments * kBatchesEach;
      if (number == broken_at) {
        batch.bytes[batch.bytes.size() - 3] ^= 0x20;  // a letter of the last value
        batch.records.back().value[batch.records.back().value.size() - 2] ^= 0x20;
      }
      if (is_last) {
        batch.bytes.resize(batch.bytes.size() - make.number(5, 20));  // torn by a crash
      }
      file.append(reinterpret_cast<const char*>(batch.bytes.data()), batch.bytes.size());
      auto& kept = number == broken_at || is_last ? log.broken : log.intact;
      kept.insert(kept.end(), batch.records.begin(), batch.records.end());
    }
  }
  return log;
}

BinaryFiles make_files(uint64_t seed) {
  return make_log(seed).files;
}

RunData make_data(uint64_t seed) {
  RunData data{.lab = "05", .seed = seed};
  for (const auto& [name, bytes] : make_files(seed)) {
    data.lists["segments"].push_back(name);
  }
  data.topics = {{.name = std::string(kTopic)}};
  return data;
}

std::string key_of(const StoredRecord& record) {
  return record.key.value_or("null");
}

Finding values_are_records(const History& history) {
  const MadeLog log = make_log(history.run.seed);
  std::set<std::string> known;
  for (const auto* records : {&log.intact, &log.broken}) {
    for (const LogRecord& record : *records) {
      known.insert(record.value);
    }
  }
  const std::string expected = "each value in decoded is the value of one record";
  const auto stored = stored_records(history, kTopic);
  if (stored.empty()) {
    const auto sent = sent_records(history, kTopic);
    return fail_with({expected,
                      sent.empty() ? "nothing stands in decoded"
                                   : fmt::format("no record is acknowledged; of the first, {}",
                                                 fate_of(sent, sent.front().value.value_or(""))),
                      "send one record for each that you find in the files",
                      {}});
  }
  for (const StoredRecord& record : stored) {
    if (!known.contains(record.value.value_or(""))) {
      return fail_with({expected,
                        fmt::format("frame {}: {} is not the value of a record", record.frame,
                                    shown(record.value.value_or(""))),
                        "a segment is not text: batches with a header of 61 bytes, then records of "
                        "varints and bytes, perhaps packed",
                        {}});
    }
  }
  return pass_with(expected, counted(stored.size(), "record") + ", each known");
}

Finding checksums_are_checked(const History& history) {
  const MadeLog log = make_log(history.run.seed);
  const auto decoded = by_value(stored_records(history, kTopic));
  const std::string expected = "no record of a batch whose CRC32C is wrong, or that is cut short";
  for (const LogRecord& record : log.broken) {
    if (const auto found = decoded.find(record.value); found != decoded.end()) {
      return fail_with({expected,
                        fmt::format("frame {}: {} comes from {}", found->second[0].frame,
                                    shown(record.value), record.place),
                        "the CRC32C at byte 17 of a batch covers everything from byte 21 to its "
                        "end. If it is another, no record of the batch can be believed",
                        {}});
    }
  }
  return pass_with(expected, "the broken batch and the torn one were left out");
}

Finding offsets_are_right(const History& history) {
  const std::string expected = "each record's key is its offset: base offset plus delta";
  const auto decoded = by_value(stored_records(history, kTopic));
  for (const LogRecord& record : make_log(history.run.seed).intact) {
    const auto found = decoded.find(record.value);
    if (found != decoded.end() && key_of(found->second[0]) != std::to_string(record.offset)) {
      return fail_with({expected,
                        fmt::format("frame {}: {} has the key {}; it stands at offset {}, in {}",
                                    found->second[0].frame, shown(record.value),
                                    shown(key_of(found->second[0])), record.offset, record.place),
                        "a record holds only how far it is from the first of its batch (a zigzag "
                        "varint), and there may be gaps",
                        {}});
    }
  }
  return pass_with(expected, "every offset is right");
}

Finding nothing_is_missing(const History& history) {
  const MadeLog log = make_log(history.run.seed);
  const auto decoded = by_value(stored_records(history, kTopic));
  const std::string expected =
      fmt::format("the {} records of all intact batches, once each", log.intact.size());
  size_t missing = 0;
  const LogRecord* first = nullptr;
  for (const LogRecord& record : log.intact) {
    if (!decoded.contains(record.value)) {
      first = first == nullptr ? &record : first;
      ++missing;
    }
  }
  if (first != nullptr) {
    return fail_with({expected,
                      fmt::format("{} are missing; the first is at offset {}: {}", missing,
                                  first->offset, first->place),
                      "a partition has several segments, each named after its first offset; and a "
                      "broken batch has a length, so that the next one can be found",
                      {}});
  }
  for (const auto& [value, places] : decoded) {
    if (places.size() > 1) {
      return fail_with({expected,
                        fmt::format("{} was sent {} times", shown(value), places.size()),
                        "send each record once",
                        {}});
    }
  }
  return pass_with(expected, counted(decoded.size(), "record"));
}

constexpr Rule kRules[] = {
    {"05.1", "what is decoded are records",
     "A segment is a row of record batches, the same bytes that a producer sent and a consumer\n"
     "will fetch. `strings` shows pieces of it, because values are often text; it knows neither\n"
     "where a value ends nor what is packed.\n"
     "Read on: protocol/record_batch.h, notes/log_on_disk.md",
     values_are_records},
    {"05.2", "what is broken is left out",
     "Disks and crashes damage files. A batch carries a CRC32C of itself, so that damage is\n"
     "noticed and not handed on; and a batch that ends behind the end of the file was torn by a\n"
     "crash. Kafka cuts a torn tail when it starts again.\n"
     "Read on: protocol/crc32c.h, broker/core/log/recovery.cc",
     checksums_are_checked},
    {"05.3", "offsets are base plus delta",
     "A batch holds its first offset once, and each record its distance from it. The broker\n"
     "assigns offsets by writing eight bytes, without touching the records or the checksum.\n"
     "Read on: protocol/record_batch.h",
     offsets_are_right},
    {"05.4", "all segments are read, packed batches too",
     "A partition is a folder of segments, each named after the first offset in it. The codec is\n"
     "in the low three bits of a batch's attributes; what it packs are the records, never the\n"
     "header.\n"
     "Read on: broker/core/log/segment.h, notes/log_on_disk.md",
     nothing_is_missing},
};

}  // namespace

LabCode segments_lab() {
  return {"05", make_data, kRules, make_files};
}

}  // namespace kraftlab
