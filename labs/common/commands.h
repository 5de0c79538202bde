// The commands of `kraftlab`, the graded half of ./lab: list, start, grade, hint, explain, evidence,
// replay, progress. Each returns its exit status: 0 done or PASS, 1 FAIL or a refused request,
// 2 INCONCLUSIVE.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "labs/common/catalog.h"

namespace kraftlab {

// Where things are: from KRAFTLAB_ROOT, KRAFTLAB_STATE and KRAFTLAB_DIST, which ./lab sets.
struct Places {
  std::filesystem::path root;   // the checkout
  std::filesystem::path state;  // .lab
  std::filesystem::path dist;   // build/kafka

  std::filesystem::path labs() const { return root / "labs"; }
  std::filesystem::path work() const { return root / "work"; }
  std::filesystem::path runs() const { return state / "runs"; }
};

struct GradeOptions {
  std::optional<uint64_t> seed;
  int runs = 1;
  bool json = false;
  std::string solution;  // another folder than the learner's
};

int list_labs(const Places& places);
int start_lab(const Places& places, const std::string& lab);
int grade_lab(const Places& places, const std::string& lab, const GradeOptions& options);
int show_hint(const Places& places, const std::string& lab);
int explain_rule(const std::string& rule);
int show_evidence(const Places& places, const std::string& run, bool json);
int replay_run(const Places& places, const std::string& run, bool json);

}  // namespace kraftlab
