// RunData: what a run was about: the lab, the seed, the random data the learner was given, and what
// the grader did besides: topics it made, faults it planned, how often it started the program.
// It is made from the seed alone, written into the run's evidence, and read back for the verdict.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/result.h"

namespace kraftlab {

using kafka::Result;

// A topic that is there before the learner's program starts.
struct TopicPlan {
  std::string name;
  int partitions = 1;
  std::string fill;      // the list whose lines stand in it as records; empty: none
  bool keyed = false;    // its lines are KEY:VALUE
  std::string replicas;  // of a cluster's topic: "1:2", the leader first; empty: as it comes

  bool operator==(const TopicPlan&) const = default;
};

using Environment = std::map<std::string, std::string>;

struct RunData {
  std::string lab;  // "01"
  uint64_t seed = 0;
  std::map<std::string, std::vector<std::string>> lists;  // "cities" -> LAB_DATA/cities.txt
  std::vector<TopicPlan> topics;
  std::vector<std::string> faults;  // core/faults.h. A stall or mute kills the program, which is
                                    // started again
  std::vector<Environment> acts;    // the program is started once for each; none: once
  bool together = false;            // the acts run at the same time (labs/common/crew.h)
  std::vector<std::string> nodes;   // a cluster: what each node is, "broker", "controller" or both
  std::string engine;               // "kafka": it ran on Apache Kafka; empty: on ours
  std::string compose;              // the service of the learner's compose.yml that is the broker
  std::map<std::string, std::string> broker;  // properties of the run's brokers besides the usual

  // An empty list where there is none of that name.
  const std::vector<std::string>& list(const std::string& name) const;

  bool operator==(const RunData&) const = default;
};

// One start of the learner's program.
struct Start {
  int act = 0;
  int exit_code = 0;       // 128 + signal when a signal ended it
  bool timed_out = false;  // the lab's time limit passed; the program was stopped
  bool killed = false;     // by the grader, because a fault said so
  int64_t duration_ms = 0;

  bool operator==(const Start&) const = default;
};

struct RunEnd {
  int exit_code = 0;  // of the last start
  bool timed_out = false;
  int64_t duration_ms = 0;  // of all
  int64_t began_us = 0;     // when the first was started: what came before is the grader's own
  std::vector<Start> starts;
};

std::string to_json(const RunData& data);
std::string to_json(const RunEnd& end);
Result<RunData> parse_run_data(std::string_view json);
Result<RunEnd> parse_run_end(std::string_view json);

}  // namespace kraftlab
