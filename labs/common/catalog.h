// The catalog: what the files of each lab say (labs/NN_name/lab.toml and its neighbours).
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "protocol/result.h"

namespace kraftlab {

using kafka::Result;

// A program that stands beside a lab: its starter, a reference, or a wrong solution.
struct Solution {
  std::filesystem::path folder;
  std::string expect;  // "pass" or "fail"
  std::string rule;    // the rule on which a failing one fails
  std::string needs;   // a command that must be on the PATH; empty: none
};

struct LabFiles {
  std::string id;     // "01"
  std::string name;   // "first-message"
  std::string title;
  std::string goal;
  std::string first_step;
  int time_limit_s = 60;
  std::filesystem::path folder;  // labs/01_first_message
  std::vector<Solution> solutions;

  std::string work_name() const { return id + "-" + name; }
};

// Every labs/NN_*/lab.toml, in order. Fails with the file and the reason.
Result<std::vector<LabFiles>> load_catalog(const std::filesystem::path& labs_folder);

// "1", "01" and "first-message" all name lab 01.
const LabFiles* find_by_name(const std::vector<LabFiles>& catalog, const std::string& wanted);

}  // namespace kraftlab
