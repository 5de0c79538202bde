// Lab 15, the rules: three controllers and one broker. The leading controller is isolated, one is
// killed, another one is killed, and both come back. A runbook says at each step who leads and what
// works; predictions are held against what the run shows.
//
// The note they teach: notes/quorum.md.
#include "labs/15_quorum/rules.h"

#include <fmt/format.h>

#include <algorithm>

#include "labs/15_quorum/quorum_view.h"
#include "labs/common/check.h"
#include "labs/common/cluster_run.h"
#include "labs/common/replica_view.h"
#include "protocol/api/52_vote.h"
#include "protocol/api/55_describe_quorum.h"

namespace kraftlab {
namespace {

constexpr std::string_view kEvents = "events";
constexpr const char* kSteps[] = {"healthy", "leader_isolated", "one_dead", "two_dead", "healed"};

RunData make_data(uint64_t seed) {
  WordMaker make(seed);
  RunData data{.lab = "15", .seed = seed};
  for (const char* step : kSteps) {
    data.acts.push_back({{"STEP", step}, {"TOPIC", fmt::format("during-{}", make.word(7))}});
    data.lists["steps"].push_back(fmt::format("{} {}", step, data.acts.back().at("TOPIC")));
  }
  data.nodes = {"controller", "controller", "controller", "broker"};
  data.broker = {{"controller.quorum.fetch.timeout.ms", "1000"},
                 {"controller.quorum.election.timeout.ms", "500"},
                 {"controller.quorum.election.backoff.max.ms", "300"},
                 {"controller.quorum.request.timeout.ms", "1000"},
                 {"broker.heartbeat.interval.ms", "500"},
                 {"offsets.topic.replication.factor", "1"}};
  return data;
}

// The runbook's last words in a step: "one_dead leader=2".
std::optional<SentRecord> report_of(const History& history, const std::string& step) {
  for (const SentRecord& record : stored_records(history, kEvents)) {
    if (record.value && record.value->starts_with(step + " ")) {
      return record;
    }
  }
  return std::nullopt;
}

int64_t time_of(const Deed* deed) {
  return deed == nullptr ? INT64_MAX : deed->time_us;
}

// 1. healthy is reported: the leading controller is cut off from everybody.
// 2. Another leads: act 2. It is reported: the network is mended and the leader killed.
// 3. Another leads: act 3. It is reported: that leader is killed, too. Two of three are dead:
// act 4.
// 4. It is reported: both are revived. Somebody leads: act 5.
std::vector<std::string> cue(const History& history) {
  std::vector<std::string> deeds;
  const auto reign_when = [&](const char* step) {
    const auto report = report_of(history, step);
    return report ? reign_at(history, report->arrived_us) : Reign{};
  };
  const Reign first = reign_when("healthy");
  if (first.leader == 0) {
    return deeds;
  }
  deeds.push_back(fmt::format("cut {}", first.leader));
  if (!is_succeeded(history, first)) {
    return deeds;
  }
  deeds.push_back("act 2");
  const Reign second = reign_when("leader_isolated");
  if (second.leader == 0) {
    return deeds;
  }
  deeds.push_back("heal");
  deeds.push_back(fmt::format("kill {}", second.leader));
  if (!is_succeeded(history, second)) {
    return deeds;
  }
  deeds.push_back("act 3");
  const Reign third = reign_when("one_dead");
  if (third.leader == 0) {
    return deeds;
  }
  const std::string last_death = fmt::format("kill {}", third.leader);
  deeds.push_back(last_death);
  deeds.push_back("act 4");
  if (!report_of(history, "two_dead")) {
    return deeds;
  }
  deeds.push_back(fmt::format("revive {}", second.leader));
  deeds.push_back(fmt::format("revive {}", third.leader));
  if (stands_again(history, find_deed(history, last_death))) {
    deeds.push_back("act 5");
  }
  return deeds;
}

std::string trouble_line(const History& history) {
  std::string line;
  for (const Deed& deed : history.deeds) {
    if (!deed.text.starts_with("answer ") && !deed.text.starts_with("setting ")) {
      line += fmt::format("{}{} (after frame {})", line.empty() ? "" : ", ", deed.text,
                          deed.after_frame);
    }
  }
  return line;
}

Finding quorum_is_asked(const History& history) {
  const std::string expected =
      "in each step the runbook asks for the quorum (DescribeQuorum) and ends with its report in "
      "the topic events";
  size_t asked = 0;
  int64_t from_us = history.end ? history.end->began_us : 0;
  for (const std::string step : kSteps) {
    const auto report = report_of(history, step);
    const auto before_report = [&](const Exchange& exchange) {
      return exchange.header.api_key == static_cast<int16_t>(kafka::ApiKey::DescribeQuorum) &&
             exchange.time_us > from_us && (!report || exchange.time_us < report->arrived_us);
    };
    const bool has_asked = std::ranges::any_of(history.exchanges, before_report);
    if (!report || !has_asked) {
      return fail_with(
          {expected,
           fmt::format("step {}: {}", step,
                       !report ? "no record of events begins with its name"
                               : fmt::format("frame {}: {} is reported, and nobody had asked",
                                             report->frame, shown(*report->value))),
           "kafka-metadata-quorum.sh --bootstrap-server $BOOTSTRAP describe --status; then one "
           "line \"$STEP leader=N\" (or leader=none) to events. Give each command a timeout: some "
           "of them wait for what does not come",
           trouble_line(history)},
          report.has_value());
    }
    from_us = report->arrived_us;
    ++asked;
  }
  return pass_with(expected, fmt::format("{} reports", asked));
}

Finding leader_is_named(const History& history) {
  const std::string expected =
      "each report names the controller that led then, and none when none did";
  for (const std::string step : kSteps) {
    const auto report = report_of(history, step);
    if (!report) {
      continue;  // rule 1 has said so
    }
    const auto told = leader_told(history, report->arrived_us);
    const Reign reign = reign_at(history, report->arrived_us);
    const std::string truth = step == "two_dead" ? "none"
                              : told             ? std::to_string(*told)
                                                 : std::to_string(reign.leader);
    if (*report->value != fmt::format("{} leader={}", step, truth)) {
      return fail_with(
          {expected,
           fmt::format(
               "frame {}: the report is {}; {}", report->frame, shown(*report->value),
               step == "two_dead"
                   ? "two of three controllers are dead, and nobody leads"
                   : fmt::format("the quorum was led by controller {} (since frame {}, epoch {})",
                                 truth, reign.frame, reign.epoch)),
           "LeaderId stands in the answer to DescribeQuorum. When none comes in time, the report "
           "is leader=none",
           trouble_line(history)},
          true);
    }
  }
  return pass_with(expected, counted(std::size(kSteps), "report") + " are right");
}

// One prediction of answers.txt against what the run has shown.
struct Prediction {
  std::string name;
  std::string truth;
  std::string shown_by;
  std::string advice;
};

Finding hold_against(const History& history, const Prediction& prediction) {
  const auto answers = answers_of(history);
  const auto found = answers.find(prediction.name);
  const std::string answer = found == answers.end() ? "" : found->second;
  const std::string expected =
      fmt::format("answers.txt says {}={}", prediction.name, prediction.truth);
  if (answer == prediction.truth) {
    return pass_with(expected, prediction.shown_by);
  }
  return fail_with({expected,
                    fmt::format("{}; answers.txt {}", prediction.shown_by,
                                answer.empty() ? "leaves it open" : fmt::format("says {}", answer)),
                    prediction.advice, trouble_line(history)},
                   true);
}

Finding majority_is_understood(const History& history) {
  // Every election was won with the votes of two: the winner's own and one granted to it.
  size_t granted = 0;
  uint64_t frame = 0;
  for_each<kafka::VoteRequest, kafka::VoteResponse>(
      history, [&](const Exchange& exchange, const kafka::VoteRequest& request,
                   const kafka::VoteResponse* response) {
        const bool real = !request.topics.empty() && !request.topics[0].partitions.empty() &&
                          !request.topics[0].partitions[0].pre_vote;
        if (real && response != nullptr && !response->topics.empty() &&
            !response->topics[0].partitions.empty() &&
            response->topics[0].partitions[0].vote_granted) {
          frame = frame == 0 ? exchange.frame : frame;
          ++granted;
        }
      });
  return hold_against(history,
                      {"deaths_that_two_voters_survive", "0",
                       fmt::format("with two of three left there was a leader (votes granted: {}, "
                                   "the first at frame {}), with one of three none",
                                   granted, frame),
                       "a majority of two voters is two: floor(n / 2) + 1. Two voters survive the "
                       "loss of none, three the loss of one, and four not more than three"});
}

Finding producing_goes_on(const History& history) {
  const auto report = report_of(history, "two_dead");
  return hold_against(
      history,
      {"producing_without_quorum", "yes",
       report ? fmt::format("frame {}: with two controllers dead the broker stored {} at offset {}",
                            report->frame, shown(*report->value), report->offset)
              : "nothing was sent while two were dead",
       "controllers decide who leads; records pass between clients and brokers. As long as no "
       "leader has to change, producing does not ask the quorum"});
}

Finding deciding_stops(const History& history) {
  int64_t since_us = 0;  // when the step began: when the one before was reported
  int64_t two_dead_us = 0;
  for (size_t step = 0; step < std::size(kSteps); ++step) {
    const std::string& topic = history.run.acts.at(step).at("TOPIC");
    const auto creation = creation_of(history, topic, since_us);
    if (!creation) {
      return fail_with({"in each step the runbook tries to create the topic $TOPIC",
                        fmt::format("step {}: no CreateTopics of that step names {}", kSteps[step],
                                    topic),
                        "kafka-topics.sh --create --topic $TOPIC, with a timeout around it",
                        trouble_line(history)});
    }
    if (std::string_view(kSteps[step]) != "two_dead" && !creation->done) {
      return fail_with(
          {"with a quorum $TOPIC is created",
           fmt::format("frame {}: step {}: the creation of {} was not answered in time",
                       creation->frame, kSteps[step], topic),
           "is the timeout around the command too short?", trouble_line(history)});
    }
    two_dead_us = std::string_view(kSteps[step]) == "two_dead" ? since_us : two_dead_us;
    const auto report = report_of(history, kSteps[step]);
    since_us = report ? report->arrived_us : since_us;
  }
  const auto creation = creation_of(history, history.run.acts.at(3).at("TOPIC"), two_dead_us);
  return hold_against(
      history, {"topics_created_without_quorum", "no",
                fmt::format("frame {}: with two controllers dead CreateTopics {}", creation->frame,
                            creation->done ? "was done" : "got no success"),
                "a topic is a record in the metadata log, and that is committed when a majority of "
                "the controllers has it"});
}

Finding isolated_leader_is_powerless(const History& history) {
  const Deed* cut = find_deed(history, "cut ");
  const auto reigns = reigns_of(history);
  const auto next = std::ranges::find_if(
      reigns, [&](const Reign& reign) { return reign.time_us > time_of(cut); });
  return hold_against(
      history,
      {"isolated_leader_decides", "no",
       next == reigns.end()
           ? "no controller has been isolated"
           : fmt::format("frame {}: while controller {} was cut off, controller {} led in epoch {}",
                         next->frame, cut->text.substr(4), next->leader, next->epoch),
       "a leader that no majority fetches from commits nothing; after a while it resigns. The "
       "others elect in a higher epoch, and what the old one says is refused by that"});
}

constexpr Rule kRules[] = {
    {"15.1", "the runbook asks who leads, in each step",
     "When something is wrong with a cluster the first question is whether the quorum stands. The\n"
     "answer comes from the controllers themselves: DescribeQuorum (API key 55).\n"
     "Read on: broker/handlers/55_describe_quorum.cc",
     quorum_is_asked},
    {"15.2", "the reports name the controller that led",
     "Who leads is announced to the voters with BeginQuorumEpoch (API key 53). The rule compares\n"
     "the reports with the last announcement before them.\n"
     "Read on: notes/controller.md",
     leader_is_named},
    {"15.3", "the loss that a quorum survives is predicted",
     "floor(n / 2) + 1 of n voters have to be there. An even number of them is as strong as the\n"
     "odd one below it.\n"
     "Read on: notes/quorum.md",
     majority_is_understood},
    {"15.4", "what goes on without a quorum is predicted",
     "Data plane and control plane are two: what a partition's leader does with its records\n"
     "needs no controller.\n"
     "Read on: notes/planes.md",
     producing_goes_on},
    {"15.5", "what stops without a quorum is predicted",
     "Topics, configurations, new leaders, a changed ISR: every decision is a record in the\n"
     "metadata log, and without a majority none is committed.\n"
     "Read on: notes/metadata_log.md",
     deciding_stops},
    {"15.6", "what an isolated leader can do is predicted",
     "The isolated controller still takes itself for the leader for a moment. It cannot commit:\n"
     "no majority fetches from it. The others have a higher epoch, and epochs decide.\n"
     "Read on: broker/core/raft/raft.h",
     isolated_leader_is_powerless},
};

}  // namespace

LabCode quorum_lab() {
  return {.id = "15", .make_data = make_data, .rules = kRules, .make_files = nullptr, .cue = cue};
}

}  // namespace kraftlab
