#include "broker/core/faults.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "protocol/api/00_produce.h"
#include "protocol/api/03_metadata.h"
#include "protocol/api/08_offset_commit.h"
#include "protocol/api/19_create_topics.h"
#include "protocol/record_batch.h"

namespace kafka {
namespace {

struct ActionName {
  std::string_view name;
  FaultAction action;
};

constexpr ActionName action_names[] = {
    {"lose", FaultAction::Lose}, {"refuse", FaultAction::Refuse}, {"stall", FaultAction::Stall},
    {"mute", FaultAction::Mute}, {"delay", FaultAction::Delay},   {"error", FaultAction::Error},
    {"twice", FaultAction::Twice},
    {"fail-write", FaultAction::FailWrite},
    {"fail-sync", FaultAction::FailSync},
    {"slow-disk", FaultAction::SlowDisk},
    {"move-clock", FaultAction::MoveClock},
    {"rebalance", FaultAction::Rebalance},
    {"mark", FaultAction::Mark},
};

// The words of one fault, taken from the front.
class Words {
 public:
  explicit Words(std::string_view text) : rest_(text) {}

  std::string_view next() {
    const size_t begin = std::min(rest_.find_first_not_of(" \t\r"), rest_.size());
    const size_t end = std::min(rest_.find_first_of(" \t\r", begin), rest_.size());
    const std::string_view word = rest_.substr(begin, end - begin);
    rest_.remove_prefix(end);
    return word;
  }
  bool take(std::string_view wanted) {
    const Words before = *this;
    if (next() == wanted) {
      return true;
    }
    *this = before;
    return false;
  }
  std::optional<int64_t> number() {
    const auto value = signed_number();
    return value && *value > 0 ? value : std::nullopt;
  }
  std::optional<int64_t> signed_number() {
    const std::string_view word = next();
    int64_t value = 0;
    const auto [end, problem] = std::from_chars(word.data(), word.data() + word.size(), value);
    const bool whole = problem == std::errc{} && end == word.data() + word.size();
    return whole && value != 0 ? std::optional(value) : std::nullopt;
  }
  // The milliseconds after a word like `after`, if it comes now; false when they are no such.
  bool take_ms(std::string_view word, int64_t& ms) {
    if (!take(word)) {
      return true;
    }
    ms = signed_number().value_or(0);
    return ms != 0 && take("ms");
  }
  bool done() { return next().empty(); }
  std::string_view rest() {
    const size_t begin = std::min(rest_.find_first_not_of(" \t\r"), rest_.size());
    return std::exchange(rest_, {}).substr(begin);
  }

 private:
  std::string_view rest_;
};

Result<Fault> refuse_fault(std::string_view text, std::string_view why) {
  return fail(ErrorCode::InvalidConfig, fmt::format("kraftlab.faults: \"{}\": {}", text, why));
}

std::optional<ErrorCode> error_named(std::string_view wanted) {
  for (int code = 1; code < 200; ++code) {
    if (name(static_cast<ErrorCode>(code)) == wanted) {
      return static_cast<ErrorCode>(code);
    }
  }
  return std::nullopt;
}

// The APIs whose requests are looked into: their topics, and an error for each partition.
bool names_topics(ApiKey key) {
  return key == ApiKey::Produce || key == ApiKey::OffsetCommit;
}

// Whether `after` has something to say of it.
bool is_answered_late(FaultAction action) {
  switch (action) {
    case FaultAction::Lose:
    case FaultAction::Refuse:
    case FaultAction::Stall:
    case FaultAction::Mute:
    case FaultAction::Twice:
    case FaultAction::Mark:
      return false;
    case FaultAction::Delay:
    case FaultAction::Error:
    case FaultAction::FailWrite:
    case FaultAction::FailSync:
    case FaultAction::SlowDisk:
    case FaultAction::MoveClock:
    case FaultAction::Rebalance:
      return true;
  }
  return false;
}

// What follows `at`.
Result<Fault> parse_occasion(std::string_view text, Words& words, Fault fault) {
  if (words.take("record") && fault.api == ApiKey::Produce) {
    fault.count = FaultCount::Records;
  } else if (words.take("offset") && fault.api == ApiKey::OffsetCommit) {
    fault.count = FaultCount::Offset;
  } else if (!words.take("request")) {
    return refuse_fault(text, "`request`, `record` (of Produce) or `offset` (of OffsetCommit) "
                              "comes after `at`");
  }
  const auto nth = words.number();
  if (!nth) {
    return refuse_fault(text, "a number from 1 on is missing");
  }
  fault.nth = *nth;
  if (words.take("times")) {
    fault.times = words.number().value_or(0);
    if (fault.times == 0) {
      return refuse_fault(text, "`times` takes a number from 1 on");
    }
  }
  if (!words.take_ms("after", fault.after_ms) || fault.after_ms < 0) {
    return refuse_fault(text, "`after` takes milliseconds, like `after 300 ms`");
  }
  if (fault.after_ms > 0 && !is_answered_late(fault.action)) {
    return refuse_fault(text, "`after` says when an answer comes: lose, refuse, stall, mute, twice "
                              "and mark do not take it");
  }
  const bool takes_by =
      fault.action == FaultAction::SlowDisk || fault.action == FaultAction::MoveClock;
  if (!words.take_ms("by", fault.by_ms) || takes_by != (fault.by_ms != 0) ||
      (fault.action == FaultAction::SlowDisk && fault.by_ms < 0)) {
    return refuse_fault(text, "slow-disk and move-clock, and they alone, take `by 300 ms`");
  }
  if (fault.action == FaultAction::Mark) {
    fault.deed = words.take("then") ? words.rest() : std::string_view{};
    if (fault.deed.empty()) {
      return refuse_fault(text, "mark needs `then` and what is to be done");
    }
  }
  if (!words.done()) {
    return refuse_fault(text, "there is more than one fault says");
  }
  if (fault.action == FaultAction::Delay && fault.after_ms == 0) {
    return refuse_fault(text, "delay needs `after N ms`");
  }
  return fault;
}

Result<Fault> parse_fault(std::string_view text) {
  Fault fault;
  fault.text = text;
  Words words(text);
  const std::string_view action = words.next();
  const auto* named = std::ranges::find(action_names, action, &ActionName::name);
  if (named == std::end(action_names)) {
    return refuse_fault(text, "lose, refuse, stall, mute, delay, twice, error NAME, fail-write, "
                              "fail-sync, slow-disk, move-clock, rebalance or mark comes first");
  }
  fault.action = named->action;
  if (fault.action == FaultAction::Error) {
    const auto error = error_named(words.next());
    if (!error) {
      return refuse_fault(text, "error takes the name of an error, like NOT_ENOUGH_REPLICAS");
    }
    fault.error = *error;
  }
  const std::string_view api = words.next();
  const auto* row = std::ranges::find(api_table, api, &ApiInfo::name);
  if (row == std::end(api_table)) {
    return refuse_fault(text, "an API's name is missing, like Produce");
  }
  fault.api = row->key;
  if (fault.action == FaultAction::Error && !names_topics(fault.api)) {
    return refuse_fault(text, "only Produce and OffsetCommit can be answered with an error");
  }
  if (words.take("of")) {
    fault.topic = words.next();
    if (!names_topics(fault.api)) {
      return refuse_fault(text, "`of TOPIC` is for Produce and OffsetCommit");
    }
  }
  if (!words.take("at")) {
    return refuse_fault(text, "`at request N` or `at record N` is missing");
  }
  return parse_occasion(text, words, std::move(fault));
}

template <class M>
std::optional<M> body_of(const RequestFrame& request) {
  auto message = decode<M>(request.body, request.header.api_version);
  return message ? std::optional(std::move(*message)) : std::nullopt;
}

int64_t record_count(std::span<const uint8_t> records) {
  int64_t count = 0;
  // What cannot be read is counted as far as it can: the handler refuses it.
  (void)for_each_batch(records, [&](const BatchView& batch) { count += batch.count(); });
  return count;
}

template <class M>
void learn(std::span<const uint8_t> body, int16_t version, const auto& note) {
  if (const auto answer = decode<M>(body, version)) {
    for (const auto& topic : answer->topics) {
      if constexpr (requires { topic.name.has_value(); }) {
        note(topic.name.value_or(""), topic.topic_id);
      } else {
        note(topic.name, topic.topic_id);
      }
    }
  }
}

template <class M>
Result<Bytes> frame_of(const RequestHeader& header, const M& answer) {
  Writer out;
  if (auto done = encode_response_frame(header.api_version, header.correlation_id, answer, out);
      !done) {
    return std::unexpected(done.error());
  }
  return out.take();
}

}  // namespace

Result<FaultPlan> FaultPlan::parse(std::string_view text) {
  FaultPlan plan;
  while (!text.empty()) {
    const size_t end = std::min(text.find_first_of(";\n"), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    line.remove_prefix(std::min(line.find_first_not_of(" \t\r"), line.size()));
    line = line.substr(0, line.find_last_not_of(" \t\r") + 1);
    if (line.empty()) {
      continue;
    }
    auto fault = parse_fault(line);
    if (!fault) {
      return std::unexpected(fault.error());
    }
    plan.faults_.push_back(std::move(*fault));
  }
  plan.progress_.resize(plan.faults_.size());
  return plan;
}

// How far this request brings the fault; 0 if it has nothing to do with it.
int64_t FaultPlan::weight(const Fault& fault, const Progress& progress,
                          const RequestFrame& request) const {
  if (request.header.api_key != static_cast<int16_t>(fault.api)) {
    return 0;
  }
  if (fault.topic.empty() && fault.count == FaultCount::Requests) {
    return 1;
  }
  auto is_ours = [&](const auto& topic) {
    return fault.topic.empty() || topic.name == fault.topic ||
           progress.ids.contains(topic.topic_id);
  };
  int64_t requests = 0;
  int64_t records = 0;
  int64_t offset = 0;
  if (fault.api == ApiKey::Produce) {
    const auto message = body_of<ProduceRequest>(request);
    for (size_t t = 0; message && t < message->topic_data.size(); ++t) {
      const auto& topic = message->topic_data[t];
      requests = is_ours(topic) ? 1 : requests;
      for (size_t p = 0; is_ours(topic) && p < topic.partition_data.size(); ++p) {
        records += record_count(topic.partition_data[p].records.bytes);
      }
    }
  } else if (fault.api == ApiKey::OffsetCommit) {
    const auto message = body_of<OffsetCommitRequest>(request);
    for (size_t t = 0; message && t < message->topics.size(); ++t) {
      const auto& topic = message->topics[t];
      requests = is_ours(topic) ? 1 : requests;
      for (size_t p = 0; is_ours(topic) && p < topic.partitions.size(); ++p) {
        offset = std::max(offset, topic.partitions[p].committed_offset);
      }
    }
  }
  switch (fault.count) {
    case FaultCount::Requests:
      return requests;
    case FaultCount::Records:
      return records;
    case FaultCount::Offset:
      break;
  }
  if (progress.fired > 0) {
    return offset >= fault.nth ? 1 : 0;  // a retry of the same offset, too
  }
  return offset - progress.seen;  // `seen` becomes the highest offset so far
}

const Fault* FaultPlan::on_request(const RequestFrame& request) {
  const Fault* fired = nullptr;
  for (size_t i = 0; i < faults_.size(); ++i) {
    Progress& progress = progress_[i];
    const bool is_over = progress.fired == faults_[i].times;
    const int64_t more = is_over ? 0 : weight(faults_[i], progress, request);
    if (more <= 0) {
      continue;
    }
    progress.seen += more;
    if (fired == nullptr && progress.seen >= faults_[i].nth) {
      ++progress.fired;
      fired = &faults_[i];
    }
  }
  return fired;
}

void FaultPlan::on_response(ApiKey key, int16_t api_version, std::span<const uint8_t> frame) {
  if (key != ApiKey::Metadata && key != ApiKey::CreateTopics) {
    return;
  }
  const auto answer = decode_response_frame(frame, key, api_version);
  if (!answer) {
    return;
  }
  auto note = [&](const std::string& topic, const Uuid& id) {
    for (size_t i = 0; i < faults_.size(); ++i) {
      if (faults_[i].topic == topic && id != Uuid{}) {
        progress_[i].ids.insert(id);
      }
    }
  };
  if (key == ApiKey::Metadata) {
    learn<MetadataResponse>(answer->body, api_version, note);
  } else {
    learn<CreateTopicsResponse>(answer->body, api_version, note);
  }
}

Result<Bytes> error_answer(const RequestFrame& request, ErrorCode error) {
  const auto code = static_cast<int16_t>(error);
  if (auto produce = body_of<ProduceRequest>(request);
      produce && request.header.api_key == static_cast<int16_t>(ApiKey::Produce) &&
      produce->acks != 0) {  // who asked for no answer would take one for another's
    ProduceResponse answer;
    for (const auto& topic : produce->topic_data) {
      auto& answered = answer.responses.emplace_back();
      answered.name = topic.name;
      answered.topic_id = topic.topic_id;
      for (const auto& partition : topic.partition_data) {
        auto& result = answered.partition_responses.emplace_back();
        result.index = partition.index;
        result.error_code = code;
        result.base_offset = -1;
      }
    }
    return frame_of(request.header, answer);
  }
  if (auto commit = body_of<OffsetCommitRequest>(request);
      commit && request.header.api_key == static_cast<int16_t>(ApiKey::OffsetCommit)) {
    OffsetCommitResponse answer;
    for (const auto& topic : commit->topics) {
      auto& answered = answer.topics.emplace_back();
      answered.name = topic.name;
      answered.topic_id = topic.topic_id;
      for (const auto& partition : topic.partitions) {
        answered.partitions.push_back({partition.partition_index, code});
      }
    }
    return frame_of(request.header, answer);
  }
  return fail(ErrorCode::InvalidRequest,
              fmt::format("no error can be made up for API {}", request.header.api_key));
}

}  // namespace kafka
