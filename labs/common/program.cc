#include "labs/common/program.h"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <optional>
#include <sstream>

#include "broker/core/evidence.h"
#include "labs/common/process.h"

namespace kraftlab {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

bool kills(const std::string& fault) {
  return fault.starts_with("stall ") || fault.starts_with("mute ");
}

// The deadly faults that fired so far, from a file that grows. Woken by the file's changes.
class FaultWatch {
 public:
  explicit FaultWatch(const fs::path& evidence)
      : file_(evidence), fd_(inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {
    inotify_add_watch(fd_, evidence.c_str(), IN_MODIFY);
  }
  ~FaultWatch() { close(fd_); }
  FaultWatch(const FaultWatch&) = delete;
  FaultWatch& operator=(const FaultWatch&) = delete;

  int fd() const { return fd_; }

  // True when another one fired since the last call that was true.
  bool take_one() {
    char events[4096];
    while (read(fd_, events, sizeof events) > 0) {
    }
    std::ifstream in(file_, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    const auto entries = kafka::evidence::read_all(std::move(text).str());
    size_t fired = 0;
    for (size_t i = 0; entries && i < entries->size(); ++i) {
      const auto& entry = (*entries)[i];
      fired += entry.type == kafka::evidence::Type::Fault && kills(entry.text) ? 1 : 0;
    }
    if (fired <= taken_) {
      return false;
    }
    ++taken_;
    return true;
  }

 private:
  fs::path file_;
  int fd_;
  size_t taken_ = 0;
};

milliseconds since(steady_clock::time_point began) {
  return std::chrono::duration_cast<milliseconds>(steady_clock::now() - began);
}

// Waits for the program's end, a deadly fault, or the deadline.
void wait_for(Process& process, FaultWatch* watch, Deadline deadline, Start& start) {
  while (!process.wait_until(steady_clock::now())) {
    const auto left = deadline - steady_clock::now();
    if (left.count() <= 0) {
      start.timed_out = true;
      process.signal_group(SIGTERM);
      process.wait_until(steady_clock::now() + seconds(2));
      break;
    }
    if (watch != nullptr && watch->take_one()) {
      start.killed = true;
      process.signal_group(SIGKILL);
      process.wait_until(steady_clock::now() + seconds(2));
      break;
    }
    const int wait_ms =
        static_cast<int>(std::chrono::duration_cast<milliseconds>(left).count()) + 1;
    pollfd ready[] = {{.fd = process.pidfd(), .events = POLLIN, .revents = 0},
                      {.fd = watch != nullptr ? watch->fd() : -1, .events = POLLIN, .revents = 0}};
    poll(ready, 2, wait_ms);
  }
}

std::vector<Environment> acts_of(const RunData& data) {
  return data.acts.empty() ? std::vector<Environment>{{}} : data.acts;
}

}  // namespace

Result<RunEnd> run_program(const ProgramPlan& plan, const RunData& data) {
  const bool deadly = std::ranges::any_of(data.faults, kills);
  std::optional<FaultWatch> watch;
  if (deadly) {
    watch.emplace(plan.evidence);
  }
  const auto began = steady_clock::now();
  const Deadline deadline = began + seconds(plan.time_limit_s);
  const fs::path folder = fs::absolute(plan.solution);
  RunEnd end;
  const std::vector<Environment> acts = acts_of(data);
  for (size_t act = 0; act < acts.size() && !end.timed_out;) {
    Command command{.arguments = {(folder / "run").string()}, .environment = acts[act],
                    .folder = folder, .output = plan.output};
    command.environment.insert(plan.environment.begin(), plan.environment.end());
    const auto start_began = steady_clock::now();
    auto process = Process::start(command);
    if (!process) {
      return std::unexpected(process.error());
    }
    Start start{.act = static_cast<int>(act)};
    wait_for(*process, watch ? &*watch : nullptr, deadline, start);
    start.exit_code = process->exit_code();
    start.duration_ms = since(start_began).count();
    end.exit_code = start.exit_code;
    end.timed_out = start.timed_out;
    end.starts.push_back(start);
    act += start.killed ? 0 : 1;
  }
  end.duration_ms = since(began).count();
  return end;
}

}  // namespace kraftlab
