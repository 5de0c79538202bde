// kraftlab-sim: whole clusters under virtual time, by seed.
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker/node/log_format.h"
#include "tests/sim/bug_hunt.h"
#include "tests/sim/shrink.h"
#include "tests/sim/simulation.h"

namespace kafka::sim {
namespace {

constexpr std::string_view usage =
    "USAGE: kraftlab-sim [options]\n"
    "Runs clusters of real brokers and controllers in one thread under virtual time, with faults\n"
    "that a seed decides, and checks at every step that nothing is lost, doubled or contradicted.\n"
    "\n"
    "  --seeds N      how many seeds (100)\n"
    "  --from S       the first of them (1)\n"
    "  --seed S       one seed, with what happened in it\n"
    "  --seconds T    simulated seconds of each (60)\n"
    "  --nodes N      3 or 5 combined nodes; else the seed decides\n"
    "  --shape NAME   three, five, separate or two-brokers\n"
    "  --jobs N       seeds at the same time, each job a process (1)\n"
    "  --shrink       of a failing seed: leaves out faults as long as it still fails\n"
    "  --trace        of one seed: the whole story, with what the nodes log\n"
    "  --budget T     stop after T seconds of real time\n"
    "  --bug NAME     with a deliberate bug\n"
    "  --bugs [NAMES] looks for a seed that catches each deliberate bug (comma separated: only those);\n"
    "                 bugs are there in a build that was configured with -DKRAFTLAB_BUGS=ON\n"
    "  --bug-seconds T  at most T seconds of processor time for each bug (60)\n"
    "  --help         prints this\n";

struct Arguments {
  uint64_t seeds = 100;
  uint64_t from = 1;
  int jobs = 1;
  bool one_seed = false;
  bool shrink = false;
  double budget_s = 0;
  bool bugs = false;
  std::string only_bugs;
  double bug_seconds = 60;
  std::string bug;
  RunOptions run;
};

template <class Number>
bool read_number(std::string_view text, Number& number) {
  return std::from_chars(text.data(), text.data() + text.size(), number).ptr ==
         text.data() + text.size();
}

bool take_value(Arguments& arguments, std::string_view name, std::string_view value) {
  if (name == "--seeds") {
    return read_number(value, arguments.seeds);
  }
  if (name == "--from") {
    return read_number(value, arguments.from);
  }
  if (name == "--seed") {
    arguments.one_seed = true;
    arguments.seeds = 1;
    return read_number(value, arguments.from);
  }
  if (name == "--seconds") {
    return read_number(value, arguments.run.seconds) && arguments.run.seconds >= 20;
  }
  if (name == "--nodes") {
    arguments.run.shape = value == "5" ? "five" : "three";
    return value == "3" || value == "5";
  }
  if (name == "--shape") {
    arguments.run.shape = value;
    return true;
  }
  if (name == "--jobs") {
    return read_number(value, arguments.jobs) && arguments.jobs >= 1;
  }
  if (name == "--budget") {
    return read_number(value, arguments.budget_s);
  }
  if (name == "--bug") {
    arguments.bug = value;
    return true;
  }
  if (name == "--bug-seconds") {
    return read_number(value, arguments.bug_seconds);
  }
  return false;
}

// Nothing: the program ends with *exit_code.
std::optional<Arguments> parse(int count, char** values, int& exit_code) {
  Arguments arguments;
  for (int i = 1; i < count; ++i) {
    const std::string_view word = values[i];
    if (word == "--help" || word == "-h") {
      fmt::print("{}", usage);
      exit_code = 0;
      return std::nullopt;
    }
    if (word == "--shrink") {
      arguments.shrink = true;
    } else if (word == "--trace") {
      arguments.run.trace = true;
    } else if (word == "--bugs") {
      arguments.bugs = true;
      if (i + 1 < count && values[i + 1][0] != '-') {
        arguments.only_bugs = values[++i];
      }
    } else if (i + 1 < count && take_value(arguments, word, values[i + 1])) {
      ++i;
    } else {
      fmt::print(stderr, "kraftlab-sim: {} is not understood\n{}", word, usage);
      exit_code = 2;
      return std::nullopt;
    }
  }
  return arguments;
}

double seconds_now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

void tell(const Outcome& outcome) {
  fmt::print("\nseed {} ({}) broke a rule after {:.3f} simulated seconds\n  rule   {}\n  what   {}\n",
             outcome.seed, outcome.shape, outcome.simulated_s, outcome.rule, outcome.what);
}

// A failing seed once more, with its story; the run is the same.
void explain(const Arguments& arguments, const Outcome& failed) {
  RunOptions options = arguments.run;
  options.seed = failed.seed;
  options.trace = true;
  std::set<size_t> without;
  if (arguments.shrink) {
    without = shrink(options, failed, [](const std::string& line) { fmt::print("{}\n", line); });
    options.without = without;
  }
  const Outcome again = run_seed(options);
  fmt::print("\nthe last of its story:\n");
  const size_t shown = arguments.run.trace ? again.story.size() : 60;
  const size_t first = again.story.size() > shown ? again.story.size() - shown : 0;
  for (size_t i = first; i < again.story.size(); ++i) {
    fmt::print("{}\n", again.story[i]);
  }
  fmt::print("\nits faults:\n");
  for (size_t i = 0; i < again.faults.size(); ++i) {
    if (!without.contains(i) && static_cast<double>(again.faults[i].at_us) / 1e6 <= again.simulated_s) {
      fmt::print("{}\n", to_string(again.faults[i]));
    }
  }
  tell(again);
  fmt::print("\nagain: kraftlab-sim --seed {} --seconds {}{}{}\n", failed.seed,
             arguments.run.seconds,
             arguments.run.shape.empty() ? "" : " --shape " + arguments.run.shape,
             arguments.bug.empty() ? "" : " --bug " + arguments.bug);
}

// Every jobs-th seed, beginning with from + number. Returns how many failed.
int run_share(const Arguments& arguments, int number) {
  const double began = seconds_now();
  double told = began;
  uint64_t done = 0;
  uint64_t faults = 0;
  int64_t acknowledged = 0;
  int failed = 0;
  for (uint64_t i = static_cast<uint64_t>(number); i < arguments.seeds;
       i += static_cast<uint64_t>(arguments.jobs)) {
    RunOptions options = arguments.run;
    options.seed = arguments.from + i;
    options.trace = options.trace && arguments.one_seed;
    const Outcome outcome = run_seed(options);
    ++done;
    faults += outcome.faults.size();
    acknowledged += outcome.acknowledged;
    if (!outcome.ok()) {
      ++failed;
      tell(outcome);
      if (failed == 1) {
        explain(arguments, outcome);
      }
    } else if (arguments.one_seed) {
      for (const std::string& line : outcome.story) {
        fmt::print("{}\n", line);
      }
      fmt::print("seed {} ({}): hash {:016x}, {} events, {} faults, {} starts of nodes, {} records "
                 "acknowledged, {} read, {} batches committed\n",
                 outcome.seed, outcome.shape, outcome.hash, outcome.events, outcome.faults.size(),
                 outcome.starts, outcome.acknowledged, outcome.reads, outcome.batches);
    }
    const double now = seconds_now();
    if (now - told > 5 || (arguments.budget_s > 0 && now - began > arguments.budget_s)) {
      told = now;
      fmt::print("{} seeds (up to {}), {} failed, {:.0f} seeds a minute\n", done, options.seed,
                 failed, static_cast<double>(done) * 60 / (now - began));
      std::fflush(stdout);
    }
    if (arguments.budget_s > 0 && now - began > arguments.budget_s) {
      break;
    }
  }
  const double took = seconds_now() - began;
  if (!arguments.one_seed) {
    fmt::print("{} seeds of {} simulated seconds, {} faults, {} records acknowledged, {} failed, "
               "{:.1f} s, {:.0f} seeds a minute\n",
               done, arguments.run.seconds, faults, acknowledged, failed, took,
               static_cast<double>(done) * 60 / took);
  }
  std::fflush(stdout);
  return failed;
}

int run_all(const Arguments& arguments) {
  std::vector<pid_t> children;
  for (int number = 1; number < arguments.jobs; ++number) {
    std::fflush(stdout);
    const pid_t child = ::fork();
    if (child == 0) {
      std::_Exit(run_share(arguments, number) == 0 ? 0 : 1);
    }
    children.push_back(child);
  }
  bool ok = run_share(arguments, 0) == 0;
  for (const pid_t child : children) {
    int status = 0;
    ::waitpid(child, &status, 0);
    ok = ok && status == 0;
  }
  return ok ? 0 : 1;
}

}  // namespace
}  // namespace kafka::sim

int main(int count, char** values) {
  using namespace kafka::sim;
  int exit_code = 0;
  const auto arguments = parse(count, values, exit_code);
  if (!arguments) {
    return exit_code;
  }
  if (arguments->bugs) {
    return hunt_bugs(arguments->only_bugs, arguments->run, arguments->bug_seconds);
  }
  if (!arguments->bug.empty() && !set_bug(arguments->bug)) {
    fmt::print(stderr, "kraftlab-sim: there is no bug {} in this build\n", arguments->bug);
    return 2;
  }
  return run_all(*arguments);
}
