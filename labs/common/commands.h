// The commands of `kraftlab`, the graded half of ./lab. Each returns its exit status: 0 done or
// PASS, 1 FAIL or a refused request, 2 INCONCLUSIVE.
//
//   grade_commands.cc    grade, watch, replay, verify, evidence, explain
//   course_commands.cc   list, start, reset, hint, solution, progress, export
//   doctor.cc            doctor
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
  std::string language = "en";  // of what is said (language.h)

  std::filesystem::path labs() const { return root / "labs"; }
  std::filesystem::path work() const {
    const char* elsewhere = std::getenv("KRAFTLAB_WORK");
    return elsewhere != nullptr && *elsewhere != '\0' ? std::filesystem::path(elsewhere)
                                                      : root / "work";
  }
  std::filesystem::path runs() const { return state / "runs"; }
};

struct GradeOptions {
  std::optional<uint64_t> seed;
  int runs = 1;
  bool json = false;
  std::string solution;  // another folder than the learner's
  std::string engine = "kraftlab";  // or "kafka": Apache Kafka, through our proxy
};

int list_labs(const Places& places, bool json);
int start_lab(const Places& places, const std::string& lab, const std::string& language);
int reset_lab(const Places& places, const std::string& lab, const std::string& language, bool yes);
int show_hint(const Places& places, const std::string& lab);
int show_solution(const Places& places, const std::string& lab);
int show_progress(const Places& places);
int export_progress(const Places& places, const std::string& format);

int grade_lab(const Places& places, const std::string& lab, const GradeOptions& options);
int watch_lab(const Places& places, const std::string& lab, const GradeOptions& options);
int explain_rule(const Places& places, const std::string& rule);
int show_evidence(const Places& places, const std::string& run, bool json);
int replay_run(const Places& places, const std::string& run, bool json);

// Judges an evidence file again, and with a secret seed runs the solution once more on that.
int verify_run(const Places& places, const std::string& file, const GradeOptions& options);

int examine_machine(const Places& places);

}  // namespace kraftlab
