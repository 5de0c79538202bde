// Progress: what the learner has passed and which hints were read, in one plain text file
// (.lab/progress.tsv) that a person can read and later versions can extend.
//
//   # kraftlab progress 1
//   passed<TAB>01<TAB>2026-11-21T20:15:00Z<TAB>run id
//   hint<TAB>01<TAB>2
//
// Lines of an unknown kind are kept.
#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace kraftlab {

// When and with which run a lab was first passed; empty if it was not.
struct Passed {
  std::string at;
  std::string run;
};

class Progress {
 public:
  explicit Progress(std::filesystem::path file);

  bool passed(const std::string& lab) const { return !first_pass(lab).at.empty(); }
  Passed first_pass(const std::string& lab) const;
  int hints_read(const std::string& lab) const;

  // Both write the file at once; false when it cannot be written.
  bool note_passed(const std::string& lab, const std::string& run_id);
  bool note_hint(const std::string& lab, int number);

 private:
  bool append(const std::string& line);

  std::filesystem::path file_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace kraftlab
