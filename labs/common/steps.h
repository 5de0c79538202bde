// Steps: a run as a person would tell it: who asked the broker for what, and what came back. Like
// steps that follow each other are one. What the grader itself did before the program began is left
// out. The drawings (diagram.h) are made of these.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "labs/common/history.h"

namespace kraftlab {

struct Step {
  const Exchange* exchange = nullptr;
  size_t client = 0;  // its place in Course::clients
  std::string ask;    // "Produce payments-0"; steps of one ask are folded
  int64_t items = 0;  // records
  int64_t first = -1;
  int64_t last = -1;  // offsets
  std::string got;    // in place of offsets
  int times = 1;
  bool in_turns = false;  // with the step after or before it
  std::string fault;      // what the planned fault did to it; empty: none

  std::string asked() const;     // "Produce payments-0, 12 records (3 requests)"
  std::string answered() const;  // "offsets 0 to 11"
};

struct Course {
  std::vector<Step> steps;           // they point into the history
  std::vector<std::string> clients;  // "rdkafka, librdkafka 2.0.2"
};

Course course_of(const History& history);

// "A" for the first client.
std::string letter_of(size_t client);

}  // namespace kraftlab
