// Lab 07, the rules: orders go to a broker that refuses one batch for good, and a ledger says which
// are stored. The ledger is right when it says what the log says.
//
// The note they teach: labs/07_acks/README.md.
#include "labs/07_acks/rules.h"

#include <fmt/format.h>

#include <algorithm>

#include "labs/common/check.h"

namespace kraftlab {
namespace {

constexpr std::string_view kOrders = "orders";
constexpr std::string_view kLedger = "ledger";

RunData make_data(uint64_t seed) {
  WordMaker make(seed);
  RunData data{.lab = "07", .seed = seed};
  const uint64_t count = make.number(80, 120);
  for (uint64_t i = 0; i < count; ++i) {
    data.lists["orders"].push_back(
        fmt::format("order {} for {} EUR", make.word(8), make.number(1, 900)));
  }
  data.topics = {{.name = std::string(kOrders)}, {.name = std::string(kLedger)}};
  data.faults = {
      fmt::format("error POLICY_VIOLATION Produce of orders at record {}", make.number(15, 45))};
  return data;
}

Finding all_are_sent(const History& history) {
  const auto& orders = history.run.list("orders");
  const auto sent = sent_records(history, kOrders);
  const auto never = std::ranges::find_if(
      orders, [&](const std::string& order) { return last_sent(sent, order) == nullptr; });
  const std::string expected =
      fmt::format("Produce requests with all {} lines of orders.txt", orders.size());
  if (never == orders.end()) {
    return pass_with(expected, fmt::format("frame {}: the first", sent[0].frame));
  }
  return fail_with({expected,
                    sent.empty() ? "no Produce request names orders"
                                 : fmt::format("no Produce request carried {}", shown(*never)),
                    "did the program end while messages were still in its queue (flush)? Did its "
                    "client give up after the refused batch?",
                    history.fault_line(0)});
}

Finding acks_are_all(const History& history) {
  const std::string expected = "acks = -1 (all) in every Produce request for orders";
  const auto sent = sent_records(history, kOrders);
  for (const SentRecord& record : sent) {
    if (record.acks != -1) {
      return fail_with({expected,
                        fmt::format("frame {}: acks = {}", record.frame, record.acks),
                        record.acks == 0 ? "with acks=0 the broker never answers: there is nothing "
                                           "a ledger could be written from"
                                         : "with acks=1 the leader answers before its followers "
                                           "have the record: when it dies then, the record is gone",
                        {}});
    }
  }
  return pass_with(expected, sent.empty() ? "no Produce request names orders, none with other acks"
                                          : "every request has acks = -1");
}

Finding ledger_is_true(const History& history) {
  const auto stored = by_value(stored_records(history, kOrders));
  const auto sent = sent_records(history, kOrders);
  const std::string expected = "the ledger names only orders that the broker has stored";
  for (const StoredRecord& entry : stored_records(history, kLedger)) {
    const std::string order = entry.value.value_or("");
    if (!stored.contains(order)) {
      return fail_with(
          {expected,
           fmt::format("frame {}: the ledger says {} at offset {}; {}", entry.frame, shown(order),
                       entry.offset, fate_of(sent, order)),
           "produce() returning is no proof. The delivery report is: it says stored, or why not",
           history.fault_line(0)});
    }
  }
  return pass_with(expected, counted(stored_records(history, kLedger).size(), "record") +
                                 " in the ledger, each of an order that is stored");
}

Finding ledger_is_complete(const History& history) {
  const auto ledger = by_value(stored_records(history, kLedger));
  const std::string expected = "the ledger names every order that the broker has stored, once";
  const auto stored = stored_records(history, kOrders);
  if (stored.empty()) {
    const auto& orders = history.run.list("orders");
    return fail_with(
        {expected,
         fmt::format("not one of {} orders is stored, so that the ledger proves "
                     "nothing; of the first, {}",
                     orders.size(), fate_of(sent_records(history, kOrders), orders[0])),
         "one batch is refused: all orders in one batch are all refused. Send them in "
         "several, as the starter does: batch.num.messages (librdkafka), batch.size",
         history.fault_line(0)});
  }
  for (const StoredRecord& order : stored) {
    const auto entries = ledger.find(order.value.value_or(""));
    const size_t times = entries == ledger.end() ? 0 : entries->second.size();
    if (times != 1) {
      return fail_with({expected,
                        fmt::format("{} stands at offset {} of orders and {} in the ledger",
                                    shown(order.value.value_or("")), order.offset,
                                    times == 0 ? "not" : fmt::format("{} times", times)),
                        "write one entry for each delivery report without error, and flush again: "
                        "the ledger is written by a producer too",
                        history.fault_line(0)});
    }
  }
  return pass_with(expected,
                   fmt::format("{} of {} orders are stored, and the ledger says so",
                               by_value(stored).size(), history.run.list("orders").size()));
}

constexpr Rule kRules[] = {
    {"07.1", "orders are sent with acks=all",
     "acks says when the leader answers: 0 never, 1 when it has appended, all (-1) when every\n"
     "replica in sync has. Only the last survives the death of the leader. With one broker all\n"
     "three end the same, on a good day; the choice is made before the bad one.\n"
     "Read on: broker/handlers/00_produce.cc",
     acks_are_all},
    {"07.2", "every order is sent",
     "A message that produce() took is in a queue of your process until a Produce request\n"
     "carries it. The rule looks for each line of orders.txt in the Produce requests, whatever\n"
     "their answer.\n"
     "Read on: notes/request_path.md",
     all_are_sent},
    {"07.3", "the ledger says nothing that is not so",
     "In each run the broker refuses one batch with POLICY_VIOLATION, an error that no retry\n"
     "mends. Those orders are not stored, and only the delivery report tells. The rule compares\n"
     "the records of `ledger` with the acknowledged records of `orders`.\n"
     "Read on: labs/07_acks/README.md",
     ledger_is_true},
    {"07.4", "the ledger misses nothing",
     "For each order that the broker acknowledged, one entry. A ledger that is written before the\n"
     "last report, or not flushed, ends too early. Where all orders went in the one batch that is\n"
     "refused, nothing is stored and an empty ledger shows nothing.\n"
     "Read on: labs/07_acks/README.md",
     ledger_is_complete},
};

}  // namespace

LabCode acks_lab() {
  return {"07", make_data, kRules};
}

}  // namespace kraftlab
