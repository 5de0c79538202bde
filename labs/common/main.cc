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

  app.add_subcommand("list", "the labs, and how far you are")->callback([&] {
    chosen = [&] { return list_labs(places); };
  });
  auto* start = app.add_subcommand("start", "put a lab's starter into work/ and say its goal");
  start->add_option("lab", what, "its number or name")->required();
  start->callback([&] { chosen = [&] { return start_lab(places, what); }; });

  auto* grade = app.add_subcommand("grade", "run your solution on a fresh broker and judge it");
  grade->add_option("lab", what, "its number or name")->required();
  grade->add_option("--seed", options.seed, "repeat a run's data");
  grade->add_option("--runs", options.runs, "how many runs")->check(CLI::Range(1, 1000));
  grade->add_option("--solution", options.solution, "a folder with another `run` than yours");
  grade->add_flag("--json", options.json, "the verdict as JSON");
  grade->callback([&] { chosen = [&] { return grade_lab(places, what, options); }; });

  auto* hint = app.add_subcommand("hint", "the next hint; they cost nothing");
  hint->add_option("lab", what, "its number or name")->required();
  hint->callback([&] { chosen = [&] { return show_hint(places, what); }; });

  auto* explain = app.add_subcommand("explain", "what a rule checks, and why");
  explain->add_option("rule", what, "like 01.2")->required();
  explain->callback([&] { chosen = [&] { return explain_rule(what); }; });

  auto* evidence = app.add_subcommand("evidence", "what the broker recorded in a run");
  evidence->add_option("run", what, "a run's id, or an evidence file")->required();
  evidence->add_flag("--json", json, "one JSON object a line");
  evidence->callback([&] { chosen = [&] { return show_evidence(places, what, json); }; });

  auto* replay = app.add_subcommand("replay", "judge a recorded run again");
  replay->add_option("run", what, "a run's id, or an evidence file")->required();
  replay->add_flag("--json", json, "the verdict as JSON");
  replay->callback([&] { chosen = [&] { return replay_run(places, what, json); }; });

  CLI11_PARSE(app, argc, argv);
  return chosen();
}
