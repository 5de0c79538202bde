// A child process in a group of its own, so that whatever it started ends with it.
//
// Thread: one. POSIX (fork, execve, poll).
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/result.h"

namespace kraftlab {

using kafka::Result;
using Deadline = std::chrono::steady_clock::time_point;

struct Command {
  std::vector<std::string> arguments;
  std::map<std::string, std::string> environment;  // added to ours
  std::filesystem::path folder;                    // where it starts; empty: here
  std::filesystem::path output;  // stdout and stderr go here; empty: ours
};

class Process {
 public:
  static Result<Process> start(const Command& command);

  Process(Process&& other) noexcept;
  Process& operator=(Process&&) = delete;
  ~Process();  // kills the group and reaps

  pid_t pid() const { return pid_; }
  int pidfd() const { return pidfd_; }  // readable once it has ended

  // True once it has ended; then exit_code() is known (128 + signal when a signal ended it).
  bool wait_until(Deadline deadline);
  int exit_code() const { return exit_code_; }

  void signal_group(int signal) const;

 private:
  explicit Process(pid_t pid, int pidfd) : pid_(pid), pidfd_(pidfd) {}

  pid_t pid_ = -1;
  int pidfd_ = -1;
  bool ended_ = false;
  int exit_code_ = -1;
};

// Kills whatever has this in its environment, such as "LAB_DATA=/x/lab-data": what a program left
// behind in a session of its own, where no signal to its group comes.
void kill_all_with(const std::string& variable);

// Waits until a file that `writer` fills has the text; false when the writer ends or time is up
// before that. Woken by the file's changes.
bool wait_for_text(const std::filesystem::path& file, std::string_view wanted, Process& writer,
                   Deadline deadline);

// The end of a log, for a message about it.
std::string last_lines(const std::filesystem::path& file);

// A port of 127.0.0.1 that nobody listens on now. Another program may take it before its user does.
uint16_t free_port();

}  // namespace kraftlab
