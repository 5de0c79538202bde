// Rule: a pure function from a run's history to one finding, with the sentence it checks and the
// explanation that `./lab explain` prints. LabCode: what a lab brings in code; the rest of a lab is
// files (lab.toml, README, hints, starter, author's solutions).
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "labs/common/history.h"
#include "labs/common/run_data.h"
#include "labs/common/verdict.h"

namespace kraftlab {

struct Rule {
  std::string_view id;                       // "01.2"
  std::string_view sentence;                 // "each city stands in the topic once, in order"
  std::string_view explanation;              // why it matters, and where to read on
  Finding (*check)(const History& history);  // fills outcome, expected, saw, advice
};

// Files that are not text: a path below LAB_DATA, and the bytes.
using BinaryFiles = std::map<std::string, std::string>;

struct LabCode {
  std::string_view id;  // "01"
  RunData (*make_data)(uint64_t seed);
  std::span<const Rule> rules;
  BinaryFiles (*make_files)(uint64_t seed) = nullptr;  // null: none

  // Of a cluster's run: what has to have been done, given what was seen so far; each deed is done
  // once. "act N" starts the lab's N-th act, the others are words of labs/common/cluster.h.
  std::vector<std::string> (*cue)(const History& history) = nullptr;
};

// Every lab that has code, in order. A lab without an entry here cannot be graded.
std::span<const LabCode> all_labs();
const LabCode* find_lab(std::string_view id);
const Rule* find_rule(std::string_view rule_id);

// True when the run of a history that is still growing may end: every rule passes, or the first
// that fails does so for good.
bool is_settled(const History& history);

// Judges a history: rules in order, the first Fail or Inconclusive decides.
Verdict judge(const History& history, std::string run_id);

}  // namespace kraftlab
