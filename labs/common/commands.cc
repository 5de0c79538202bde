#include "labs/common/commands.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <random>
#include <sstream>

#include "labs/common/progress.h"
#include "labs/common/rule.h"
#include "labs/common/run.h"

namespace kraftlab {
namespace {

namespace fs = std::filesystem;

int refuse(const std::string& message) {
  fmt::print(stderr, "lab: {}\n", message);
  return 1;
}

Style style_of_output() {
  return {isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr};
}

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return std::move(text).str();
}

// The catalog and the lab in it; an Error says what to type instead.
Result<LabFiles> find(const Places& places, const std::string& wanted) {
  auto catalog = load_catalog(places.labs());
  if (!catalog) {
    return std::unexpected(catalog.error());
  }
  const LabFiles* lab = find_by_name(*catalog, wanted);
  if (lab == nullptr) {
    return kafka::fail(kafka::ErrorCode::InvalidRequest,
                       fmt::format("there is no lab '{}'; ./lab list shows them", wanted));
  }
  return *lab;
}

Progress progress_of(const Places& places) {
  return Progress(places.state / "progress.tsv");
}

Result<History> load_run(const Places& places, const std::string& run) {
  const fs::path file = fs::is_regular_file(run) ? fs::path(run) : evidence_path(places.runs(), run);
  if (!fs::is_regular_file(file)) {
    return kafka::fail(kafka::ErrorCode::InvalidRequest,
                       fmt::format("there is no run '{}'; they are the folders of {}", run,
                                   places.runs().string()));
  }
  return read_history(read_file(file));
}

void show(const Verdict& verdict, bool json) {
  fmt::print("{}{}", json ? to_json(verdict) : render(verdict, style_of_output()),
             json ? "\n" : "");
}

// One run, its evidence judged. Trouble of ours becomes an Inconclusive verdict.
Verdict run_and_judge(const Places& places, const LabCode& code, const RunPlan& plan) {
  auto id = run_solution(code, plan);
  Verdict verdict;
  if (!id) {
    verdict.trouble = id.error().message;
  } else if (auto history = load_run(places, *id); !history) {
    verdict.trouble = history.error().message;
    verdict.run_id = *id;
  } else {
    verdict = judge(*history, *id);
  }
  verdict.lab = code.id;
  verdict.seed = plan.seed;
  return verdict;
}

}  // namespace

int list_labs(const Places& places) {
  auto catalog = load_catalog(places.labs());
  if (!catalog) {
    return refuse(catalog.error().message);
  }
  const Progress progress = progress_of(places);
  for (const LabFiles& lab : *catalog) {
    const char* mark = progress.passed(lab.id)                    ? "passed"
                       : fs::exists(places.work() / lab.work_name()) ? "begun"
                                                                     : "";
    fmt::print("{}  {:<8}{:<20}{}\n", lab.id, mark, lab.name, lab.goal);
  }
  fmt::print("\nBegin one: ./lab start {}\n", catalog->empty() ? "01" : catalog->front().id);
  return 0;
}

int start_lab(const Places& places, const std::string& wanted) {
  auto lab = find(places, wanted);
  if (!lab) {
    return refuse(lab.error().message);
  }
  const fs::path folder = places.work() / lab->work_name();
  if (fs::exists(folder)) {
    fmt::print("{} is there already; nothing in it was touched.\n", folder.string());
  } else {
    std::error_code error;
    fs::create_directories(folder, error);
    if (!error) {
      fs::copy(lab->folder / "app", folder, fs::copy_options::recursive, error);
    }
    if (!error) {
      fs::copy_file(lab->folder / "README.md", folder / "README.md", error);
    }
    if (error) {
      return refuse(fmt::format("cannot make {}: {}", folder.string(), error.message()));
    }
  }
  fmt::print("{} · {}\n\nGoal   {}\nFirst  {}\nThen   ./lab grade {}      stuck? ./lab hint {}\n", lab->id,
             lab->title, lab->goal, lab->first_step, lab->id, lab->id);
  return 0;
}

int grade_lab(const Places& places, const std::string& wanted, const GradeOptions& options) {
  auto lab = find(places, wanted);
  if (!lab) {
    return refuse(lab.error().message);
  }
  const LabCode* code = find_lab(lab->id);
  if (code == nullptr) {
    return refuse(fmt::format("lab {} cannot be graded by this version", lab->id));
  }
  RunPlan plan{.dist = places.dist, .runs = places.runs(),
               .solution = options.solution.empty() ? places.work() / lab->work_name()
                                                    : fs::path(options.solution),
               .time_limit_s = lab->time_limit_s, .seed = 0,
               .quiet = options.json || options.runs > 1};
  if (!fs::exists(plan.solution / "run")) {
    return refuse(fmt::format("{}/run is not there; begin with ./lab start {}",
                              plan.solution.string(), lab->id));
  }
  std::random_device device;
  Outcome worst = Outcome::Pass;
  for (int run = 0; run < options.runs; ++run) {
    plan.seed = options.seed ? *options.seed + static_cast<uint64_t>(run) : device() % 1000000;
    Verdict verdict = run_and_judge(places, *code, plan);
    verdict.title = lab->name;
    show(verdict, options.json);
    worst = verdict.outcome == Outcome::Pass ? worst : verdict.outcome;
    if (verdict.outcome == Outcome::Pass && options.solution.empty() &&
        !progress_of(places).note_passed(lab->id, verdict.run_id)) {
      fmt::print(stderr, "lab: your progress could not be written to {}\n", places.state.string());
    }
  }
  return exit_status(worst);
}

int show_hint(const Places& places, const std::string& wanted) {
  auto lab = find(places, wanted);
  if (!lab) {
    return refuse(lab.error().message);
  }
  Progress progress = progress_of(places);
  int number = progress.hints_read(lab->id) + 1;
  auto file = [&](int n) { return lab->folder / "hints" / fmt::format("{}.md", n); };
  const bool last = !fs::exists(file(number));
  if (last) {
    --number;
  }
  if (number == 0) {
    return refuse("this lab has no hints");
  }
  fmt::print("Hint {}{}\n\n{}", number, last ? " (the last one)" : "", read_file(file(number)));
  if (!last && !progress.note_hint(lab->id, number)) {
    return refuse(fmt::format("cannot write to {}", places.state.string()));
  }
  return 0;
}

int explain_rule(const std::string& wanted) {
  const Rule* rule = find_rule(wanted);
  if (rule == nullptr) {
    return refuse(fmt::format("there is no rule '{}'; a verdict names them, like 01.2", wanted));
  }
  fmt::print("{}: {}\n\n{}\n", rule->id, rule->sentence, rule->explanation);
  return 0;
}

int show_evidence(const Places& places, const std::string& run, bool json) {
  auto history = load_run(places, run);
  if (!history) {
    return refuse(history.error().message);
  }
  for (const Exchange& exchange : history->exchanges) {
    fmt::print("{}\n", json ? describe_json(exchange) : describe(exchange));
  }
  if (!json && history->end) {
    fmt::print("the program ended with status {} after {} ms{}\n", history->end->exit_code,
               history->end->duration_ms, history->end->timed_out ? " (time limit)" : "");
  }
  return 0;
}

int replay_run(const Places& places, const std::string& run, bool json) {
  auto history = load_run(places, run);
  if (!history) {
    return refuse(history.error().message);
  }
  Verdict verdict = judge(*history, run);
  if (auto lab = find(places, verdict.lab)) {
    verdict.title = lab->name;
  }
  show(verdict, json);
  return exit_status(verdict.outcome);
}

}  // namespace kraftlab
