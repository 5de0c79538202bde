#include <fmt/format.h>
#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>
#include <optional>
#include <random>
#include <set>

#include "labs/common/check.h"
#include "labs/common/command_kit.h"
#include "labs/common/commands.h"
#include "labs/common/diagram.h"
#include "labs/common/mistake.h"
#include "labs/common/rule.h"
#include "labs/common/run.h"
#include "labs/common/startable.h"
#include "labs/common/text_file.h"
#include "labs/common/topic_view.h"
#include "protocol/api/19_create_topics.h"

namespace kraftlab {
namespace {

namespace fs = std::filesystem;

constexpr int kSettleMs = 150;  // an editor writes a file in several steps

void show(const Places& places, const Verdict& verdict, bool json) {
  if (json) {
    fmt::print("{}\n", to_json(verdict));
  } else {
    const auto lab = find(places, verdict.lab);
    const Translation words = translation_of(places, lab ? &*lab : nullptr);
    Style style = style_of_output();
    style.words = words;
    fmt::print("{}", render(words(verdict), style));
  }
  std::fflush(stdout);
}

struct Judged {
  Verdict verdict;
  std::optional<History> history;
};

// A program that puts an earlier run's evidence in the place of its own has shown nothing.
bool is_of(const History& history, const LabCode& code, const RunPlan& plan) {
  RunData data = code.make_data(plan.seed);
  data.engine = history.run.engine;
  return history.run == data;
}

// One run, its evidence judged. Trouble of ours becomes an Inconclusive verdict.
Judged run_and_judge(const Places& places, const LabCode& code, const RunPlan& plan) {
  auto id = run_solution(code, plan);
  Judged judged;
  Verdict& verdict = judged.verdict;
  if (!id) {
    verdict.trouble = id.error().message;
  } else if (auto history = load_run(places, *id); !history) {
    verdict.trouble = history.error().message;
    verdict.run_id = *id;
  } else if (!is_of(*history, code, plan)) {
    verdict.trouble =
        "the evidence is of another run: something overwrote it while this one went on";
    verdict.run_id = *id;
  } else {
    verdict = judge(*history, *id);
    judged.history = std::move(*history);
  }
  verdict.lab = code.id;
  verdict.seed = plan.seed;
  return judged;
}

struct Graded {
  LabFiles lab;
  const LabCode* code;
  RunPlan plan;
};

Result<Graded> plan_of(const Places& places, const std::string& wanted,
                       const GradeOptions& options) {
  auto lab = find(places, wanted);
  if (!lab) {
    return std::unexpected(lab.error());
  }
  const LabCode* code = find_lab(lab->id);
  if (code == nullptr) {
    return kafka::fail(kafka::ErrorCode::InvalidRequest,
                       fmt::format("lab {} cannot be graded by this version", lab->id));
  }
  RunPlan plan{.dist = fs::absolute(places.dist),
               .runs = places.runs(),
               .solution = options.solution.empty() ? places.work() / lab->work_name()
                                                    : fs::path(options.solution),
               .helpers = fs::absolute(places.labs() / "common" / "bin"),
               .cache = fs::absolute(places.state / "compiled"),
               .time_limit_s = lab->time_limit_s,
               .seed = 0,
               .quiet = options.json || options.runs > 1};
  if (options.engine == "kafka") {
    if (!code->make_data(0).nodes.empty()) {
      return kafka::fail(
          kafka::ErrorCode::InvalidRequest,
          fmt::format("lab {} runs on a cluster, which --engine kafka does not start", lab->id));
    }
    auto kafka = find_kafka(fs::absolute(places.state));
    if (!kafka) {
      return std::unexpected(kafka.error());
    }
    plan.kafka = std::move(*kafka);
  }
  if (is_mistake(plan.solution)) {
    auto made = make_mistake(plan.solution, places.state / "mistakes" / lab->id);
    if (!made) {
      return std::unexpected(made.error());
    }
    plan.solution = std::move(*made);
  }
  if (!fs::exists(plan.solution / "run")) {
    return kafka::fail(kafka::ErrorCode::InvalidRequest,
                       fmt::format("{}/run is not there; begin with ./lab start {}",
                                   short_path(places, plan.solution), lab->id));
  }
  if (auto startable = is_startable(plan.solution / "run"); !startable) {
    return std::unexpected(startable.error());
  }
  return Graded{std::move(*lab), code, std::move(plan)};
}

uint64_t seed_of_run(const GradeOptions& options, int run) {
  static std::random_device device;
  return options.seed ? *options.seed + static_cast<uint64_t>(run) : device() % 1'000'000;
}

bool has_data_of_its_seed(const RunData& data) {
  const LabCode* code = find_lab(data.lab);
  if (code == nullptr) {
    return true;  // the verdict says so
  }
  RunData made = code->make_data(data.seed);
  made.engine = data.engine;
  return made == data;
}

// The drawing for the terminal, and the page beside the run's evidence.
void show_drawings(const Places& places, const History& history, const Verdict& verdict) {
  const auto lab = find(places, verdict.lab);
  const Translation words = translation_of(places, lab ? &*lab : nullptr);
  fmt::print("\n{}\n{}\n", words("What you saw"), draw_run(history));
  const fs::path page = places.runs() / verdict.run_id / "page.html";
  if (!fs::exists(page.parent_path())) {
    return;  // evidence from elsewhere
  }
  std::ofstream out(page, std::ios::binary);
  out << page_of_run(history, verdict, words) << std::flush;
  fmt::print("{:<10}{}\n", words("as a page"),
             out ? short_path(places, page) : "cannot be written: is the disk full?");
}

// The records of each Produce request, by frame: the bytes of a batch say nothing to a person.
std::map<uint64_t, std::vector<std::string>> records_by_frame(const History& history) {
  std::set<std::string> topics;
  for (const TopicPlan& topic : history.run.topics) {
    topics.insert(topic.name);
  }
  for_each<kafka::CreateTopicsRequest, kafka::CreateTopicsResponse>(
      history, [&](const Exchange&, const kafka::CreateTopicsRequest& request,
                   const kafka::CreateTopicsResponse*) {
        for (const auto& topic : request.topics) {
          topics.insert(topic.name);
        }
      });
  std::map<uint64_t, std::vector<std::string>> lines;
  for (const std::string& topic : topics) {
    for (const SentRecord& record : sent_records(history, topic)) {
      lines[record.frame].push_back(fmt::format(
          "{}-{}  {}  key {}  value {}", topic, record.partition,
          record.offset < 0 ? "not stored" : fmt::format("offset {}", record.offset),
          record.key ? shown(*record.key) : "null", record.value ? shown(*record.value) : "null"));
    }
  }
  return lines;
}

void show_next(const Places& places, const Graded& graded) {
  const Translation words = translation_of(places);
  fmt::print("{:<10}./lab solution {}: {}   ·   ./lab list\n", words("next"), graded.lab.id,
             words("how others did it"));
}

using Files = std::map<fs::path, std::string>;

// The files of a folder with what is in them.
Files files_in(const fs::path& folder) {
  constexpr uintmax_t kSizeMax = 1 << 20;
  Files files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (entry.is_regular_file(error) && entry.file_size(error) <= kSizeMax) {
      files[entry.path()] = read_file(entry.path());
    }
  }
  return files;
}

// Whether one that was there is another now.
bool differ(const Files& before, const Files& after) {
  return std::ranges::any_of(before, [&](const auto& file) {
    const auto found = after.find(file.first);
    return found != after.end() && found->second != file.second;
  });
}

}  // namespace

int grade_lab(const Places& places, const std::string& wanted, const GradeOptions& options) {
  auto graded = plan_of(places, wanted, options);
  if (!graded) {
    return refuse(graded.error().message, options.json);
  }
  Outcome worst = Outcome::Pass;
  for (int run = 0; run < options.runs; ++run) {
    graded->plan.seed = seed_of_run(options, run);
    auto [verdict, history] = run_and_judge(places, *graded->code, graded->plan);
    if (!graded->plan.quiet) {
      fmt::print("\n");  // above it is what the program printed
    }
    verdict.title = graded->lab.name;
    show(places, verdict, options.json);
    worst = verdict.outcome == Outcome::Pass || worst == Outcome::Fail ? worst : verdict.outcome;
    if (verdict.outcome != Outcome::Pass) {
      continue;
    }
    if (!options.json && options.runs == 1) {
      show_drawings(places, *history, verdict);
      show_next(places, *graded);
    }
    if (options.solution.empty() &&
        !progress_of(places).note_passed(graded->lab.id, verdict.run_id)) {
      fmt::print(stderr, "lab: your progress could not be written to {}\n", places.state.string());
    }
  }
  return exit_status(worst);
}

int watch_lab(const Places& places, const std::string& wanted, const GradeOptions& options) {
  auto graded = plan_of(places, wanted, options);
  if (!graded) {
    return refuse(graded.error().message);
  }
  const int watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
  if (inotify_add_watch(watch, graded->plan.solution.c_str(),
                        IN_CLOSE_WRITE | IN_MOVED_TO | IN_DELETE) < 0) {
    return refuse(fmt::format("{} cannot be watched", graded->plan.solution.string()));
  }
  auto wait_ms = [&](int timeout_ms) {
    pollfd change{.fd = watch, .events = POLLIN, .revents = 0};
    const bool changed = poll(&change, 1, timeout_ms) > 0;
    char events[4096];
    while (read(watch, events, sizeof events) > 0) {
    }
    return changed;
  };
  bool saved_meanwhile = false;
  while (true) {
    const auto before = files_in(graded->plan.solution);
    grade_lab(places, wanted, options);
    wait_ms(0);  // what the program itself wrote into its folder
    // Once only: what differs each time is written by the program, and not saved.
    saved_meanwhile = !saved_meanwhile && differ(before, files_in(graded->plan.solution));
    if (saved_meanwhile) {
      continue;
    }
    fmt::print("\n{}\n", translation_of(places)(fmt::format(
                             "Watching {}: save a file and it is graded again; Ctrl-C ends.",
                             short_path(places, graded->plan.solution))));
    std::fflush(stdout);
    wait_ms(-1);
    while (wait_ms(kSettleMs)) {
    }
  }
}

int explain_rule(const Places& places, const std::string& wanted) {
  const Rule* rule = find_rule(wanted);
  const auto lab = find(places, wanted.substr(0, wanted.find('.')));
  const Translation words = translation_of(places, lab ? &*lab : nullptr);
  auto print = [&](const Rule& each) {
    const std::string id(each.id);
    fmt::print("{}: {}\n\n{}\n", id, words.sentence(id, each.sentence),
               words.explanation(id, each.explanation));
  };
  if (rule != nullptr) {
    print(*rule);
    return 0;
  }
  const LabCode* code = lab ? find_lab(lab->id) : nullptr;
  if (code != nullptr && wanted.contains('.')) {
    return refuse(fmt::format("there is no rule '{}'; lab {} has {} to {}", wanted, lab->id,
                              code->rules.front().id, code->rules.back().id));
  }
  if (code == nullptr) {
    return refuse(fmt::format("there is no rule '{}'; a verdict names them, like 01.2", wanted));
  }
  for (const Rule& each : code->rules) {
    print(each);
    fmt::print("\n");
  }
  return 0;
}

int show_evidence(const Places& places, const std::string& run, bool json) {
  auto history = load_run(places, run);
  if (!history) {
    return refuse(history.error().message, json);
  }
  const auto records = records_by_frame(*history);
  auto deed = history->deeds.begin();
  auto event = history->events.begin();
  const auto show_before = [&](uint64_t frame) {
    for (; deed != history->deeds.end() && deed->after_frame < frame; ++deed) {
      fmt::print("{}\n", json ? describe_json(*deed) : "meanwhile  " + deed->text);
    }
    for (; event != history->events.end() && event->after_frame < frame; ++event) {
      fmt::print("{}\n", json ? describe_json(*event) : describe(*event));
    }
  };
  for (const Exchange& exchange : history->exchanges) {
    show_before(exchange.frame);
    fmt::print("{}\n", json ? describe_json(exchange) : describe(exchange));
    const auto found = records.find(exchange.frame);
    for (size_t i = 0; !json && found != records.end() && i < found->second.size(); ++i) {
      fmt::print("      record  {}\n", found->second[i]);
    }
  }
  show_before(UINT64_MAX);
  if (json || !history->end) {
    return 0;
  }
  for (const Start& start : history->end->starts) {
    fmt::print("the program ended with status {} after {} ms{}{}\n", start.exit_code,
               start.duration_ms, start.timed_out ? " (time limit)" : "",
               start.killed ? " (killed by the grader, as planned)" : "");
  }
  return 0;
}

int replay_run(const Places& places, const std::string& run, bool json) {
  auto file = find_evidence(places, run);
  if (!file) {
    return refuse(file.error().message, json);
  }
  auto history = read_history(read_file(*file));
  if (!history) {
    return refuse(history.error().message, json);
  }
  const std::string folder = fs::absolute(*file).parent_path().filename().string();
  Verdict verdict = judge(*history, file->filename() == "evidence" ? folder : run);
  if (auto lab = find(places, verdict.lab)) {
    verdict.title = lab->name;
  }
  show(places, verdict, json);
  if (!json && verdict.outcome == Outcome::Pass) {
    show_drawings(places, *history, verdict);
  }
  return exit_status(verdict.outcome);
}

int verify_run(const Places& places, const std::string& file, const GradeOptions& options) {
  auto history = load_run(places, file);
  if (!history) {
    return refuse(history.error().message, options.json);
  }
  if (!has_data_of_its_seed(history->run)) {
    return refuse(fmt::format("the data in the file are not what lab {} makes of seed {}: it was "
                              "edited, or another version of the lab made it",
                              history->run.lab, history->run.seed),
                  options.json);
  }
  const int judged = replay_run(places, file, options.json);
  if (!options.seed || judged == exit_status(Outcome::Inconclusive)) {
    return judged;
  }
  if (options.solution.empty()) {
    return refuse("--secret-seed runs the program again: name its folder with --solution",
                  options.json);
  }
  GradeOptions same = options;
  same.engine = history->run.engine.empty() ? options.engine : history->run.engine;
  const int again = grade_lab(places, history->run.lab, same);
  return judged != 0 ? judged : again;
}

}  // namespace kraftlab
