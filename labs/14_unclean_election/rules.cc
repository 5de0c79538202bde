// Lab 14, the rules: a ledger that must not lose and clicks that must go on, on two brokers of
// which the one that is left lacks the noon. Who may lead, what is lost, and what a reader does
// about it.
//
// The note they teach: notes/leader_and_follower.md.
#include "labs/14_unclean_election/rules.h"

#include <fmt/format.h>

#include <algorithm>

#include "broker/core/evidence.h"
#include "labs/14_unclean_election/policy.h"
#include "labs/common/check.h"
#include "labs/common/cluster_run.h"
#include "labs/common/replica_view.h"
#include "protocol/api/01_fetch.h"

namespace kraftlab {
namespace {

constexpr std::string_view kLedger = "ledger";
constexpr std::string_view kClicks = "clicks";
constexpr std::string_view kSeen = "seen";
constexpr int kLeader = 1;  // of both topics, and the one that dies
constexpr int kFollower = 2;
constexpr const char* kQuestion = "clicks_survive_up_to";

RunData make_data(uint64_t seed) {
  WordMaker make(seed);
  RunData data{.lab = "14", .seed = seed};
  auto fill = [&](const std::string& list, const std::string& what) {
    const uint64_t count = make.number(8, 14);
    for (uint64_t i = 0; i < count; ++i) {
      data.lists[list].push_back(fmt::format("{} {}", what, make.word(9)));
    }
  };
  for (const char* step : {"morning", "noon"}) {
    fill(fmt::format("ledger-{}", step), fmt::format("{} booking", step));
    fill(fmt::format("clicks-{}", step), fmt::format("{} click", step));
  }
  fill("clicks-afternoon", "afternoon click");
  fill("ledger-evening", "evening booking");
  for (const char* step : {"morning", "noon", "read", "afternoon", "evening"}) {
    data.acts.push_back({{"STEP", step}, {"CLIENT_ID", step}});
  }
  data.nodes = {"broker", "broker", "controller"};
  data.topics = {{.name = std::string(kLedger), .replicas = "1:2"},
                 {.name = std::string(kClicks), .replicas = "1:2"},
                 {.name = std::string(kSeen), .replicas = "2"}};
  data.broker = {{"replica.lag.time.max.ms", "1000"},
                 {"replica.fetch.wait.max.ms", "200"},
                 {"replica.fetch.backoff.ms", "100"},
                 {"broker.session.timeout.ms", "2000"},
                 {"broker.heartbeat.interval.ms", "300"},
                 {"offsets.topic.replication.factor", "1"},
                 {"min.insync.replicas", "1"}};
  return data;
}

bool has_all(const History& history, std::string_view topic,
             std::initializer_list<const char*> lists) {
  const auto stored = stored_records(history, topic);
  return std::ranges::all_of(lists, [&](const char* list) {
    return missing_from(stored, history.run.list(list)).empty();
  });
}

// What the other broker had fetched of a topic when that deed was done: the offset it asked for
// last.
int64_t fetched(const History& history, std::string_view topic, int64_t until_us) {
  int64_t furthest = 0;
  for (const FollowerFetch& fetch : follower_fetches(history, topic)) {
    if (fetch.leader == kLeader && fetch.time_us <= until_us) {
      furthest = std::max(furthest, fetch.offset);
    }
  }
  return furthest;
}

// A Fetch of the reader for clicks that the other broker answered without error: it leads by then.
struct Resumed {
  uint64_t frame = 0;
  int64_t offset = 0;
};

std::optional<Resumed> resumed_at(const History& history) {
  const auto ids = topic_ids(history, kClicks);
  std::optional<Resumed> resumed;
  for_each<kafka::FetchRequest, kafka::FetchResponse>(
      history, [&](const Exchange& exchange, const kafka::FetchRequest& request,
                   const kafka::FetchResponse* response) {
        if (resumed || exchange.header.client_id != "read" || node_of(exchange) != kFollower ||
            response == nullptr || response->error_code != 0) {
          return;
        }
        for (const auto& topic : response->responses) {
          for (const auto& part : topic.partitions) {
            if (part.error_code != 0 || part.diverging_epoch.end_offset >= 0) {
              return;  // asked for what is not there
            }
          }
        }
        for (const auto& topic : request.topics) {
          if (topic.topic == kClicks || ids.contains(topic.topic_id)) {
            resumed = Resumed{exchange.frame, topic.partitions.at(0).fetch_offset};
          }
        }
      });
  return resumed;
}

// 1. The morning is written and copied: the brokers are cut off from each other, noon begins.
// 2. Noon is acknowledged, by the leader alone: the reader begins.
// 3. The reader has seen the noon: the leader dies.
// 4. The reader goes on at the other broker: the afternoon's clicks are written.
// 5. The reader has seen those, too: the dead broker is revived, and the evening's bookings come.
std::vector<std::string> cue(const History& history) {
  std::vector<std::string> deeds;
  for (const std::string topic : {"ledger", "clicks"}) {
    const auto size = static_cast<int64_t>(history.run.list(topic + "-morning").size());
    const std::string list = topic + "-morning";
    if (!has_all(history, topic, {list.c_str()}) || fetched(history, topic, INT64_MAX) < size) {
      return deeds;
    }
  }
  deeds.insert(deeds.end(), {fmt::format("cut {} {}", kLeader, kFollower), "act 2"});
  if (!has_all(history, kLedger, {"ledger-noon"}) || !has_all(history, kClicks, {"clicks-noon"})) {
    return deeds;
  }
  deeds.push_back("act 3");
  if (!has_all(history, kSeen, {"clicks-morning", "clicks-noon"})) {
    return deeds;
  }
  deeds.push_back(fmt::format("kill {}", kLeader));
  if (!resumed_at(history)) {
    return deeds;
  }
  deeds.push_back("act 4");
  if (!has_all(history, kSeen, {"clicks-afternoon"})) {
    return deeds;
  }
  deeds.insert(deeds.end(), {"heal", fmt::format("revive {}", kLeader), "act 5"});
  return deeds;
}

std::string death_line(const History& history) {
  const Deed* cut = find_deed(history, "cut ");
  const Deed* kill = find_deed(history, "kill ");
  return cut == nullptr || kill == nullptr
             ? ""
             : fmt::format(
                   "broker 2 was cut off after frame {}, so that noon came to broker 1 alone; "
                   "broker 1 was killed after frame {}",
                   cut->after_frame, kill->after_frame);
}

// Broker 2 took what was sent while nobody had done anything to broker 1: on a machine that is too
// busy for the heartbeats.
std::optional<uint64_t> led_too_early(const History& history) {
  for (const std::string topic : {"ledger", "clicks"}) {
    for (const SentRecord& record : stored_records(history, topic)) {
      const auto is_in = [&](const char* part) {
        const auto& lines = history.run.list(topic + part);
        return std::ranges::find(lines, record.value.value_or("")) != lines.end();
      };
      if (kafka::evidence::node_of(record.connection) == kFollower &&
          (is_in("-morning") || is_in("-noon"))) {
        return record.frame;
      }
    }
  }
  return std::nullopt;
}

Finding ledger_is_not_unclean(const History& history) {
  const std::string expected = "nobody may lead the ledger who lacks bookings: no unclean election";
  if (const Deed* refused = find_deed(history, "settings refused: ")) {
    return fail_with({expected, refused->text, "correct that line of cluster.properties", {}},
                     true);
  }
  if (const auto frame = led_too_early(history)) {
    Finding finding;
    finding.outcome = Outcome::Inconclusive;
    finding.expected = expected;
    finding.saw =
        fmt::format("frame {}: broker 2 leads while broker 1 lives: a busy machine", *frame);
    return finding;
  }
  const Policy policy = policy_of(history, kLedger);
  if (policy.value == "true") {
    return fail_with({expected,
                      fmt::format("frame {}: {}=true for ledger", policy.frame, kPolicy),
                      "an unclean leader begins where it stood and throws away what was "
                      "acknowledged since. A ledger waits for the broker that has it",
                      {}},
                     true);
  }
  const Deed* set = find_deed(history, fmt::format("setting {}=true", kPolicy));
  if (set != nullptr && policy.value.empty()) {
    return fail_with({expected,
                      fmt::format("cluster.properties: {}", set->text.substr(8)),
                      "the brokers' default counts for every topic that says nothing else. Say it "
                      "for clicks alone (kafka-configs.sh, or any admin client)",
                      {}},
                     find_deed(history, "cut ") != nullptr);
  }
  return pass_with(expected, policy.value.empty() ? "the ledger keeps the default"
                                                  : fmt::format("frame {}: the ledger says {}",
                                                                policy.frame, policy.value));
}

Finding clicks_go_on(const History& history) {
  const std::string expected = "clicks have a leader again while broker 1 is dead";
  const Deed* kill = find_deed(history, "kill ");
  const Deed* revive = find_deed(history, "revive ");
  for (const LeaderTold& told : leaders_told(history, kClicks)) {
    if (kill == nullptr || told.time_us < kill->time_us ||
        (revive != nullptr && told.time_us > revive->time_us)) {
      continue;
    }
    if (told.leader == -1) {
      return fail_with(
          {expected,
           fmt::format("frame {}: Metadata says leader {} for clicks-0", told.frame, told.leader),
           "a partition with leader -1 is not available, whatever copies there are: the one that "
           "is alive is not in sync. Clicks may take it all the same, if their topic allows an "
           "unclean election",
           death_line(history)},
          true);
    }
    if (told.leader == kFollower) {
      return pass_with(expected, fmt::format("frame {}: broker 2 leads", told.frame));
    }
  }
  return fail_with({expected,
                    kill == nullptr ? "the run did not come so far: morning and noon have to be "
                                      "written to ledger and clicks, and the clicks read into seen"
                                    : "nobody was told of a leader of clicks since",
                    "each STEP has its work: see the table in the README", death_line(history)});
}

// A Fetch of clicks by a program that does not call itself the reader.
const Exchange* nameless_reader(const History& history) {
  const auto ids = topic_ids(history, kClicks);
  const Exchange* found = nullptr;
  for_each<kafka::FetchRequest, kafka::FetchResponse>(
      history,
      [&](const Exchange& exchange, const kafka::FetchRequest& request, const auto*) {
        const bool follower = request.replica_id >= 0 || request.replica_state.replica_id >= 0;
        const bool clicks = std::ranges::any_of(request.topics, [&](const auto& topic) {
          return topic.topic == kClicks || ids.contains(topic.topic_id);
        });
        if (found == nullptr && clicks && !follower && exchange.header.client_id != "read") {
          found = &exchange;
        }
      });
  return found;
}

Finding reader_resumes(const History& history) {
  const auto resumed = resumed_at(history);
  const Deed* kill = find_deed(history, "kill ");
  const int64_t kept = kill == nullptr ? 0 : fetched(history, kClicks, kill->time_us);
  const std::string expected = fmt::format(
      "the reader, whose offset is gone, goes on where the new leader's log ends ({})", kept);
  if (const Exchange* nameless = nameless_reader(history); !resumed && nameless != nullptr) {
    return fail_with(
        {expected,
         fmt::format("frame {}: who fetches clicks calls itself {}", nameless->frame,
                     shown(nameless->header.client_id.value_or(""))),
         "set client.id to $CLIENT_ID in the consumer: by it the grader knows the reader",
         death_line(history)});
  }
  if (!resumed) {
    return fail_with({expected, "no Fetch of the reader was answered by broker 2",
                      "the reader is told OFFSET_OUT_OF_RANGE (or that the log was truncated), and "
                      "has to choose a position by itself",
                      death_line(history)});
  }
  const std::string saw =
      fmt::format("frame {}: it goes on at offset {}", resumed->frame, resumed->offset);
  if (resumed->offset == 0) {
    return fail_with({expected, saw,
                      "auto.offset.reset=earliest handles everything again and tells nobody. Let "
                      "the client report the error instead (auto.offset.reset=error), and go on at "
                      "the end of what the new leader has",
                      death_line(history)},
                     true);
  }
  return pass_with(expected, saw);
}

Finding clicks_are_seen(const History& history) {
  const std::string expected =
      "all clicks of the afternoon were read, and none of the morning twice";
  const auto seen = by_value(stored_records(history, kSeen));
  for (const std::string& click : history.run.list("clicks-morning")) {
    const auto found = seen.find(click);
    if (found != seen.end() && found->second.size() > 1) {
      return fail_with(
          {expected,
           fmt::format("frames {} and {}: {} was read twice", found->second[0].frame,
                       found->second[1].frame, shown(click)),
           "after the reset the reader has to go on, not to begin again", death_line(history)},
          true);
    }
  }
  for (const std::string& click : history.run.list("clicks-afternoon")) {
    if (!seen.contains(click)) {
      return fail_with({expected, fmt::format("{} is not in seen", shown(click)),
                        "does STEP=afternoon write the clicks, and does the reader live on?",
                        death_line(history)});
    }
  }
  return pass_with(expected, fmt::format("{} clicks in seen", seen.size()));
}

Finding ledger_is_whole(const History& history) {
  const std::string expected =
      "at the end all bookings are in the ledger, each at a place of its own";
  std::map<int64_t, SentRecord> places;
  for (const SentRecord& record : sent_records(history, kLedger)) {
    const auto [place, is_new] = places.try_emplace(record.offset, record);
    if (record.is_stored() && !is_new && place->second.value != record.value) {
      return fail_with(
          {expected,
           fmt::format(
               "frame {}: {} stands at offset {}, where {} was acknowledged before (frame {})",
               record.frame, shown(record.value.value_or("")), record.offset,
               shown(place->second.value.value_or("")), place->second.frame),
           "that booking is lost", death_line(history)},
          true);
    }
  }
  const auto stored = stored_records(history, kLedger);
  for (const char* list : {"ledger-morning", "ledger-noon", "ledger-evening"}) {
    const auto missing = missing_from(stored, history.run.list(list));
    if (!missing.empty()) {
      return fail_with({expected,
                        fmt::format("{} of {} are missing; the first is {}", missing.size(), list,
                                    shown(missing[0])),
                        "the ledger has no leader until broker 1 is back: the evening's producer "
                        "has to wait for it",
                        death_line(history)});
    }
  }
  return pass_with(expected, fmt::format("all {}", stored.size()));
}

// Broker 1 is back, follows broker 2, and is told where their histories part.
std::string truncation_line(const History& history) {
  const auto ids = topic_ids(history, kClicks);
  std::string line;
  for_each<kafka::FetchRequest, kafka::FetchResponse>(
      history, [&](const Exchange& exchange, const kafka::FetchRequest& request,
                   const kafka::FetchResponse* response) {
        const int32_t replica =
            request.replica_id >= 0 ? request.replica_id : request.replica_state.replica_id;
        if (replica != kLeader || response == nullptr || !line.empty()) {
          return;
        }
        for (const auto& topic : response->responses) {
          for (const auto& part : topic.partitions) {
            if ((topic.topic == kClicks || ids.contains(topic.topic_id)) &&
                part.diverging_epoch.end_offset >= 0) {
              line = fmt::format("; broker 1, revived, was told in frame {} to cut its log at {}",
                                 exchange.frame, part.diverging_epoch.end_offset);
            }
          }
        }
      });
  return line;
}

Finding loss_is_understood(const History& history) {
  const Deed* kill = find_deed(history, "kill ");
  const int64_t kept = kill == nullptr ? 0 : fetched(history, kClicks, kill->time_us);
  const auto all = static_cast<int64_t>(history.run.list("clicks-morning").size() +
                                        history.run.list("clicks-noon").size());
  const std::string expected = fmt::format("answers.txt says {}=fetched", kQuestion);
  const std::string shown_by = fmt::format(
      "the log of clicks ended at {}, its high watermark too, and all was acknowledged; broker 2 "
      "had fetched up to {}, and there it went on{}",
      all, kept, truncation_line(history));
  const auto answers = answers_of(history);
  const auto found = answers.find(kQuestion);
  if (found == answers.end() || found->second != "fetched") {
    return fail_with(
        {expected,
         fmt::format(
             "{}; answers.txt says {}", shown_by,
             found == answers.end() || found->second.empty() ? "nothing" : shown(found->second)),
         "the end of the leader's log says what the leader has. What survives it is what another "
         "has fetched",
         death_line(history)},
        true);
  }
  return pass_with(expected, shown_by);
}

constexpr Rule kRules[] = {
    {"14.1", "the ledger allows no unclean election",
     "unclean.leader.election.enable lets a replica lead that is not in sync. It begins an epoch\n"
     "at the end of its own log; whatever the old leader had beyond it is cut off when that\n"
     "comes back, acknowledged or not.\n"
     "Read on: broker/core/controller/partition_change.h",
     ledger_is_not_unclean},
    {"14.2", "clicks have a leader while the other broker is dead",
     "Without an unclean election a partition whose in-sync replicas are all dead has leader -1\n"
     "and waits. Metadata says so, and clients get LEADER_NOT_AVAILABLE.\n"
     "Read on: notes/leader_and_follower.md",
     clicks_go_on},
    {"14.3", "the reader goes on where the new leader's log ends",
     "The reader stands behind the end of the new leader's log. What it is told is\n"
     "OFFSET_OUT_OF_RANGE, and auto.offset.reset decides silently what comes next, unless it says\n"
     "error: then the program decides.\n"
     "Read on: broker/handlers/01_fetch.cc",
     reader_resumes},
    {"14.4", "every click of the afternoon is read, none of the morning twice",
     "The offsets of the afternoon's clicks are those of the noon's, which are gone. Only who\n"
     "went on at the end of the new log reads them all.\n"
     "Read on: notes/offset.md",
     clicks_are_seen},
    {"14.5", "no booking is lost",
     "The ledger had no leader for a while. That is the price: it waited for the one broker that\n"
     "had everything.\n"
     "Read on: notes/isr.md",
     ledger_is_whole},
    {"14.6", "what survives an unclean election is understood",
     "The high watermark is what all of the ISR have. When the ISR is the leader alone, it is\n"
     "the end of the leader's log, and says nothing of what others have.\n"
     "Read on: notes/high_watermark.md",
     loss_is_understood},
};

}  // namespace

LabCode unclean_election_lab() {
  return {.id = "14", .make_data = make_data, .rules = kRules, .make_files = nullptr, .cue = cue};
}

}  // namespace kraftlab
