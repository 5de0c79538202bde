// Lab 13, the rules: payments on two brokers. The network between them breaks, then the leader
// dies: what was acknowledged must be on the other. What each follower had copied is what it
// fetched.
//
// The note they teach: notes/isr.md.
#include "labs/13_two_brokers/rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "labs/common/check.h"
#include "labs/common/cluster_run.h"
#include "labs/common/replica_view.h"
#include "protocol/api/03_metadata.h"

namespace kraftlab {
namespace {

using kafka::ErrorCode;

constexpr std::string_view kTopic = "payments";
constexpr const char* kQuestion = "writes_with_one_broker";

RunData make_data(uint64_t seed) {
  WordMaker make(seed);
  RunData data{.lab = "13", .seed = seed};
  for (const char* part : {"morning", "afternoon"}) {
    const uint64_t count = make.number(12, 20);
    for (uint64_t i = 0; i < count; ++i) {
      data.lists[part].push_back(
          fmt::format("{} payment {} of {} EUR", part, make.word(8), make.number(1, 900)));
    }
    data.acts.push_back({{"STEP", part}, {"CLIENT_ID", part}});
  }
  data.nodes = {"broker", "broker", "controller"};
  data.broker = {
      {"replica.lag.time.max.ms", "1000"},     {"replica.fetch.wait.max.ms", "200"},
      {"replica.fetch.backoff.ms", "100"},     {"broker.session.timeout.ms", "2000"},
      {"broker.heartbeat.interval.ms", "300"}, {"offsets.topic.replication.factor", "1"}};
  return data;
}

bool is_refused(const SentRecord& record) {
  return record.error == static_cast<int16_t>(ErrorCode::NotEnoughReplicas) ||
         record.error == static_cast<int16_t>(ErrorCode::NotEnoughReplicasAfterAppend);
}

int node_of(const History& history, const SentRecord& record) {
  return kraftlab::node_of(history.exchanges.at(record.frame - 1));
}

int64_t answered_us(const History& history, const SentRecord& record) {
  return history.exchanges.at(record.frame - 1).response_time_us;
}

int other(int broker) {
  return broker == 1 ? 2 : 1;
}

// The broker that is to die, or has died: who last took or refused a payment until then. Not "who
// took the morning's": on a busy machine another may lead before anything is done to the brokers.
int leader_of(const History& history) {
  if (const Deed* kill = find_deed(history, "kill ")) {
    return std::stoi(kill->text.substr(5));
  }
  int leader = 0;
  for (const SentRecord& record : sent_records(history, kTopic)) {
    leader = record.is_stored() || is_refused(record) ? node_of(history, record) : leader;
  }
  return leader;
}

// How far the other broker had copied by then: the offset that its last Fetch asked for.
std::optional<FollowerFetch> copied_by(const History& history, int leader, int64_t until_us) {
  std::optional<FollowerFetch> furthest;
  for (const FollowerFetch& fetch : follower_fetches(history, kTopic)) {
    if (fetch.leader == leader && fetch.time_us <= until_us &&
        (!furthest || fetch.offset > furthest->offset)) {
      furthest = fetch;
    }
  }
  return furthest;
}

// The ISR is one broker now: it has said so itself, or it refuses (when it was the controller that
// took the other one out). Not "since the cut": on a busy machine that is written down late.
bool is_alone(const History& history) {
  const auto changes = isr_changes(history, kTopic);
  return (!changes.empty() && changes.back().isr.size() == 1) ||
         std::ranges::any_of(sent_records(history, kTopic), is_refused);
}

// 1. The morning is over and copied: the network between the brokers is cut, the afternoon begins.
// 2. The follower is out of the ISR, and the leader has taken or refused a payment since: it dies.
// 3. The other has shown what it can do alone: the dead one is revived and the network mended.
std::vector<std::string> cue(const History& history) {
  std::vector<std::string> deeds;
  const int leader = leader_of(history);
  const auto morning = static_cast<int64_t>(history.run.list("morning").size());
  const auto copied = copied_by(history, leader, INT64_MAX);
  const Deed* cut = find_deed(history, "cut ");
  if (cut == nullptr && (!copied || copied->offset < morning)) {
    return deeds;
  }
  deeds.insert(deeds.end(), {"cut 1 2", "act 2"});
  if (cut == nullptr || !is_alone(history)) {
    return deeds;
  }
  const auto sent = sent_records(history, kTopic);
  const bool tried = std::ranges::any_of(sent, [&](const SentRecord& record) {
    return node_of(history, record) == leader && answered_us(history, record) >= cut->time_us &&
           (record.is_stored() || is_refused(record));
  });
  if (!tried) {
    return deeds;
  }
  deeds.push_back(fmt::format("kill {}", leader));
  const Deed* kill = find_deed(history, deeds.back());
  const bool shown = kill != nullptr && std::ranges::any_of(sent, [&](const SentRecord& record) {
                       return node_of(history, record) == other(leader) &&
                              record.arrived_us > kill->time_us &&
                              (record.is_stored() || is_refused(record));
                     });
  if (shown) {
    deeds.push_back("heal");
    deeds.push_back(fmt::format("revive {}", leader));
  }
  return deeds;
}

std::string death_line(const History& history) {
  const Deed* cut = find_deed(history, "cut ");
  const Deed* kill = find_deed(history, "kill ");
  if (cut == nullptr || kill == nullptr) {
    return {};
  }
  return fmt::format(
      "the brokers were cut off from each other after frame {}; after frame {} broker {} was "
      "killed",
      cut->after_frame, kill->after_frame, kill->text.substr(5));
}

// What cluster.properties says; empty if nothing. Of several lines the last counts.
std::string setting_of(const History& history, const std::string& name) {
  const std::string words = fmt::format("setting {}=", name);
  std::string value;
  for (const Deed& deed : history.deeds) {
    value = deed.text.starts_with(words) ? deed.text.substr(words.size()) : value;
  }
  return value;
}

// How many partitions the topic has, and the frame that first says so; 0 if none does.
std::pair<uint64_t, size_t> partitions_told(const History& history) {
  std::pair<uint64_t, size_t> told;
  for_each<kafka::MetadataRequest, kafka::MetadataResponse>(
      history, [&](const Exchange& exchange, const auto&, const kafka::MetadataResponse* response) {
        for (size_t t = 0; response != nullptr && t < response->topics.size(); ++t) {
          const size_t partitions = response->topics[t].partitions.size();
          if (response->topics[t].name == kTopic && partitions > told.second) {
            told = {exchange.frame, partitions};
          }
        }
      });
  return told;
}

Finding topic_has_two_replicas(const History& history) {
  const std::string expected = "payments has a replica on each of the two brokers";
  if (const Deed* refused = find_deed(history, "settings refused: ")) {
    return fail_with({expected, refused->text, "correct that line of cluster.properties", {}},
                     true);
  }
  if (const auto [frame, partitions] = partitions_told(history); partitions > 1) {
    return fail_with(
        {expected + ", and one partition",
         fmt::format("frame {}: Metadata names {} partitions of payments", frame, partitions),
         "who leads, who copies and who dies is judged in payments-0: leave num.partitions (or "
         "--partitions) at 1",
         {}},
        true);
  }
  for (const LeaderTold& told : leaders_told(history, kTopic)) {
    if (told.replicas.size() == 1) {
      return fail_with(
          {expected,
           fmt::format("frame {}: Metadata names the replicas of payments-0: only broker {}",
                       told.frame, told.replicas[0]),
           "a second broker is not yet replication: each topic says how many replicas it has. "
           "default.replication.factor, or --replication-factor when you create it",
           {}},
          true);
    }
    if (told.replicas.size() == 2) {
      return pass_with(expected, fmt::format("frame {}: both brokers", told.frame));
    }
  }
  const std::string factor = setting_of(history, "default.replication.factor");
  if (!factor.empty() && factor != "1" && factor != "2") {
    return fail_with({expected,
                      fmt::format("nobody was told of a topic payments; cluster.properties: "
                                  "default.replication.factor={}",
                                  factor),
                      "there are two brokers, and each can have one replica: with another factor "
                      "no topic can be made",
                      {}});
  }
  return fail_with({expected,
                    "nobody was told of a topic payments",
                    "does the program make the topic, or write into it?",
                    {}});
}

Finding all_is_asked_for(const History& history) {
  const std::string expected = "every payment is sent with acks=all (-1)";
  for (const SentRecord& record : sent_records(history, kTopic)) {
    if (record.acks != -1) {
      return fail_with({expected,
                        fmt::format("frame {}: acks = {} for {}", record.frame, record.acks,
                                    shown(record.value.value_or(""))),
                        "with acks=1 the leader answers before anybody has fetched the record from "
                        "it. What it took in its last moments dies with it",
                        {}},
                       true);
    }
  }
  return pass_with(expected, counted(sent_records(history, kTopic).size(), "record") + " sent so");
}

Finding nothing_acknowledged_dies(const History& history) {
  const std::string expected =
      "what was acknowledged before the leader's death had been fetched by the other broker";
  const Deed* kill = find_deed(history, "kill ");
  if (kill == nullptr) {
    return pass_with(expected, "nobody has died yet");
  }
  const int leader = leader_of(history);
  const auto copied = copied_by(history, leader, kill->time_us);
  size_t acknowledged = 0;
  for (const StoredRecord& record : stored_records(history, kTopic)) {
    if (node_of(history, record) != leader || answered_us(history, record) > kill->time_us) {
      continue;
    }
    ++acknowledged;
    if (!copied || record.offset >= copied->offset) {
      return fail_with({expected,
                        fmt::format("frame {}: {} was acknowledged at offset {}; the other broker "
                                    "had fetched up to {} (frame {})",
                                    record.frame, shown(record.value.value_or("")), record.offset,
                                    copied ? copied->offset : 0, copied ? copied->frame : 0),
                        "acks=all means all that are in sync now, and when the follower fell out "
                        "that was the leader alone. min.insync.replicas says how many must be left",
                        death_line(history)},
                       true);
    }
  }
  return pass_with(expected, fmt::format("{} acknowledged, {} fetched", acknowledged,
                                         copied ? copied->offset : 0));
}

Finding all_arrive_at_last(const History& history) {
  const auto stored = stored_records(history, kTopic);
  const std::string expected =
      "at the end all payments of the morning and of the afternoon are acknowledged";
  for (const char* part : {"morning", "afternoon"}) {
    const auto missing = missing_from(stored, history.run.list(part));
    if (!missing.empty()) {
      return fail_with(
          {expected,
           fmt::format("{} of the {} are missing; the first: {}: {}", missing.size(), part,
                       shown(missing[0]), fate_of(sent_records(history, kTopic), missing[0])),
           "NOT_ENOUGH_REPLICAS is an error that passes: wait for the delivery report (flush) as "
           "long as it takes, and know both brokers",
           death_line(history)});
    }
  }
  const Deed* cut = find_deed(history, "cut ");
  const auto sent = sent_records(history, kTopic);
  if (cut != nullptr && find_deed(history, "kill ") == nullptr &&
      std::ranges::none_of(
          sent, [&](const SentRecord& record) { return record.arrived_us > cut->time_us; })) {
    return fail_with({expected,
                      fmt::format("after frame {} the brokers were cut off from each other, and no "
                                  "payment was sent since",
                                  cut->after_frame),
                      "STEP=morning sends the lines of morning.txt, STEP=afternoon those of "
                      "afternoon.txt",
                      {}});
  }
  for (const char* deed : {"cut ", "kill ", "revive "}) {
    if (find_deed(history, deed) == nullptr) {
      Finding finding;
      finding.outcome = Outcome::Inconclusive;
      finding.expected = expected;
      finding.saw = fmt::format("the planned \"{}\" did not come about", deed);
      return finding;
    }
  }
  return pass_with(expected, fmt::format("all {}", stored.size()));
}

Finding prediction_is_right(const History& history) {
  const std::string expected =
      fmt::format("answers.txt says {}=no: that is what this run showed", kQuestion);
  const auto answers = answers_of(history);
  const auto found = answers.find(kQuestion);
  const std::string answer = found == answers.end() ? "" : found->second;
  const auto sent = sent_records(history, kTopic);
  const auto refused = std::ranges::find_if(sent, is_refused);
  const std::string frame = refused == sent.end()
                                ? ""
                                : fmt::format("frame {}: {}; ", refused->frame,
                                              kafka::name(static_cast<ErrorCode>(refused->error)));
  if (answer != "no") {
    return fail_with({expected,
                      answer.empty() ? frame + "answers.txt leaves it open"
                                     : fmt::format("{}answers.txt says {}", frame, shown(answer)),
                      "of two replicas two have to be in sync: while one is away nothing is lost, "
                      "and nothing is taken either. Who wants both needs a third broker",
                      death_line(history)},
                     true);
  }
  return pass_with(expected, frame + "answers.txt says no");
}

constexpr Rule kRules[] = {
    {"13.1", "the topic has a replica on each broker",
     "Replication is a property of a topic's partitions, not of the number of brokers. With\n"
     "factor 1 the second broker has other partitions and no copies.\n"
     "Read on: notes/replication.md",
     topic_has_two_replicas},
    {"13.2", "the producer waits for all in-sync replicas",
     "A leader copies nothing to anybody: followers fetch. With acks=1 the answer goes out\n"
     "before they have; with acks=all when everyone in the ISR has asked for what comes behind\n"
     "the record.\n"
     "Read on: notes/acks.md",
     all_is_asked_for},
    {"13.3", "what was acknowledged survives its leader",
     "The grader cuts the follower off. After replica.lag.time.max.ms the leader takes it out of\n"
     "the ISR (AlterPartition to the controller), and all of the ISR is then the leader itself.\n"
     "The rule compares each acknowledged offset with the last Fetch of the follower before the\n"
     "leader died.\n"
     "Read on: notes/isr.md, broker/core/replica/partition.h",
     nothing_acknowledged_dies},
    {"13.4", "all payments are acknowledged at last",
     "What was refused was refused for a time. The follower's network comes back, the dead\n"
     "broker comes back, the ISR is whole again; a producer that went on retrying gets\n"
     "everything stored.\n"
     "Read on: notes/producer.md",
     all_arrive_at_last},
    {"13.5", "the price is known",
     "Two brokers, two replicas, both needed: the death of either stops writing. That is a choice\n"
     "between losing payments and refusing them, and it can be made only by who knows it.\n"
     "Read on: notes/isr.md",
     prediction_is_right},
};

}  // namespace

LabCode two_brokers_lab() {
  return {.id = "13", .make_data = make_data, .rules = kRules, .make_files = nullptr, .cue = cue};
}

}  // namespace kraftlab
