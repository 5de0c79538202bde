// kraftlab: the graded half of ./lab. Its command line; what the commands do is said in commands.h.
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <string>

#include "labs/common/commands.h"
#include "labs/common/language.h"
#include "labs/common/verdict.h"

namespace kraftlab {
namespace {

std::string from_environment(const char* name, const char* fallback) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0' ? value : fallback;
}

// A word for a seed: CLI11 would take "-5" for 2^64 - 5.
std::string refuse_seed(const std::string& word) {
  constexpr size_t kDigitsMax = 18;
  const bool is_number = !word.empty() && word.size() <= kDigitsMax &&
                         word.find_first_not_of("0123456789") == std::string::npos;
  return is_number ? ""
                   : fmt::format("a seed is a number from 0 on, of at most {} digits, not '{}'",
                                 kDigitsMax, word);
}

// A word for a language: "russian" would silently mean English.
std::string refuse_language(const std::string& word) {
  return word.empty() || language_of(word) == word.substr(0, word.find_first_of("_.@-"))
             ? ""
             : fmt::format("a language is named by its two letters, like en or ru, not '{}'", word);
}

// What the command line said.
class CommandLine {
 public:
  CommandLine() {
    app.require_subcommand(1);
    app.fallthrough();  // --lang may stand behind the command
    app.add_option("--lang", places_.language, "the language of texts: en, ru (else LC_ALL, LANG)")
        ->check(refuse_language);
    add_course_commands();
    add_teacher_commands();
    add_run_commands();
    add_evidence_commands();
  }

  CLI::App app{"Labs: learn Kafka by doing, judged from what the broker saw", "./lab"};

  // Runs the command that was named.
  int run() {
    places_.language = language_of(places_.language);
    return chosen_();
  }

 private:
  CLI::App* add(const char* name, const char* help, std::function<int()> run) {
    CLI::App* command = app.add_subcommand(name, help);
    command->callback([this, run = std::move(run)] { chosen_ = run; });
    return command;
  }
  CLI::App* add_for_lab(const char* name, const char* help, std::function<int()> run) {
    CLI::App* command = add(name, help, std::move(run));
    command->add_option("lab", what_, "its number or name")->required();
    return command;
  }
  void take_language(CLI::App* command) {
    command->add_option("--in", language_, "the starter's language")
        ->check(CLI::IsMember({"cpp", "python", "go", "sh", "notebook"}));
  }

  void add_course_commands() {
    add("list", "the labs, and how far you are", [this] { return list_labs(places_, json_); })
        ->add_flag("--json", json_, "as JSON");
    take_language(add_for_lab("start", "put a lab's starter into work/ and say its goal",
                              [this] { return start_lab(places_, what_, language_); }));
    CLI::App* reset = add_for_lab("reset", "begin a lab anew; what you have is kept aside", [this] {
      return reset_lab(places_, what_, language_, yes_);
    });
    take_language(reset);
    reset->add_flag("--yes,-y", yes_, "do not ask");
    add_for_lab("hint", "the next hint; they cost nothing",
                [this] { return show_hint(places_, what_); });
    add_for_lab("solution", "how others did it; opens when you have passed",
                [this] { return show_solution(places_, what_); });
    add("progress", "what you have passed", [this] { return show_progress(places_); });
    add("doctor", "is everything here that the labs need",
        [this] { return examine_machine(places_); });
  }

  void add_teacher_commands() {
    add("export", "your progress, for a teacher",
        [this] { return export_progress(places_, format_); })
        ->add_option("--format", format_, "json or csv")
        ->check(CLI::IsMember({"json", "csv"}));
    CLI::App* verify = add("verify", "for a teacher: judge a handed-in evidence file",
                           [this] { return verify_run(places_, what_, options_); });
    verify->add_option("file", what_, "an evidence file, or a run's id")->required();
    verify->add_option("--secret-seed", options_.seed, "and run --solution again on this seed")
        ->check(refuse_seed);
    verify->add_option("--solution", options_.solution, "the handed-in folder with `run`");
    verify->add_flag("--json", options_.json, "verdicts as JSON");
  }

  void add_run_commands() {
    CLI::App* grade = add_for_lab("grade", "run your solution on a fresh broker and judge it",
                                  [this] { return grade_lab(places_, what_, options_); });
    CLI::App* watch = add_for_lab("watch", "grade again each time you save",
                                  [this] { return watch_lab(places_, what_, options_); });
    for (CLI::App* command : {grade, watch}) {
      command->add_option("--seed", options_.seed, "repeat a run's data and faults")
          ->check(refuse_seed);
      command->add_option("--solution", options_.solution,
                          "a folder with another `run` than yours, or a patch in author/");
      command->add_option("--engine", options_.engine, "kafka: on Apache Kafka, through our proxy")
          ->check(CLI::IsMember({"kraftlab", "kafka"}));
    }
    grade->add_option("--runs", options_.runs, "how many runs")->check(CLI::Range(1, 1000));
    grade->add_flag("--json", options_.json, "the verdict as JSON");
  }

  void add_evidence_commands() {
    add("explain", "what a rule checks, and why", [this] { return explain_rule(places_, what_); })
        ->add_option("rule", what_, "a rule like 01.2, or a lab")
        ->required();
    CLI::App* evidence = add("evidence", "what the broker recorded in a run",
                             [this] { return show_evidence(places_, what_, json_); });
    CLI::App* replay = add("replay", "judge a recorded run again",
                           [this] { return replay_run(places_, what_, json_); });
    for (CLI::App* command : {evidence, replay}) {
      command->add_option("run", what_, "a run's id, its seed, or an evidence file")->required();
      command->add_flag("--json", json_, "as JSON");
    }
  }

  Places places_{.root = from_environment("KRAFTLAB_ROOT", "."),
                       .state = from_environment("KRAFTLAB_STATE", ".lab"),
                       .dist = from_environment("KRAFTLAB_DIST", "build/kafka"),
                       .language = {}};
  std::function<int()> chosen_;
  std::string what_;
  std::string language_;
  std::string format_ = "json";
  bool json_ = false;
  bool yes_ = false;
  GradeOptions options_;
};

}  // namespace
}  // namespace kraftlab

int main(int argc, char** argv) {
  kraftlab::CommandLine line;
  try {
    line.app.parse(argc, argv);
  } catch (const CLI::ParseError& problem) {
    return line.app.exit(problem) == 0 ? 0 : 1;  // --help, or an argument that is refused
  }
  try {
    return line.run();
  } catch (const std::exception& trouble) {
    std::fprintf(stderr, "lab: %s\n", trouble.what());
    return kraftlab::exit_status(kraftlab::Outcome::Inconclusive);
  }
}
