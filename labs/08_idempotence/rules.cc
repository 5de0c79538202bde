// Lab 08, the rules: payments through a broker that refuses one batch for a moment and loses one
// answer. What is stored, in which order, how often, and under which producer id and sequence.
//
// The note they teach: labs/08_idempotence/README.md.
#include "labs/08_idempotence/rules.h"

#include <fmt/format.h>

#include <algorithm>

#include "labs/common/check.h"

namespace kraftlab {
namespace {

constexpr std::string_view kTopic = "payments";
constexpr size_t kRefusal = 0;  // the planned faults
constexpr size_t kLostAnswer = 1;

RunData make_data(uint64_t seed) {
  WordMaker make(seed);
  RunData data{.lab = "08", .seed = seed};
  const uint64_t count = make.number(100, 140);
  for (uint64_t i = 0; i < count; ++i) {
    data.lists["payments"].push_back(
        fmt::format("payment {} of {} EUR", make.word(8), make.number(1, 900)));
  }
  data.topics = {{.name = std::string(kTopic)}};
  data.faults = {
      fmt::format("error NOT_ENOUGH_REPLICAS Produce of payments at record {} after 300 ms",
                  make.number(3, 12)),
      fmt::format("lose Produce of payments at record {}", make.number(55, 75))};
  return data;
}

// The second place of the first value that stands twice, with its first; nothing if none does.
struct Repeat {
  StoredRecord first;
  StoredRecord second;
};

std::optional<Repeat> first_repeat(const History& history, bool idempotent) {
  std::optional<Repeat> found;
  for (const auto& [value, places] : by_value(acknowledged_records(history, kTopic, 0))) {
    for (size_t i = 1; i < places.size(); ++i) {
      const bool both = places[0].producer_id >= 0 && places[i].producer_id >= 0;
      if (both == idempotent && (!found || places[i].offset < found->second.offset)) {
        found = {places[0], places[i]};
      }
    }
  }
  return found;
}

Finding all_are_stored(const History& history) {
  const auto& payments = history.run.list("payments");
  const auto sent = sent_records(history, kTopic);
  const auto missing = missing_from(stored_records(history, kTopic), payments);
  const std::string expected =
      fmt::format("all {} lines of payments.txt stand in payments", payments.size());
  if (missing.empty()) {
    return pass_with(expected, fmt::format("all {} stand there", payments.size()));
  }
  if (sent.empty()) {
    return fail_with({expected,
                      "no Produce request names payments",
                      "does the program send, and wait (flush) until all is answered?",
                      {}});
  }
  const SentRecord* last = last_sent(sent, missing.front());
  const bool was_refused = last != nullptr && last->acks != 0;
  return fail_with({expected, missing_line(missing, payments.size(), sent),
                    was_refused ? "an error that passes is to be tried again: what do retries and "
                                  "delivery.timeout.ms (message.timeout.ms) allow?"
                    : last == nullptr
                        ? "does the program come to the end of the file, and wait (flush) there?"
                        : "with acks=0 the broker never answers, so nobody tries again: acks=all",
                    was_refused ? history.fault_line(kRefusal) : ""});
}

Finding order_is_kept(const History& history) {
  const auto& payments = history.run.list("payments");
  const std::string expected = "payments stand in the order of payments.txt";
  const auto places = by_value(acknowledged_records(history, kTopic, 0));
  const StoredRecord* before = nullptr;
  for (const std::string& payment : payments) {
    const auto found = places.find(payment);
    if (found == places.end()) {
      continue;  // rule 1 has said so
    }
    const StoredRecord& here = found->second.front();
    if (before != nullptr && here.offset < before->offset) {
      return fail_with({expected,
                        fmt::format("frame {}: {} stands at offset {}, and the payment before it "
                                    "in the file, {}, behind it at offset {} (frame {})",
                                    here.frame, shown(payment), here.offset, shown(*before->value),
                                    before->offset, before->frame),
                        "while one batch waits for its retry, the batches behind it go on: how "
                        "many requests may be in flight, and who puts them in order?",
                        history.fault_line(kRefusal)});
    }
    before = &here;
  }
  return pass_with(expected, "every payment stands behind the one before it");
}

// After the lost answer somebody has to ask: the batch is sent once more, or the log is looked at.
bool anybody_asked(const History& history, const Exchange& lost) {
  const auto sent = sent_records(history, kTopic);
  const auto in_doubt = std::ranges::find(sent, lost.frame, &SentRecord::frame);
  return in_doubt == sent.end() ||
         std::ranges::any_of(sent,
                             [&](const SentRecord& record) {
                               return record.frame > lost.frame && record.value == in_doubt->value;
                             }) ||
         std::ranges::any_of(history.exchanges, [&](const Exchange& exchange) {
           const auto api = static_cast<kafka::ApiKey>(exchange.header.api_key);
           return exchange.frame > lost.frame &&
                  (api == kafka::ApiKey::Fetch || api == kafka::ApiKey::ListOffsets);
         });
}

Finding retries_are_recognised(const History& history) {
  const std::string expected =
      "the retry carries the same producer id and sequence, and is recognised";
  if (const auto repeat = first_repeat(history, false)) {
    return fail_with(
        {expected,
         fmt::format("frame {}: producer_id = {}; {} stands at offsets {} and {}",
                     repeat->second.frame, repeat->second.producer_id, shown(*repeat->second.value),
                     repeat->first.offset, repeat->second.offset),
         "without a producer id the broker cannot tell a retry from a new payment: "
         "enable.idempotence",
         history.fault_line(kLostAnswer)});
  }
  const Exchange* lost = history.fault(kLostAnswer);
  if (lost != nullptr && !anybody_asked(history, *lost)) {
    return fail_with(
        {expected,
         fmt::format("no retry of frame {} came, and nobody looked at the log", lost->frame),
         "here the answer was lost and the batch is stored. The next time it is the "
         "request, and its payments are missing: let the client send it again",
         history.fault_line(kLostAnswer)});
  }
  return pass_with(expected, "no payment of a client without producer id stands twice");
}

Finding program_sends_once(const History& history) {
  const std::string expected =
      "the program hands each payment to its client once; retrying is the client's work";
  if (const auto repeat = first_repeat(history, true)) {
    return fail_with(
        {expected,
         fmt::format("frames {} and {}: {} with sequence {} and with sequence {}; it stands at "
                     "offsets {} and {}",
                     repeat->first.frame, repeat->second.frame, shown(*repeat->second.value),
                     repeat->first.sequence, repeat->second.sequence, repeat->first.offset,
                     repeat->second.offset),
         "a payment that is produced again gets a new sequence, so that it is a new payment to the "
         "broker; wait for the delivery report instead",
         history.fault_line(kLostAnswer)});
  }
  return pass_with(expected, fmt::format("{} of {} payments at one offset each",
                                         by_value(acknowledged_records(history, kTopic, 0)).size(),
                                         history.run.list("payments").size()));
}

constexpr Rule kRules[] = {
    {"08.1", "every payment is stored",
     "In each run the broker refuses one batch with NOT_ENOUGH_REPLICAS, an error that passes:\n"
     "the same batch is welcome a moment later. A client that is told not to retry drops its\n"
     "records. The rule decodes every acknowledged Produce request and looks for each line of\n"
     "payments.txt.\n"
     "Read on: notes/request_path.md",
     all_are_stored},
    {"08.2", "retries do not change the order",
     "The refused batch is sent again after a pause. Batches that are in flight meanwhile are\n"
     "appended first, and the retry lands behind them. Fewer requests in flight make that rarer,\n"
     "and are no promise: librdkafka may send the next batch while the refused one waits, even\n"
     "with one at a time. The broker can keep the order: to an idempotent producer it answers\n"
     "OUT_OF_ORDER_SEQUENCE_NUMBER for a batch that comes too early, and the client sends that\n"
     "one again too.\n"
     "Read on: broker/core/log/producer_state.h",
     order_is_kept},
    {"08.3", "a retry must not append twice",
     "The broker appends a batch and its answer is lost on the way. To the client that looks the\n"
     "same as a request that never arrived, so it has to send again, and a plain producer's\n"
     "batch is appended again. An idempotent producer first asks for a producer id\n"
     "(InitProducerId) and numbers its records; the broker remembers the last five batches of\n"
     "each id and partition, and answers a repeated one with the offsets it already has.\n"
     "Not to send again is no way out: the client cannot know that it was only the answer.\n"
     "Read on: broker/handlers/22_init_producer_id.cc, broker/core/log/producer_state.h",
     retries_are_recognised},
    {"08.4", "the program leaves retrying to its client",
     "Idempotence protects the batches that the client repeats. When the program itself produces\n"
     "the same payment again, because a report was slow, the record gets the next sequence: the\n"
     "broker must take it for a new one. So wait for the delivery report, however long; what is\n"
     "reported as failed after delivery.timeout.ms is a question for a person, not for a loop.\n"
     "Read on: labs/08_idempotence/README.md",
     program_sends_once},
};

}  // namespace

LabCode idempotence_lab() {
  return {"08", make_data, kRules};
}

}  // namespace kraftlab
