#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>

#include "labs/common/command_kit.h"
#include "labs/common/commands.h"
#include "labs/common/rule.h"
#include "labs/common/run.h"
#include "labs/common/text_file.h"

namespace kraftlab {
namespace {

namespace fs = std::filesystem;

const char* state_of(const Places& places, const Progress& progress, const LabFiles& lab) {
  if (progress.passed(lab.id)) {
    return "passed";
  }
  return fs::exists(places.work() / lab.work_name()) ? "begun" : "";
}

// app/ itself, or app/LANGUAGE where a lab has starters in several.
Result<fs::path> starter_of(const LabFiles& lab, const std::string& language) {
  const fs::path app = lab.folder / "app";
  if (language == "go" && !on_path("go")) {
    return kafka::fail(kafka::ErrorCode::InvalidRequest,
                       "there is no Go toolchain here, and a starter in Go needs one: apt-get "
                       "install golang (1.18 or later), or take another language");
  }
  if (fs::exists(app / "run")) {
    if (language.empty() || language == "cpp") {
      return app;
    }
    return kafka::fail(
        kafka::ErrorCode::InvalidRequest,
        fmt::format(
            "lab {} has one starter only; but its `run` may start a program in any language",
            lab.id));
  }
  const std::string usual = fs::exists(app / "cpp") ? "cpp" : "sh";
  const std::string wanted = language.empty() ? usual : language;
  if (fs::exists(app / wanted / "run")) {
    return app / wanted;
  }
  std::vector<std::string> there;
  for (const auto& entry : fs::directory_iterator(app)) {
    there.push_back(entry.path().filename().string());
  }
  std::ranges::sort(there);
  return kafka::fail(kafka::ErrorCode::InvalidRequest,
                     fmt::format("lab {} has no starter in {}; it has: {}", lab.id, wanted,
                                 fmt::join(there, ", ")));
}

// The starter, what its language needs beside it, and the text. Half of it is never there: what
// was cut short (a full disk, Ctrl-C) would be taken for the learner's own.
Result<> copy_starter(const Places& places, const LabFiles& lab, const fs::path& starter,
                      const fs::path& folder) {
  const fs::path making =
      folder.parent_path() / fmt::format(".{}.{}", folder.filename().string(), getpid());
  std::error_code error;
  fs::create_directories(making, error);
  if (!error) {
    fs::copy(starter, making, fs::copy_options::recursive, error);
  }
  if (!error && fs::exists(making / "main.go")) {
    fs::copy(places.labs() / "common/go", making, error);  // go.mod and go.sum
  }
  if (!error) {
    fs::copy_file(in_language(lab.folder / "README.md", places.language), making / "README.md",
                  error);
  }
  if (!error) {
    fs::rename(making, folder, error);
  }
  if (error) {
    std::error_code ignored;
    fs::remove_all(making, ignored);
    return kafka::fail(kafka::ErrorCode::KafkaStorageError,
                       fmt::format("cannot make {}: {}", folder.string(), error.message()));
  }
  return {};
}

void print_first_steps(const Places& places, const LabFiles& english) {
  const Translation words = translation_of(places, &english);
  const LabFiles lab = words(english);
  fmt::print("{} · {}\n\n{:<7}{}\n{:<7}{}\n{:<7}./lab grade {}      {} ./lab hint {}\n", lab.id,
             lab.title, words("Goal"), lab.goal, words("First"), lab.first_step, words("Then"),
             lab.id, words("stuck?"), lab.id);
}

// A lab's row in what a teacher gets.
struct Row {
  std::string id;
  std::string name;
  std::string state;
  std::string passed_at;
  std::string run;
  int hints = 0;
};

Result<std::vector<Row>> rows_of(const Places& places) {
  auto catalog = load_catalog(places.labs());
  if (!catalog) {
    return std::unexpected(catalog.error());
  }
  const Progress progress = progress_of(places);
  std::vector<Row> rows;
  for (const LabFiles& lab : *catalog) {
    const Passed passed = progress.first_pass(lab.id);
    rows.push_back({lab.id, lab.name, state_of(places, progress, lab), passed.at, passed.run,
                    progress.hints_read(lab.id)});
  }
  return rows;
}

}  // namespace

int list_labs(const Places& places, bool json) {
  if (json) {
    return export_progress(places, "json");
  }
  auto catalog = load_catalog(places.labs());
  if (!catalog) {
    return refuse(catalog.error().message);
  }
  const Progress progress = progress_of(places);
  constexpr size_t kGoalAt = 31;
  const size_t columns = columns_of_output();
  const LabFiles* next = nullptr;
  for (const LabFiles& lab : *catalog) {
    next = next == nullptr && !progress.passed(lab.id) ? &lab : next;
    const Translation words = translation_of(places, &lab);
    fmt::print("{}  {:<9}{:<18}{}\n", lab.id, words(state_of(places, progress, lab)), lab.name,
               wrapped(words(lab).goal, columns, kGoalAt));
  }
  const Translation words = translation_of(places);
  fmt::print("\n{}\n", words(next != nullptr ? fmt::format("Next: ./lab start {}", next->id)
                                             : std::string("All passed.")));
  return 0;
}

int start_lab(const Places& places, const std::string& wanted, const std::string& language) {
  auto lab = find(places, wanted);
  if (!lab) {
    return refuse(lab.error().message);
  }
  const fs::path folder = places.work() / lab->work_name();
  if (fs::exists(folder)) {
    fmt::print("{}\n",
               translation_of(places)(fmt::format(
                   "{} is there already; nothing in it was touched. (./lab reset {} begins anew.)",
                   short_path(places, folder), lab->id)));
    print_first_steps(places, *lab);
    return 0;
  }
  auto starter = starter_of(*lab, language);
  if (!starter) {
    return refuse(starter.error().message);
  }
  if (auto copied = copy_starter(places, *lab, *starter, folder); !copied) {
    return refuse(copied.error().message);
  }
  print_first_steps(places, *lab);
  return 0;
}

int reset_lab(const Places& places, const std::string& wanted, const std::string& language,
              bool yes) {
  auto lab = find(places, wanted);
  if (!lab) {
    return refuse(lab.error().message);
  }
  auto starter = starter_of(*lab, language);
  if (!starter) {
    return refuse(starter.error().message);
  }
  const fs::path folder = places.work() / lab->work_name();
  if (!fs::exists(folder)) {
    return start_lab(places, wanted, language);
  }
  const fs::path kept =
      places.state / "before-reset" /
      fmt::format("{}-{:%Y%m%d-%H%M%S}", lab->work_name(), fmt::localtime(std::time(nullptr)));
  const Translation words = translation_of(places);
  if (!yes) {
    fmt::print("{} [y/N] ", words(fmt::format("Begin {} anew? What you have moves to {}",
                                              short_path(places, folder),
                                              short_path(places, kept))));
    std::fflush(stdout);
    std::string answer;
    if (!std::getline(std::cin, answer) || (answer != "y" && answer != "Y")) {
      return refuse(words("nothing was changed"));
    }
  }
  std::error_code error;
  fs::create_directories(kept.parent_path(), error);
  if (error) {
    return refuse(fmt::format("cannot make {}: {}", kept.parent_path().string(), error.message()));
  }
  fs::rename(folder, kept, error);
  if (error) {  // another disk
    error.clear();
    fs::copy(folder, kept, fs::copy_options::recursive, error);
    if (!error) {
      fs::remove_all(folder, error);
    }
  }
  if (error) {
    return refuse(fmt::format("cannot move {}: {}", folder.string(), error.message()));
  }
  fmt::print("{}\n", words(fmt::format("What you had is in {}.", short_path(places, kept))));
  return start_lab(places, wanted, language);
}

int show_hint(const Places& places, const std::string& wanted) {
  auto lab = find(places, wanted);
  if (!lab) {
    return refuse(lab.error().message);
  }
  Progress progress = progress_of(places);
  int number = progress.hints_read(lab->id) + 1;
  auto file = [&](int n) { return lab->folder / "hints" / fmt::format("{}.md", n); };
  const bool all_read = !fs::exists(file(number));
  number -= all_read ? 1 : 0;
  if (number == 0) {
    return refuse("this lab has no hints");
  }
  int count = number;
  while (fs::exists(file(count + 1))) {
    ++count;
  }
  fmt::print("{}\n\n{}", translation_of(places)(fmt::format("Hint {} of {}", number, count)),
             read_file(in_language(file(number), places.language)));
  if (!all_read && !progress.note_hint(lab->id, number)) {
    return refuse(fmt::format("cannot write to {}", places.state.string()));
  }
  return 0;
}

int show_solution(const Places& places, const std::string& wanted) {
  auto lab = find(places, wanted);
  if (!lab) {
    return refuse(lab.error().message);
  }
  if (!progress_of(places).passed(lab->id)) {
    return refuse(fmt::format(
        "the solutions of lab {} open when you have passed it; ./lab hint {} helps until then",
        lab->id, lab->id));
  }
  for (const Solution& solution : lab->solutions) {
    if (solution.expect != "pass") {
      continue;
    }
    fmt::print("== {}\n", short_path(places, solution.folder));
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(solution.folder)) {
      files.push_back(entry.path());
    }
    std::ranges::sort(files);
    for (const fs::path& file : files) {
      fmt::print("-- {}\n{}\n", file.filename().string(), read_file(file));
    }
  }
  fmt::print("The mistakes that this lab knows stand beside them: {}/author/wrong_*\n",
             short_path(places, lab->folder));
  return 0;
}

int show_progress(const Places& places) {
  auto rows = rows_of(places);
  if (!rows) {
    return refuse(rows.error().message);
  }
  const Translation words = translation_of(places);
  size_t passed = 0;
  for (const Row& row : *rows) {
    passed += row.state == "passed" ? 1 : 0;
    fmt::print("{}  {:<18}{:<8}{:<22}{}\n", row.id, row.name, words(row.state), row.passed_at,
               row.hints == 0 ? "" : words(fmt::format("hints read: {}", row.hints)));
  }
  fmt::print("\n{}\n", words(fmt::format("{} of {} passed. The file: {}", passed, rows->size(),
                                         short_path(places, places.state / "progress.tsv"))));
  return 0;
}

int export_progress(const Places& places, const std::string& format) {
  auto rows = rows_of(places);
  if (!rows) {
    return refuse(rows.error().message, format == "json");
  }
  if (format == "csv") {
    fmt::print("lab,name,state,passed_at,hints_read,run\n");
    for (const Row& row : *rows) {
      fmt::print("{},{},{},{},{},{}\n", row.id, row.name, row.state, row.passed_at, row.hints,
                 row.run);
    }
    return 0;
  }
  nlohmann::json labs = nlohmann::json::array();
  for (const Row& row : *rows) {
    labs.push_back({{"lab", row.id},
                    {"name", row.name},
                    {"state", row.state},
                    {"passed_at", row.passed_at},
                    {"hints_read", row.hints},
                    {"run", row.run}});
  }
  fmt::print("{}\n", nlohmann::json{{"version", 1}, {"labs", labs}}.dump(
                         2, ' ', false, nlohmann::json::error_handler_t::replace));
  return 0;
}

}  // namespace kraftlab
