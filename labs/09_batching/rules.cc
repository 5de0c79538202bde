// Lab 09, the rules: readings that come one after the other, a budget of requests, a deadline for
// each reading. How many requests, how full, in which codec, how old each record was on arrival.
//
// The note they teach: labs/09_batching/README.md.
#include "labs/09_batching/rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "labs/common/check.h"

namespace kraftlab {
namespace {

constexpr std::string_view kTopic = "readings";
constexpr int64_t kGapMs = 8;
constexpr size_t kRequestsMax = 50;
constexpr int64_t kAgeMaxMs = 1500;
constexpr int64_t kPatienceMs = 600;  // a start so slow is made good for later
constexpr int64_t kClockMs = 20;      // the program's clock is ours

RunData make_data(uint64_t seed) {
  WordMaker make(seed);
  RunData data{.lab = "09", .seed = seed};
  const uint64_t count = make.number(260, 290);
  for (uint64_t i = 0; i < count; ++i) {
    data.lists["readings"].push_back(
        fmt::format("{{\"sensor\":\"{}\",\"celsius\":{}.{},\"state\":\"in range\"}}", make.word(8),
                    make.number(2, 39), make.number(0, 9)));
  }
  data.topics = {{.name = std::string(kTopic)}};
  data.acts = {{{"GAP_MS", std::to_string(kGapMs)}}};
  return data;
}

bool is_gzip(const std::string& value) {
  return value.starts_with("\x1f\x8b");
}

Finding values_are_readings(const History& history) {
  const auto& readings = history.run.list("readings");
  const std::set<std::string> known(readings.begin(), readings.end());
  const std::string expected = "each record's value is one line of readings.txt, as it is";
  const auto sent = sent_records(history, kTopic);
  for (const SentRecord& record : sent) {
    const std::string value = record.value.value_or("");
    if (!known.contains(value)) {
      return fail_with(
          {expected,
           is_gzip(value)
               ? fmt::format("frame {}: the value of {} bytes is gzip", record.frame, value.size())
               : fmt::format("frame {}: {} is none", record.frame, shown(value)),
           is_gzip(value) ? "compressed one by one, small messages even grow, and every reader has "
                            "to know. Let the client compress whole batches: compression.type"
                          : "one reading, one record",
           {}});
    }
  }
  return pass_with(expected, counted(sent.size(), "record") + " sent");
}

Finding all_are_stored(const History& history) {
  const auto& readings = history.run.list("readings");
  const auto stored = stored_records(history, kTopic);
  const auto missing = missing_from(stored, readings);
  const std::string expected =
      fmt::format("all {} lines of readings.txt, once each", readings.size());
  for (const auto& [reading, places] : by_value(stored)) {
    if (missing.empty() && places.size() > 1) {
      return fail_with({expected,
                        fmt::format("frame {}: {} stands at offsets {} and {}", places[1].frame,
                                    shown(reading), places[0].offset, places[1].offset),
                        "hand each reading to the client once",
                        {}});
    }
  }
  if (missing.empty()) {
    return pass_with(expected, fmt::format("all {} are stored", readings.size()));
  }
  return fail_with(
      {expected,
       missing_line(missing, readings.size(), sent_records(history, kTopic)),
       "a full queue makes produce() fail at once (ERR__QUEUE_FULL): wait with poll() and hand the "
       "reading over again. And flush before the end",
       {}});
}

// The first reading that came too soon after the first of all. A client that keeps to a clock makes
// good for what a slow start took, so the beginning is judged with some patience; the end is not.
std::optional<StoredRecord> first_too_soon(std::vector<StoredRecord> stored) {
  std::ranges::stable_sort(stored, {}, &StoredRecord::timestamp);
  for (size_t i = 0; i < stored.size(); ++i) {
    const auto least = static_cast<int64_t>(i) * kGapMs * 8 / 10;
    const int64_t patience = i + 1 < stored.size() ? kPatienceMs : 0;
    if (stored[i].timestamp - stored[0].timestamp < least - patience) {
      return stored[i];
    }
  }
  return std::nullopt;
}

Finding readings_keep_their_pace(const History& history) {
  const auto stored = stored_records(history, kTopic);
  const auto least =
      static_cast<int64_t>(history.run.list("readings").size() - 1) * kGapMs * 8 / 10;
  const std::string expected = fmt::format(
      "a reading every {} ms: at least {} ms from the first to the last", kGapMs, least);
  for (const StoredRecord& record : stored) {
    if (record.timestamp > record.arrived_us / 1000 + kClockMs) {
      return fail_with({expected,
                        fmt::format("frame {}: the timestamp of {} is {} ms later than its arrival",
                                    record.frame, shown(record.value.value_or("")),
                                    record.timestamp - record.arrived_us / 1000),
                        "the timestamp of a reading is the time at which it came: leave it to the "
                        "client",
                        {}});
    }
  }
  const auto [first, last] = std::ranges::minmax_element(stored, {}, &StoredRecord::timestamp);
  const int64_t took = stored.empty() ? 0 : last->timestamp - first->timestamp;
  std::string saw = fmt::format("timestamps {} ms apart", took);
  const auto soon = first_too_soon(stored);
  if (!soon) {
    return pass_with(expected, saw);
  }
  if (took >= least) {
    saw += fmt::format(", but frame {} brings {} already {} ms after the first", soon->frame,
                       shown(soon->value.value_or("")), soon->timestamp - first->timestamp);
  }
  return fail_with(
      {expected,
       saw,
       "wait GAP_MS after each reading, as a sensor would: the task is to batch what comes slowly",
       {}});
}

Finding requests_are_few(const History& history) {
  std::set<uint64_t> frames;
  const auto sent = sent_records(history, kTopic);
  for (const SentRecord& record : sent) {
    frames.insert(record.frame);
  }
  const std::string expected = fmt::format("at most {} Produce requests", kRequestsMax);
  const std::string saw = fmt::format(
      "{} requests for {} records: {:.1f} in each", frames.size(), sent.size(),
      frames.empty() ? 0.0 : static_cast<double>(sent.size()) / static_cast<double>(frames.size()));
  if (frames.size() <= kRequestsMax) {
    return pass_with(expected, saw);
  }
  return fail_with({expected,
                    saw,
                    "a flush after each record makes a request of each record. linger.ms says how "
                    "long a batch may wait for company",
                    {}});
}

Finding batches_are_compressed(const History& history) {
  const std::string expected = "a codec in the attributes of the batches";
  static constexpr const char* names[] = {"none", "gzip", "snappy", "lz4", "zstd"};
  std::set<std::string> used;
  std::vector<SentRecord> plain;
  const auto sent = sent_records(history, kTopic);
  for (const SentRecord& record : sent) {
    used.insert(names[std::clamp(record.codec, 0, 4)]);
    if (record.codec == 0) {
      plain.push_back(record);
    }
  }
  // A batch of a record or two does not shrink; some clients then send it as it is.
  if (plain.size() * 5 > sent.size()) {
    return fail_with({expected,
                      fmt::format("frame {}: attributes say none; so it is for {} of {} records",
                                  plain[0].frame, plain.size(), sent.size()),
                      "compression.type: the client packs the records of a batch as one piece",
                      {}});
  }
  std::string saw;
  for (const std::string& name : used) {
    saw += (saw.empty() ? "" : ", ") + name;
  }
  return pass_with(expected, saw);
}

Finding nothing_is_late(const History& history) {
  const auto sent = sent_records(history, kTopic);
  const std::string expected =
      fmt::format("each reading at the broker within {} ms of its timestamp", kAgeMaxMs);
  const auto age_ms = [](const SentRecord& record) {
    return record.arrived_us / 1000 - record.timestamp;
  };
  const auto oldest = std::ranges::max_element(sent, {}, age_ms);
  if (oldest == sent.end()) {
    return pass_with(expected, "nothing was sent");
  }
  const std::string saw = fmt::format("frame {}: {} was {} ms old", oldest->frame,
                                      shown(oldest->value.value_or("")), age_ms(*oldest));
  if (age_ms(*oldest) <= kAgeMaxMs) {
    return pass_with(expected, "the oldest: " + saw);
  }
  return fail_with({expected,
                    saw,
                    "a larger linger.ms makes fuller batches and older records: how long is needed "
                    "for the budget, and no longer?",
                    {}});
}

constexpr Rule kRules[] = {
    {"09.1", "a record is a reading, not a parcel",
     "Compression works on what repeats. One small message hardly repeats itself; a hundred of\n"
     "them do. So Kafka's clients compress the records of a batch as one piece, and the broker\n"
     "keeps and sends them so. A program that compresses each value gains little, and takes from\n"
     "every reader, filter and compaction the view of the value.\n"
     "Read on: protocol/record_batch.h",
     values_are_readings},
    {"09.2", "no reading is dropped",
     "The client's queue has an end (queue.buffering.max.messages, buffer.memory). At that end\n"
     "produce() fails, or blocks, by client. Whoever does not look at what it returns loses\n"
     "messages without a word.\n"
     "Read on: labs/09_batching/README.md",
     all_are_stored},
    {"09.3", "readings are sent as they come",
     "The readings come one after the other, and the timestamps of the records say whether they\n"
     "did.\n"
     "Read on: labs/09_batching/README.md",
     readings_keep_their_pace},
    {"09.4", "the budget of requests is kept",
     "A request costs the same headers, system calls and wake-ups whether it carries one record\n"
     "or a thousand. A producer therefore waits linger.ms for more of them, or until batch.size\n"
     "is full.\n"
     "Read on: notes/request_path.md",
     requests_are_few},
    {"09.5", "batches are compressed by the client",
     "The low three bits of a batch's attributes name its codec: 1 gzip, 2 snappy, 3 lz4, 4 zstd.\n"
     "A batch of a record or two may stay as it is: packed it would not be smaller.\n"
     "Read on: protocol/record_batch.h, protocol/compression.h",
     batches_are_compressed},
    {"09.6", "no reading is late",
     "Batching buys throughput with latency. The rule compares each record's timestamp with the\n"
     "time at which the broker read the request that carried it.\n"
     "Read on: labs/09_batching/README.md",
     nothing_is_late},
};

}  // namespace

LabCode batching_lab() {
  return {"09", make_data, kRules};
}

}  // namespace kraftlab
