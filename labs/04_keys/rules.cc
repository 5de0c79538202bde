// Lab 04, the rules: orders of many customers over three partitions, beside a producer in Java that
// writes to the same topic. Keys, partitions, order, and what an offset is good for.
//
// The note they teach: labs/04_keys/README.md.
#include "labs/04_keys/rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "labs/common/check.h"
#include "labs/common/murmur2.h"

namespace kraftlab {
namespace {

constexpr std::string_view kOrders = "orders";
constexpr std::string_view kReceipts = "receipts";
constexpr int kPartitions = 3;
constexpr int kCustomers = 9;

// A line is "customer<TAB>order".
struct Order {
  std::string customer;
  std::string text;
};

std::vector<Order> orders_of(const RunData& run) {
  std::vector<Order> orders;
  for (const std::string& line : run.list("orders")) {
    const size_t tab = line.find('\t');
    orders.push_back({line.substr(0, tab), line.substr(tab + 1)});
  }
  return orders;
}

// Three customers for each partition, so that every run has work for all of them.
RunData make_data(uint64_t seed) {
  WordMaker make(seed);
  std::vector<std::string> customers;
  std::vector<int> have(kPartitions, 0);
  while (customers.size() < kCustomers) {
    std::string name = make.word(7);
    if (have[static_cast<size_t>(partition_of(name, kPartitions))]++ < kCustomers / kPartitions) {
      customers.push_back(std::move(name));
    }
  }
  RunData data{.lab = "04", .seed = seed};
  const uint64_t count = make.number(60, 90);
  for (uint64_t i = 0; i < count; ++i) {
    const std::string& customer =
        i < kCustomers ? customers[i] : customers[make.number(0, kCustomers - 1)];
    data.lists["orders"].push_back(fmt::format("{}\t{} orders {} of {}", customer, customer,
                                               make.number(1, 20), make.word(8)));
  }
  data.topics = {{.name = std::string(kOrders), .partitions = kPartitions},
                 {.name = std::string(kReceipts)}};
  return data;
}

std::string shown_key(const std::optional<std::string>& key) {
  return key ? shown(*key) : "null";
}

Finding all_are_stored(const History& history) {
  const auto orders = orders_of(history.run);
  std::vector<std::string> texts;
  for (const Order& order : orders) {
    texts.push_back(order.text);
  }
  const auto stored = stored_records(history, kOrders);
  const auto missing = missing_from(stored, texts);
  const std::string expected =
      fmt::format("{} records in orders: of each line, what stands behind the tab", orders.size());
  if (missing.empty() && stored.size() == orders.size()) {
    return pass_with(expected, fmt::format("all {}", stored.size()));
  }
  for (const auto& [text, places] : by_value(stored)) {
    const bool known = std::ranges::find(texts, text) != texts.end();
    if (missing.empty() && (!known || places.size() > 1)) {
      return fail_with({expected,
                        known ? fmt::format("{} records: {} stands {} times", stored.size(),
                                            shown(text), places.size())
                              : fmt::format("frame {}: {} is no order of this run", places[0].frame,
                                            shown(text)),
                        "send each order of the file once, and nothing else",
                        {}});
    }
  }
  return fail_with({expected,
                    missing_line(missing, orders.size(), sent_records(history, kOrders)),
                    "the key is what stands before the tab, the value what stands behind it",
                    {}});
}

Finding keys_are_customers(const History& history) {
  std::map<std::string, std::string> customer_of;
  for (const Order& order : orders_of(history.run)) {
    customer_of[order.text] = order.customer;
  }
  const std::string expected = "each record's key is its customer";
  for (const StoredRecord& record : stored_records(history, kOrders)) {
    const auto owner = customer_of.find(record.value.value_or(""));
    if (owner != customer_of.end() && record.key != owner->second) {
      return fail_with({expected,
                        fmt::format("frame {}: {} has the key {}; its customer is {}", record.frame,
                                    shown(*record.value), shown_key(record.key), owner->second),
                        "records without key are spread over the partitions, and then nothing "
                        "keeps a customer's orders in order",
                        {}});
    }
  }
  return pass_with(expected, "every key is a customer");
}

Finding work_is_spread(const History& history) {
  std::map<int32_t, size_t> counts;
  for (const StoredRecord& record : stored_records(history, kOrders)) {
    ++counts[record.partition];
  }
  const std::string expected = "orders in more than one of the 3 partitions";
  std::string saw;
  for (int32_t partition = 0; partition < kPartitions; ++partition) {
    saw +=
        fmt::format("{}partition {}: {}", partition == 0 ? "" : ", ", partition, counts[partition]);
  }
  // Another hash may leave one of three empty for nine keys; which hash it is, the next rule says.
  if (std::ranges::count_if(counts, [](const auto& c) { return c.second > 0; }) > 1) {
    return pass_with(expected, saw);
  }
  return fail_with({expected,
                    saw,
                    "one partition keeps all order and all load: only one consumer of a group can "
                    "read it. Let the partitioner choose by key",
                    {}});
}

Finding partition_is_murmur2(const History& history) {
  const std::string expected = "partition = murmur2(key) mod 3, where Java producers put that key";
  size_t wrong = 0;
  std::optional<StoredRecord> first;
  const auto stored = stored_records(history, kOrders);
  for (const StoredRecord& record : stored) {
    if (record.key && partition_of(*record.key, kPartitions) != record.partition) {
      first = first ? first : std::optional(record);
      ++wrong;
    }
  }
  if (!first) {
    return pass_with(expected, "every key is where a Java producer would have put it");
  }
  return fail_with(
      {expected,
       fmt::format("frame {}: key {} went to partition {}; a Java producer puts it into {} ({} of "
                   "{} records differ)",
                   first->frame, shown_key(first->key), first->partition,
                   partition_of(*first->key, kPartitions), wrong, stored.size()),
       "librdkafka hashes with CRC32 unless told otherwise: partitioner=murmur2_random",
       {}});
}

Finding customers_keep_their_order(const History& history) {
  std::map<std::string, std::vector<std::string>> wanted;
  for (const Order& order : orders_of(history.run)) {
    wanted[order.customer].push_back(order.text);
  }
  std::map<std::string, std::vector<std::string>> found;
  for (const StoredRecord& record : stored_records(history, kOrders)) {
    found[record.key.value_or("")].push_back(record.value.value_or(""));
  }
  const std::string expected = "each customer's orders stand in the order of orders.txt";
  for (const auto& [customer, texts] : wanted) {
    if (found[customer] != texts) {
      const auto [here, there] = std::ranges::mismatch(found[customer], texts);
      return fail_with({expected,
                        fmt::format("of {}: {} stands where {} belongs", customer,
                                    here == found[customer].end() ? "nothing" : shown(*here),
                                    there == texts.end() ? "nothing" : shown(*there)),
                        "send in the order of the file, from one producer",
                        {}});
    }
  }
  return pass_with(expected, counted(wanted.size(), "customer") + ", each in order");
}

Finding receipts_name_places(const History& history) {
  const auto receipts = by_value(stored_records(history, kReceipts));
  const std::string expected = "for each order one receipt, PARTITION/OFFSET";
  for (const auto& [text, entries] : receipts) {
    if (entries.size() > 1) {
      return fail_with({expected,
                        fmt::format("frames {} and {}: two orders got the receipt {}",
                                    entries[0].frame, entries[1].frame, shown(text)),
                        "an offset counts within its partition: each of the three has its own 0, "
                        "1, 2. Only with the partition it names a record",
                        {}});
    }
  }
  std::set<std::string> places;
  for (const StoredRecord& order : stored_records(history, kOrders)) {
    const std::string place = fmt::format("{}/{}", order.partition, order.offset);
    places.insert(place);
    const auto receipt = receipts.find(place);
    if (receipt == receipts.end() || receipt->second[0].key != order.key) {
      return fail_with(
          {expected,
           receipt == receipts.end()
               ? fmt::format("{} stands at {}, and no receipt says so ({} in receipts)",
                             shown(order.value.value_or("")), place,
                             counted(stored_records(history, kReceipts).size(), "record"))
               : fmt::format("frame {}: the receipt {} has the key {}; the order there is of {}",
                             receipt->second[0].frame, place, shown_key(receipt->second[0].key),
                             shown_key(order.key)),
           "the delivery report of an order says partition and offset: send the receipt then, with "
           "the customer as key",
           {}});
    }
  }
  if (receipts.size() > places.size()) {
    const auto extra = std::ranges::find_if(
        receipts, [&](const auto& receipt) { return !places.contains(receipt.first); });
    return fail_with(
        {expected,
         fmt::format("frame {}: the receipt {} names no order ({} for {})", extra->second[0].frame,
                     shown(extra->first), counted(receipts.size(), "receipt"),
                     counted(places.size(), "order")),
         "send a receipt for each delivery report of an order, and no other",
         {}});
  }
  return pass_with(expected, counted(receipts.size(), "receipt") + ", each for one order");
}

constexpr Rule kRules[] = {
    {"04.1", "every order is stored once",
     "A line of orders.txt is CUSTOMER<TAB>ORDER. The record's value is the order; the rule\n"
     "looks for each in the acknowledged Produce requests, over all partitions.\n"
     "Read on: protocol/record_batch.h",
     all_are_stored},
    {"04.2", "the key is the customer",
     "A record has a key and a value, both bytes. The key decides the partition, and so what it\n"
     "is in order with. A record without key goes wherever the client likes: modern ones fill a\n"
     "batch for one partition, then for another.\n"
     "Read on: labs/04_keys/README.md",
     keys_are_customers},
    {"04.3", "the work is spread over the partitions",
     "Partitions are how a topic grows beyond one disk and one consumer. Naming one partition for\n"
     "everything gives the order back, and takes the rest.\n"
     "Read on: labs/04_keys/README.md",
     work_is_spread},
    {"04.4", "equal keys meet, whoever sends them",
     "The broker does not choose the partition: each client does, and they do not hash alike.\n"
     "Java's clients take murmur2, librdkafka's take CRC32 unless they are told. Two services\n"
     "that write the same keys with different hashes put one customer into two partitions. The\n"
     "rule computes murmur2 of each key and compares.\n"
     "Read on: labs/common/murmur2.h",
     partition_is_murmur2},
    {"04.5", "a customer's orders keep their order",
     "Within one partition the log's order is the order of appending. Over several there is none.\n"
     "Read on: labs/04_keys/README.md",
     customers_keep_their_order},
    {"04.6", "a receipt names partition and offset",
     "Offsets are counted in each partition from 0 on, so that in three partitions there are\n"
     "three records with offset 7. What names a record is topic, partition and offset together.\n"
     "Read on: notes/log_on_disk.md",
     receipts_name_places},
};

}  // namespace

LabCode keys_lab() {
  return {"04", make_data, kRules};
}

}  // namespace kraftlab
