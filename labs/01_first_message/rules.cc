// Lab 01, the rules. Each is a pure function of the history; their order is the order in which a
// learner meets the steps, so the first that fails is the one to mend.
//
// The note they teach: labs/01_first_message/README.md.
#include "labs/01_first_message/rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "labs/common/check.h"
#include "labs/common/topic_view.h"
#include "protocol/api/00_produce.h"
#include "protocol/api/01_fetch.h"
#include "protocol/api/19_create_topics.h"

namespace kraftlab {
namespace {

constexpr std::string_view kTopic = "cities";
constexpr int kCities = 12;

// Invented names, so that nobody has them in a file already.
RunData make_data(uint64_t seed) {
  static constexpr const char* kHeads[] = {"Nor", "Vel", "Kas", "Tir", "Omb", "Sel", "Dra", "Lum"};
  static constexpr const char* kMiddles[] = {"a", "e", "i", "o", "u", "ara", "eli", "oni"};
  static constexpr const char* kTails[] = {"grad", "ville", "burg", "polis", "stad", "mouth", "by"};
  std::mt19937_64 random(seed);
  auto pick = [&](const auto& choices) { return choices[random() % std::size(choices)]; };
  RunData data{.lab = "01", .seed = seed, .lists = {}};
  std::set<std::string> used;
  auto& cities = data.lists["cities"];
  while (cities.size() < kCities) {
    std::string city = std::string(pick(kHeads)) + pick(kMiddles) + pick(kTails);
    if (used.insert(city).second) {
      cities.push_back(std::move(city));
    }
  }
  return data;
}

std::string quoted(const std::vector<std::string>& lines, size_t at) {
  return at < lines.size() ? "\"" + lines[at] + "\"" : "nothing";
}

// 01.1 ------------------------------------------------------------------------------------------

Finding topic_was_created(const History& history) {
  using kafka::CreateTopicsRequest;
  using kafka::CreateTopicsResponse;
  Finding finding;
  finding.expected = "CreateTopics for cities with 1 partition and replication factor 1";
  finding.outcome = Outcome::Fail;
  finding.saw = "no CreateTopics request names cities";
  finding.advice =
      "kafka-topics.sh --create; a topic that appears by itself has whatever partitions the "
      "broker's defaults give it";
  bool is_made = false;  // by the learner, with other sizes
  for_each<CreateTopicsRequest, CreateTopicsResponse>(
      history, [&](const Exchange& exchange, const CreateTopicsRequest& request,
                   const CreateTopicsResponse* response) {
        for (size_t i = 0; i < request.topics.size(); ++i) {
          const auto& topic = request.topics[i];
          if (topic.name != kTopic || finding.outcome == Outcome::Pass) {
            continue;
          }
          const int16_t error = response != nullptr && i < response->topics.size()
                                    ? response->topics[i].error_code
                                    : int16_t{-1};
          const bool is_there = error == static_cast<int16_t>(kafka::ErrorCode::TopicAlreadyExists);
          if (is_there && is_made) {
            continue;
          }
          finding.saw = fmt::format(
              "frame {}: CreateTopics num_partitions = {}, replication_factor = {}, answered {}",
              exchange.frame,
              topic.assignments.empty() ? topic.num_partitions
                                        : static_cast<int32_t>(topic.assignments.size()),
              topic.replication_factor, kafka::name(static_cast<kafka::ErrorCode>(error)));
          const bool is_placed = !topic.assignments.empty();  // --replica-assignment 1
          const bool sizes_fit =
              is_placed ? topic.assignments.size() == 1
                        : (topic.num_partitions == 1 || topic.num_partitions == -1) &&
                              (topic.replication_factor == 1 || topic.replication_factor == -1);
          if (error == 0 && sizes_fit && !request.validate_only) {
            finding.outcome = Outcome::Pass;
          } else if (error == 0 && !request.validate_only) {
            is_made = true;
            finding.advice = "one partition, one replica: --partitions 1 --replication-factor 1";
          } else if (is_there) {
            finding.advice =
                "the topic was there before you created it: a producer or consumer that names an "
                "unknown topic makes the broker create it. Create it first";
          }
        }
      });
  if (finding.outcome == Outcome::Fail && finding.saw.starts_with("no ")) {
    if (auto produced = first_produce(history, kTopic)) {
      finding.saw += fmt::format(
          "; frame {}: Produce found cities all the same, because the broker had created it by "
          "itself (auto.create.topics.enable)",
          *produced);
    }
  }
  return finding;
}

// 01.2 ------------------------------------------------------------------------------------------

Finding cities_were_written(const History& history) {
  const std::vector<std::string>& cities = history.run.list("cities");
  const std::vector<StoredRecord> stored = acknowledged_records(history, kTopic, 0);
  Finding finding;
  finding.expected =
      fmt::format("the {} lines of cities.txt, one record each, in order", cities.size());
  finding.advice =
      "kafka-console-producer.sh sends each line of its input as one message: ... --topic cities < "
      "\"$LAB_DATA/cities.txt\"";
  std::vector<std::string> values;
  for (const StoredRecord& record : stored) {
    values.push_back(record.value.value_or(""));
  }
  if (values == cities) {
    finding.outcome = Outcome::Pass;
    finding.saw = fmt::format("{} records at offsets {} to {}", stored.size(),
                              stored.front().offset, stored.back().offset);
    return finding;
  }
  finding.outcome = Outcome::Fail;
  if (stored.empty()) {
    const auto sent = sent_records(history, kTopic);
    finding.saw = sent.empty() ? "no record was appended to cities"
                               : fmt::format("no record is acknowledged; of the first, {}",
                                             fate_of(sent, sent.front().value.value_or("")));
    return finding;
  }
  const size_t same = static_cast<size_t>(
      std::mismatch(values.begin(), values.end(), cities.begin(), cities.end()).first -
      values.begin());
  finding.saw = fmt::format("{} records; the first difference is at place {}: {} where {} belongs",
                            values.size(), same + 1, quoted(values, same), quoted(cities, same));
  if (same < stored.size()) {
    finding.saw = fmt::format("frame {}: ", stored[same].frame) + finding.saw;
  }
  return finding;
}

// 01.3 and 01.4 ---------------------------------------------------------------------------------

Finding somebody_read(const History& history) {
  const std::vector<FetchSeen> fetches = fetches_of(history, kTopic, 0);
  Finding finding;
  finding.expected = "Fetch requests for cities from a consumer";
  finding.advice =
      "a broker pushes to nobody: without a consumer that asks, the cities stay unread. Is the "
      "last command a consumer, and does it name the topic?";
  if (!fetches.empty()) {
    finding.outcome = Outcome::Pass;
    finding.saw = fmt::format("frame {}: Fetch from offset {}", fetches.front().frame,
                              fetches.front().offset);
    return finding;
  }
  finding.outcome = Outcome::Fail;
  const size_t writers = producer_connections(history, kTopic);
  finding.saw = fmt::format("no Fetch names cities; {} connection{} produced to it", writers,
                            writers == 1 ? "" : "s");
  if (auto idle = idle_producer(history)) {
    finding.saw += fmt::format(
        "; after that, frame {} came from another producer (client id {}), which sent nothing: is "
        "the second command a producer too?",
        idle->frame, idle->header.client_id.value_or("none"));
  }
  return finding;
}

Finding all_was_read(const History& history) {
  const std::vector<FetchSeen> fetches = fetches_of(history, kTopic, 0);
  const auto last = static_cast<int64_t>(history.run.list("cities").size()) - 1;
  Finding finding;
  finding.expected = fmt::format("fetched records from offset 0 to offset {}", last);
  std::set<int64_t> covered;
  for (const FetchSeen& fetch : fetches) {
    for (int64_t offset = fetch.first_returned; offset <= fetch.last_returned; ++offset) {
      covered.insert(offset);
    }
  }
  covered.erase(covered.upper_bound(last), covered.end());
  covered.erase(covered.begin(), covered.lower_bound(0));
  if (covered.size() == static_cast<size_t>(last + 1)) {
    finding.outcome = Outcome::Pass;
    finding.saw = fmt::format("frame {}: the first Fetch asks from offset {}; all {} came",
                              fetches.front().frame, fetches.front().offset, last + 1);
    return finding;
  }
  finding.outcome = Outcome::Fail;
  const int64_t begin = fetches.empty() ? -1 : fetches.front().offset;
  finding.saw =
      fmt::format("frame {}: the first Fetch asks from offset {}; {} of {} records came",
                  fetches.empty() ? 0 : fetches.front().frame, begin, covered.size(), last + 1);
  finding.advice = begin > 0 ? "the consumer began at the end of the log, where nothing was yet to "
                               "come: --from-beginning"
                             : "the consumer ended before it had read everything: look at "
                               "--max-messages and --timeout-ms";
  return finding;
}

constexpr Rule kRules[] = {
    {"01.1", "the topic is created on purpose",
     "A producer or consumer that names an unknown topic asks for its metadata, and a broker\n"
     "with auto.create.topics.enable=true (the default) creates it then and there, with\n"
     "num.partitions and default.replication.factor. It works, and that is the trap: the number\n"
     "of partitions and replicas is a decision, and a misspelt name becomes a topic of its own.\n"
     "The rule wants to see a CreateTopics request (API key 19) for `cities`, answered without\n"
     "error.\n"
     "Read on: broker/handlers/19_create_topics.cc, broker/handlers/auto_create.h",
     topic_was_created},
    {"01.2", "every city is written once, in order",
     "A record is written when the broker has answered the Produce request (API key 0) that\n"
     "carried it, not when the program printed something. The rule decodes the record batches of\n"
     "all acknowledged Produce requests to partition 0 of `cities` and compares their values\n"
     "with the run's cities.txt.\n"
     "Read on: notes/request_path.md, protocol/record_batch.h",
     cities_were_written},
    {"01.3", "a consumer reads",
     "Kafka's consumers pull: a consumer sends Fetch requests (API key 1), each with the offset\n"
     "from which it wants to read. The broker sends nothing unasked. The rule wants to see at\n"
     "least one Fetch for `cities`.\n"
     "Read on: broker/handlers/01_fetch.cc",
     somebody_read},
    {"01.4", "everything is read from the first message on",
     "A consumer without a committed position follows auto.offset.reset. The console consumer's\n"
     "is `latest`: it asks ListOffsets for the end of the log and reads only what arrives\n"
     "afterwards. With --from-beginning it begins at the earliest offset. The rule looks at the\n"
     "offsets of the records that Fetch responses carried: together they must cover every city.\n"
     "Read on: broker/handlers/02_list_offsets.cc",
     all_was_read},
};

}  // namespace

LabCode first_message_lab() {
  return {"01", make_data, kRules};
}

}  // namespace kraftlab
