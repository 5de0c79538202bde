// Small pieces that the rules of several labs are made of.
#pragma once

#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "labs/common/topic_view.h"
#include "labs/common/verdict.h"

namespace kraftlab {

inline Finding pass_with(std::string expected, std::string saw) {
  Finding finding;
  finding.expected = std::move(expected);
  finding.saw = std::move(saw);
  return finding;
}

struct Failure {
  std::string expected;
  std::string saw;
  std::string advice;
  std::string fault;
};

// `final`: see Finding.
inline Finding fail_with(Failure failure, bool final = false) {
  Finding finding;
  finding.outcome = Outcome::Fail;
  finding.expected = std::move(failure.expected);
  finding.saw = std::move(failure.saw);
  finding.advice = std::move(failure.advice);
  finding.fault = std::move(failure.fault);
  finding.final = final;
  return finding;
}

// A value as a sentence can hold it.
std::string shown(const std::string& value);
// What somebody else said, whole, on one line.
std::string told(std::string text);

// "3 records", "1 record".
std::string counted(size_t count, const std::string& noun);

// The values that stand in a topic, each with the records that carry it.
std::map<std::string, std::vector<StoredRecord>> by_value(const std::vector<StoredRecord>& stored);

// Those of `wanted` that are not among the values; in order.
std::vector<std::string> missing_from(const std::vector<StoredRecord>& stored,
                                      const std::vector<std::string>& wanted);

// The last time that the value was sent, stored or not; nullptr if it never was.
const SentRecord* last_sent(const std::vector<SentRecord>& sent, const std::string& value);

// What became of a value that is not stored: "frame 12 carried it and was answered X".
std::string fate_of(const std::vector<SentRecord>& sent, const std::string& value);

// "2 of 9 are missing; the first is ...", and its fate. At least one is missing.
std::string missing_line(const std::vector<std::string>& missing, size_t wanted,
                         const std::vector<SentRecord>& sent);

// Different lower-case words of so many letters, for names that nobody has in a file already.
class WordMaker {
 public:
  explicit WordMaker(uint64_t seed) : random_(seed) {}

  uint64_t number(uint64_t low, uint64_t high);
  std::string word(size_t letters);  // one not given before

 private:
  std::mt19937_64 random_;
  std::set<std::string> given_;
};

}  // namespace kraftlab
