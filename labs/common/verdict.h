// Verdict: what a run was judged to be, rule by rule, and how it is shown to a person or a program.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace kraftlab {

// Inconclusive is for trouble of ours (the broker did not start, the evidence is cut short): it
// never fails a learner.
enum class Outcome { Pass, Fail, Inconclusive };

std::string_view name(Outcome outcome);  // "PASS", "FAIL", "INCONCLUSIVE"

// What one rule found.
struct Finding {
  std::string rule;      // "01.2"
  std::string sentence;  // what the rule checks
  Outcome outcome = Outcome::Pass;
  std::string fault;     // the fault that was in play; empty: none
  std::string expected;
  std::string saw;       // names the frame and the field
  std::string advice;    // one sentence: what to look at
  bool final = false;    // a Fail that nothing which may still come can undo
};

struct Verdict {
  std::string lab;    // "01"
  std::string title;  // "first-message"
  uint64_t seed = 0;
  std::string run_id;
  Outcome outcome = Outcome::Inconclusive;
  std::vector<Finding> findings;  // one a rule, in the order of the rules
  std::string trouble;            // of ours, when Inconclusive; or, as
  bool yours_to_mend = false;     // this says, something that the program has to do otherwise
  std::string program;            // how it ended, or what it was refused; empty: as it should be

  // The first finding that decides the outcome; nullptr when everything passed.
  const Finding* decisive() const;
};

// Exit status of a command that ends with this verdict: 0 pass, 1 fail, 2 inconclusive.
int exit_status(Outcome outcome);

struct Style {
  bool colour = false;
  std::function<std::string(std::string_view)> words;  // the labels' language; empty: English
};

std::string render(const Verdict& verdict, const Style& style);
std::string to_json(const Verdict& verdict);

}  // namespace kraftlab
