// kraftlab: the graded half of ./lab. Its command line; the commands are in commands.cc.
#include <CLI/CLI.hpp>

#include <cstdlib>
#include <functional>
#include <string>

#include "labs/common/commands.h"

namespace {

std::string from_environment(const char* name, const char* fallback) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0' ? value : fallback;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace kraftlab;
  const Places places{.root = from_environment("KRAFTLAB_ROOT", "."),
                      .state = from_environment("KRAFTLAB_STATE", ".lab"),
                      .dist = from_environment("KRAFTLAB_DIST", "build/kafka")};
  CLI::App app("Labs: learn Kafka by doing, judged from what the broker saw", "./lab");
  app.require_subcommand(1);
  std::function<int()> chosen;
  std::string what;
  bool json = false;
  GradeOptions options;

  std::string language;
  std::string format = "json";
  bool yes = false;

  auto* list = app.add_subcommand("list", "the labs, and how far you are");
  list->add_flag("--json", json, "as JSON");
  list->callback([&] { chosen = [&] { return list_labs(places, json); }; });

  auto* start = app.add_subcommand("start", "put a lab's starter into work/ and say its goal");
  start->add_option("lab", what, "its number or name")->required();
  start->add_option("--in", language, "the starter's language")
      ->check(CLI::IsMember({"cpp", "python", "go"}));
  start->callback([&] { chosen = [&] { return start_lab(places, what, language); }; });

  auto* reset = app.add_subcommand("reset", "begin a lab anew; what you have is kept aside");
  reset->add_option("lab", what, "its number or name")->required();
  reset->add_option("--in", language, "the starter's language")
      ->check(CLI::IsMember({"cpp", "python", "go"}));
  reset->add_flag("--yes,-y", yes, "do not ask");
  reset->callback([&] { chosen = [&] { return reset_lab(places, what, language, yes); }; });

  auto with_run_options = [&](CLI::App* command) {
    command->add_option("lab", what, "its number or name")->required();
    command->add_option("--seed", options.seed, "repeat a run's data and faults");
    command->add_option("--solution", options.solution, "a folder with another `run` than yours");
  };
  auto* grade = app.add_subcommand("grade", "run your solution on a fresh broker and judge it");
  with_run_options(grade);
  grade->add_option("--runs", options.runs, "how many runs")->check(CLI::Range(1, 1000));
  grade->add_flag("--json", options.json, "the verdict as JSON");
  grade->callback([&] { chosen = [&] { return grade_lab(places, what, options); }; });

  auto* watch = app.add_subcommand("watch", "grade again each time you save");
  with_run_options(watch);
  watch->callback([&] { chosen = [&] { return watch_lab(places, what, options); }; });

  auto* hint = app.add_subcommand("hint", "the next hint; they cost nothing");
  hint->add_option("lab", what, "its number or name")->required();
  hint->callback([&] { chosen = [&] { return show_hint(places, what); }; });

  auto* explain = app.add_subcommand("explain", "what a rule checks, and why");
  explain->add_option("rule", what, "a rule like 01.2, or a lab")->required();
  explain->callback([&] { chosen = [&] { return explain_rule(places, what); }; });

  auto* solution = app.add_subcommand("solution", "how others did it; opens when you have passed");
  solution->add_option("lab", what, "its number or name")->required();
  solution->callback([&] { chosen = [&] { return show_solution(places, what); }; });

  app.add_subcommand("progress", "what you have passed")->callback([&] {
    chosen = [&] { return show_progress(places); };
  });
  auto* exported = app.add_subcommand("export", "your progress, for a teacher");
  exported->add_option("--format", format, "json or csv")->check(CLI::IsMember({"json", "csv"}));
  exported->callback([&] { chosen = [&] { return export_progress(places, format); }; });

  app.add_subcommand("doctor", "is everything here that the labs need")->callback([&] {
    chosen = [&] { return examine_machine(places); };
  });

  auto* evidence = app.add_subcommand("evidence", "what the broker recorded in a run");
  evidence->add_option("run", what, "a run's id, or an evidence file")->required();
  evidence->add_flag("--json", json, "one JSON object a line");
  evidence->callback([&] { chosen = [&] { return show_evidence(places, what, json); }; });

  auto* replay = app.add_subcommand("replay", "judge a recorded run again");
  replay->add_option("run", what, "a run's id, or an evidence file")->required();
  replay->add_flag("--json", json, "the verdict as JSON");
  replay->callback([&] { chosen = [&] { return replay_run(places, what, json); }; });

  auto* verify = app.add_subcommand("verify", "for a teacher: judge a handed-in evidence file");
  verify->add_option("file", what, "an evidence file, or a run's id")->required();
  verify->add_option("--secret-seed", options.seed, "and run --solution again on this seed");
  verify->add_option("--solution", options.solution, "the handed-in folder with `run`");
  verify->add_flag("--json", options.json, "verdicts as JSON");
  verify->callback([&] { chosen = [&] { return verify_run(places, what, options); }; });

  CLI11_PARSE(app, argc, argv);
  return chosen();
}
