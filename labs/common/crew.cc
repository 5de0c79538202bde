#include "labs/common/crew.h"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "labs/common/evidence_watch.h"
#include "labs/common/process.h"

namespace kraftlab {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr milliseconds kLookAgain{100};
constexpr seconds kFirstCueMax{3};  // so long may pass without a program before the first cue
constexpr seconds kCueMax{10};      // and before the next
constexpr seconds kStopMax{3};

// What a fault's text says is to be done; empty if the broker has done all of it.
std::string deed_of(const std::string& fault) {
  const size_t then = fault.find(" then ");
  return fault.starts_with("mark ") && then != std::string::npos ? fault.substr(then + 6) : "";
}

// The act that the deed starts, from 0.
std::optional<size_t> act_started_by(const std::string& deed) {
  size_t act = 0;
  if (!deed.starts_with("start ")) {
    return std::nullopt;
  }
  const auto [end, error] = std::from_chars(deed.data() + 6, deed.data() + deed.size(), act);
  return error == std::errc{} && end == deed.data() + deed.size() && act > 0
             ? std::optional(act - 1)
             : std::nullopt;
}

class Crew {
 public:
  Crew(const CrewPlan& plan, const RunData& data)
      : plan_(plan),
        acts_(data.acts.empty() ? std::vector<Environment>{{}} : data.acts),
        watch_(plan.program.evidence) {
    for (const std::string& fault : data.faults) {
      if (const auto act = act_started_by(deed_of(fault))) {
        awaited_.push_back(*act);
      }
    }
  }

  Result<RunEnd> run() {
    for (size_t act = 0; act < acts_.size(); ++act) {
      if (((plan_.in_turn || plan_.cue != nullptr) && act > 0) ||
          std::ranges::find(awaited_, act) != awaited_.end()) {
        continue;
      }
      if (auto started = start(act); !started) {
        return std::unexpected(started.error());
      }
    }
    const Deadline deadline = began_ + seconds(plan_.program.time_limit_s);
    while (steady_clock::now() < deadline) {
      const auto more = goes_on();
      if (!more) {
        return std::unexpected(more.error());
      }
      if (!*more) {
        break;
      }
      wait(deadline);
      for (const Fired& fired : watch_.take_fired()) {
        if (auto done = obey(fired); !done) {
          return std::unexpected(done.error());
        }
      }
      if (auto looked = look(); !looked) {
        return std::unexpected(looked.error());
      }
    }
    return finish(steady_clock::now() >= deadline);
  }

 private:
  struct Member {
    Process process;
    Start start;
    steady_clock::time_point began;
    bool ended = false;
  };

  Result<> start(size_t act) {
    const fs::path folder = fs::absolute(plan_.program.solution);
    Command command{.arguments = {(folder / "run").string()},
                    .environment = acts_.at(act),
                    .folder = folder,
                    .output = plan_.program.output};
    command.environment.insert(plan_.program.environment.begin(), plan_.program.environment.end());
    auto process = Process::start(command);
    if (!process) {
      return std::unexpected(process.error());
    }
    members_.push_back({std::move(*process), {.act = static_cast<int>(act)}, steady_clock::now()});
    return {};
  }

  Result<> obey(const Fired& fired) {
    if (fired.fault.starts_with("stall ") || fired.fault.starts_with("mute ")) {
      kill_members(fired.client_id);
      return {};
    }
    const std::string deed = deed_of(fired.fault);
    if (const auto act = act_started_by(deed)) {
      return start(*act);
    }
    return {};
  }

  // Everything that is due and not done.
  Result<> follow_cue(const History& history) {
    for (const std::string& deed : plan_.cue(history)) {
      if (std::ranges::find(done_, deed) != done_.end()) {
        continue;
      }
      done_.push_back(deed);
      last_sign_ = steady_clock::now();
      auto obeyed = deed.starts_with("act ")
                        ? start(act_started_by("start " + deed.substr(4)).value())
                        : plan_.deed(deed);
      if (!obeyed) {
        return obeyed;
      }
    }
    return {};
  }

  void kill_members(const std::string& client_id) {
    for (Member& member : members_) {
      const Environment& environment = acts_.at(static_cast<size_t>(member.start.act));
      const auto named = environment.find("CLIENT_ID");
      const bool is_meant =
          plan_.in_turn || (named != environment.end() && named->second == client_id);
      if (!member.ended && is_meant) {
        member.process.signal_group(SIGKILL);
        member.process.wait_until(steady_clock::now() + kStopMax);
        member.start.killed = true;
        note_end(member);
      }
    }
  }

  void note_end(Member& member) {
    member.ended = true;
    member.start.exit_code = member.process.exit_code();
    member.start.duration_ms = since(member.began);
  }

  static int64_t since(steady_clock::time_point began) {
    return std::chrono::duration_cast<milliseconds>(steady_clock::now() - began).count();
  }

  bool any_runs() {
    for (Member& member : members_) {
      if (!member.ended && member.process.wait_until(steady_clock::now())) {
        note_end(member);
      }
    }
    return std::ranges::any_of(members_, [](const Member& member) { return !member.ended; });
  }

  Result<bool> goes_on() {
    if (any_runs()) {
      last_sign_ = steady_clock::now();
      return !settled_;
    }
    if (plan_.in_turn) {
      return start_next();
    }
    const auto patience = done_.empty() ? kFirstCueMax : kCueMax;
    return !settled_ && plan_.cue != nullptr && steady_clock::now() - last_sign_ < patience;
  }

  // In turn: the act that was killed again, or the next one. False: there is none.
  Result<bool> start_next() {
    const Start& last = members_.back().start;
    const size_t next = static_cast<size_t>(last.act) + (last.killed ? 0 : 1);
    if (next >= acts_.size()) {
      return false;
    }
    if (auto started = start(next); !started) {
      return std::unexpected(started.error());
    }
    return true;
  }

  // The whole history is read for it: at most every kLookAgain, and less often the longer it takes.
  Result<> look() {
    const auto now = steady_clock::now();
    if (now < next_look_ || (plan_.settled == nullptr && plan_.cue == nullptr)) {
      return {};
    }
    const auto file = watch_.read();
    const auto history = file ? read_history(*file) : std::unexpected(file.error());
    const auto took = steady_clock::now() - now;
    next_look_ = now + took + std::max<steady_clock::duration>(kLookAgain, 3 * took);
    if (!history) {
      return {};  // a node is writing its first bytes
    }
    settled_ = plan_.settled != nullptr && plan_.settled(*history);
    return plan_.cue != nullptr && !settled_ ? follow_cue(*history) : Result<>{};
  }

  void wait(Deadline deadline) {
    std::vector<pollfd> ready = {{.fd = watch_.fd(), .events = POLLIN, .revents = 0}};
    for (const Member& member : members_) {
      if (!member.ended) {
        ready.push_back({.fd = member.process.pidfd(), .events = POLLIN, .revents = 0});
      }
    }
    const auto left = std::chrono::duration_cast<milliseconds>(deadline - steady_clock::now());
    poll(ready.data(), ready.size(),
         static_cast<int>(std::clamp(left, milliseconds(0), kLookAgain).count()));
  }

  RunEnd finish(bool timed_out) {
    RunEnd end;
    end.duration_ms = since(began_);
    const bool still_run = any_runs();
    for (Member& member : members_) {
      if (!member.ended) {
        member.process.signal_group(SIGTERM);
      }
    }
    const Deadline patience = steady_clock::now() + kStopMax;
    for (Member& member : members_) {
      if (!member.ended) {
        member.start.timed_out = timed_out;
        if (!member.process.wait_until(patience)) {
          member.process.signal_group(SIGKILL);
          member.process.wait_until(steady_clock::now() + kStopMax);
        }
        note_end(member);
      }
      end.starts.push_back(member.start);
      end.exit_code =
          plan_.in_turn ? member.start.exit_code : std::max(end.exit_code, member.start.exit_code);
    }
    if (const auto data = plan_.program.environment.find("LAB_DATA");
        data != plan_.program.environment.end()) {
      kill_all_with("LAB_DATA=" + data->second);
    }
    end.timed_out = timed_out && still_run;
    return end;
  }

  const CrewPlan& plan_;
  std::vector<Environment> acts_;
  EvidenceWatch watch_;
  std::vector<size_t> awaited_;  // acts that a fault starts
  std::vector<Member> members_;
  steady_clock::time_point began_ = steady_clock::now();
  steady_clock::time_point next_look_ = began_;
  steady_clock::time_point last_sign_ = began_;  // when a program ran, or a cue came
  std::vector<std::string> done_;                // cues
  bool settled_ = false;
};

}  // namespace

Result<RunEnd> run_crew(const CrewPlan& plan, const RunData& data) {
  return Crew(plan, data).run();
}

}  // namespace kraftlab
