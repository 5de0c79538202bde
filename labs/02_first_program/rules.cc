// Lab 02, the rules: a program sends this run's orders, reads them as a group, and says how far it
// has read.
//
// The note they teach: labs/02_first_program/README.md.
#include "labs/02_first_program/rules.h"

#include <fmt/format.h>

#include <algorithm>

#include "labs/common/check.h"
#include "protocol/api/11_join_group.h"

namespace kraftlab {
namespace {

constexpr std::string_view kTopic = "orders";
constexpr std::string_view kGroup = "shop";

RunData make_data(uint64_t seed) {
  WordMaker make(seed);
  RunData data{.lab = "02", .seed = seed};
  const uint64_t count = make.number(24, 60);
  for (uint64_t i = 0; i < count; ++i) {
    const std::string id = make.word(8);
    data.lists["orders"].push_back(fmt::format(R"({{"order":"{}","item":"{}","amount":{}.{:02}}})",
                                               id, make.word(6), make.number(1, 400),
                                               make.number(0, 99)));
  }
  data.topics = {{.name = std::string(kTopic)}};
  return data;
}

Finding orders_are_this_runs(const History& history) {
  const auto& orders = history.run.list("orders");
  const auto sent = sent_records(history, kTopic);
  const std::string expected = "Produce requests for orders with lines of this run's orders.txt";
  if (sent.empty()) {
    return fail_with({expected,
                      "no Produce request names orders",
                      "a producer collects messages and sends them in the background; a program "
                      "that ends before that has sent nothing. Where does yours wait (flush)?",
                      {}});
  }
  for (const SentRecord& record : sent) {
    if (std::ranges::find(orders, record.value.value_or("")) == orders.end()) {
      return fail_with({expected,
                        fmt::format("frame {}: {} is not a line of this run's orders.txt",
                                    record.frame, shown(record.value.value_or(""))),
                        "every run has other orders: read them from $LAB_DATA/orders.txt, and send "
                        "each line as it is",
                        {}});
    }
  }
  const std::string software = software_of(history, sent[0].connection);
  return pass_with(expected,
                   fmt::format("frame {}: the first, from {}", sent[0].frame,
                               software.empty() ? "a client that gave no name" : software));
}

Finding all_orders_are_stored(const History& history) {
  const auto& orders = history.run.list("orders");
  const auto stored = acknowledged_records(history, kTopic, 0);
  const std::string expected = fmt::format("the {} lines of orders.txt, once each", orders.size());
  const auto missing = missing_from(stored, orders);
  if (!missing.empty()) {
    return fail_with(
        {expected,
         missing_line(missing, orders.size(), sent_records(history, kTopic)),
         "produce() only puts a message into a queue. Wait for the queue to empty (flush), and "
         "look at the delivery reports",
         {}});
  }
  for (const auto& [value, places] : by_value(stored)) {
    if (places.size() > 1) {
      return fail_with({expected,
                        fmt::format("frame {}: {} stands at offsets {} and {}", places[1].frame,
                                    shown(value), places[0].offset, places[1].offset),
                        "send each line once",
                        {}});
    }
  }
  return pass_with(expected,
                   fmt::format("offsets {} to {}", stored.front().offset, stored.back().offset));
}

bool has_member(const History& history) {
  bool found = false;
  for_each<kafka::JoinGroupRequest, kafka::JoinGroupResponse>(
      history, [&](const Exchange&, const kafka::JoinGroupRequest& request,
                   const kafka::JoinGroupResponse* response) {
        found = found ||
                (request.group_id == kGroup && response != nullptr && response->error_code == 0);
      });
  return found;
}

Finding group_reads(const History& history) {
  const std::string expected = "a consumer of the group shop that fetches orders from offset 0 on";
  const auto last = static_cast<int64_t>(history.run.list("orders").size()) - 1;
  const auto fetches = fetches_of(history, kTopic, 0);
  if (fetches.empty()) {
    return fail_with({expected,
                      "no Fetch names orders",
                      "subscribe to orders and poll: a broker pushes to nobody",
                      {}});
  }
  int64_t first = INT64_MAX;
  int64_t reached = -1;
  for (const FetchSeen& fetch : fetches) {
    if (fetch.first_returned >= 0) {
      first = std::min(first, fetch.first_returned);
      reached = std::max(reached, fetch.last_returned);
    }
  }
  if (first > 0 || reached < last) {
    return fail_with(
        {expected,
         fmt::format("frame {}: the first Fetch asks from offset {}; of offsets 0 to {} {} came",
                     fetches[0].frame, fetches[0].offset, last,
                     reached < 0 ? "none" : fmt::format("{} to {}", first, reached)),
         "a group without a position begins where auto.offset.reset says: earliest",
         {}});
  }
  if (!has_member(history)) {
    return fail_with(
        {expected,
         fmt::format("frame {}: the first Fetch; offsets 0 to {} came, but nobody "
                     "joined the group shop",
                     fetches[0].frame, reached),
         "subscribe() makes a consumer a member of its group.id; assign(), kcat -C and "
         "a consumer without group.id read without one",
         {}});
  }
  return pass_with(expected, fmt::format("frame {}: the first Fetch; offsets 0 to {} came",
                                         fetches[0].frame, reached));
}

Finding position_is_committed(const History& history) {
  const auto next = static_cast<int64_t>(history.run.list("orders").size());
  const std::string expected =
      fmt::format("group shop commits offset {}: the one after the last order", next);
  const CommitSeen* last = nullptr;
  const auto commits = commits_of(history, kTopic);
  for (const CommitSeen& commit : commits) {
    if (commit.group == kGroup && commit.error == 0) {
      last = &commit;
    }
  }
  if (last == nullptr) {
    return fail_with({expected,
                      commits.empty() ? "no OffsetCommit names orders"
                                      : fmt::format("frame {}: the group {} commits, not shop",
                                                    commits[0].frame, commits[0].group),
                      "commit when you have read to the end, and close the consumer",
                      {}});
  }
  if (last->offset != next) {
    return fail_with(
        {expected,
         fmt::format("frame {}: the last OffsetCommit says {}", last->frame, last->offset),
         last->offset == next - 1
             ? "what is committed is the offset to read next, not the one that was read last"
             : "the number of orders is another in every run: read until the end of the partition "
               "and not a fixed count",
         {}});
  }
  return pass_with(expected, fmt::format("frame {}: OffsetCommit {}", last->frame, last->offset));
}

constexpr Rule kRules[] = {
    {"02.1", "a program sends this run's orders",
     "A client library turns messages into Produce requests (API key 0) in the background, some\n"
     "milliseconds later. The rule wants to see such requests for `orders`, with records that\n"
     "stand in this run's orders.txt and nothing else.\n"
     "Read on: notes/request_path.md",
     orders_are_this_runs},
    {"02.2", "every order is stored, once",
     "produce() returned: that means that the message is in a queue of your own process. It is\n"
     "sent when a batch is full or linger.ms is over, and it is stored when the broker has\n"
     "answered. A program that ends before that takes the queue with it. flush() waits; the\n"
     "delivery report says what became of each message.\n"
     "Read on: broker/handlers/00_produce.cc",
     all_orders_are_stored},
    {"02.3", "a consumer group reads from the first order on",
     "A consumer subscribes as a member of a group, is given partitions, and fetches. A group\n"
     "that has no committed position yet begins where auto.offset.reset says: `latest`, the\n"
     "default, is the end, where nothing is to be read; `earliest` is the first record.\n"
     "Read on: broker/handlers/11_join_group.cc, broker/handlers/01_fetch.cc",
     group_reads},
    {"02.4", "the position behind the last order is committed",
     "A group's position is a number that its members write into the topic __consumer_offsets\n"
     "(OffsetCommit, API key 8): the offset to read next. After N records that is N. A program\n"
     "that stops after a fixed count works until the day there are more.\n"
     "Read on: broker/handlers/08_offset_commit.cc",
     position_is_committed},
};

}  // namespace

LabCode first_program_lab() {
  return {"02", make_data, kRules};
}

}  // namespace kraftlab
