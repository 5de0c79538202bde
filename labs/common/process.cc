#include "labs/common/process.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "labs/common/text_file.h"

namespace kraftlab {
namespace {

std::vector<std::string> merged_environment(const std::map<std::string, std::string>& added) {
  std::vector<std::string> merged;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    if (!added.contains(text.substr(0, text.find('=')))) {
      merged.push_back(text);
    }
  }
  for (const auto& [name, value] : added) {
    merged.push_back(name + "=" + value);
  }
  return merged;
}

std::vector<char*> as_argv(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (std::string& text : strings) {
    pointers.push_back(text.data());
  }
  pointers.push_back(nullptr);
  return pointers;
}

// Ctrl-C reaches the terminal's foreground group only, and each program here is a group of its own:
// who ends us ends them as well.
constexpr std::array kEndings = {SIGINT, SIGTERM, SIGHUP};
constexpr size_t kGroupsMax = 64;
std::array<std::atomic<pid_t>, kGroupsMax> groups;

void end_with_groups(int signal) {
  for (const std::atomic<pid_t>& group : groups) {
    if (const pid_t pid = group.load(); pid > 0) {
      kill(-pid, SIGKILL);
    }
  }
  ::signal(signal, SIG_DFL);
  raise(signal);  // taken when this handler returns
}

sigset_t endings() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : kEndings) {
    sigaddset(&set, signal);
  }
  return set;
}

void handle_endings() {
  for (const int signal : kEndings) {
    struct sigaction before {};
    sigaction(signal, nullptr, &before);
    if (before.sa_handler == SIG_DFL) {  // what is ignored (nohup) stays so
      ::signal(signal, end_with_groups);
    }
  }
}

void replace_group(pid_t from, pid_t to) {
  for (std::atomic<pid_t>& group : groups) {
    pid_t expected = from;
    if (group.compare_exchange_strong(expected, to)) {
      return;
    }
  }
}

// In the child, before exec: only async-signal-safe calls.
void become(char* const* argv, char* const* envp, const char* folder, int output, pid_t parent) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);  // a parent that was killed runs no handler
  if (getppid() != parent) {
    _exit(126);
  }
  for (const int signal : kEndings) {
    struct sigaction before {};
    sigaction(signal, nullptr, &before);
    if (before.sa_handler != SIG_IGN) {
      ::signal(signal, SIG_DFL);
    }
  }
  const sigset_t set = endings();
  sigprocmask(SIG_UNBLOCK, &set, nullptr);
  if (output >= 0) {
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
  }
  if (*folder != '\0' && chdir(folder) != 0) {
    _exit(126);
  }
  const int none = open("/dev/null", O_RDONLY);
  dup2(none, STDIN_FILENO);
  execve(argv[0], argv, envp);
  _exit(errno == ENOENT ? 127 : 126);
}

}  // namespace

Result<Process> Process::start(const Command& command) {
  std::vector<std::string> arguments = command.arguments;
  std::vector<std::string> environment = merged_environment(command.environment);
  const std::vector<char*> argv = as_argv(arguments);
  const std::vector<char*> envp = as_argv(environment);
  int output = -1;
  if (!command.output.empty()) {
    output = open(command.output.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (output < 0) {
      return kafka::fail(
          kafka::ErrorCode::KafkaStorageError,
          fmt::format("cannot write {}: {}", command.output.string(), std::strerror(errno)));
    }
  }
  handle_endings();
  const sigset_t set = endings();
  sigprocmask(SIG_BLOCK, &set, nullptr);  // until the group is known
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid == 0) {
    become(argv.data(), envp.data(), command.folder.c_str(), output, parent);
  }
  if (pid > 0) {
    setpgid(pid, pid);
    replace_group(0, pid);
  }
  sigprocmask(SIG_UNBLOCK, &set, nullptr);
  if (output >= 0) {
    close(output);
  }
  if (pid < 0) {
    return kafka::fail(kafka::ErrorCode::UnknownServerError,
                       fmt::format("cannot start {}: {}", arguments[0], std::strerror(errno)));
  }
  return Process(pid, static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
}

Process::Process(Process&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      pidfd_(std::exchange(other.pidfd_, -1)),
      ended_(other.ended_),
      exit_code_(other.exit_code_) {}

Process::~Process() {
  if (pid_ > 0) {
    signal_group(SIGKILL);
    if (!ended_) {
      waitpid(pid_, nullptr, 0);
    }
    replace_group(pid_, 0);
  }
  if (pidfd_ >= 0) {
    close(pidfd_);
  }
}

bool Process::wait_until(Deadline deadline) {
  while (!ended_) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    pollfd end{.fd = pidfd_, .events = POLLIN, .revents = 0};
    const int ready = poll(&end, 1, static_cast<int>(std::max<int64_t>(left.count(), 0)));
    int status = 0;
    if (ready > 0 && waitpid(pid_, &status, 0) == pid_) {
      ended_ = true;
      exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    } else if (ready == 0) {
      return false;
    } else if (ready < 0 && errno != EINTR) {
      return false;
    }
  }
  return true;
}

void Process::signal_group(int signal) const {
  if (pid_ > 0) {
    kill(-pid_, signal);
  }
}

void kill_all_with(const std::string& variable) {
  namespace fs = std::filesystem;
  std::error_code error;  // a process may end while we look
  for (fs::directory_iterator entry("/proc", error), end; !error && entry != end;
       entry.increment(error)) {
    const pid_t pid = std::atoi(entry->path().filename().c_str());
    if (pid > 0 && pid != getpid() &&
        ('\0' + read_file(entry->path() / "environ")).find('\0' + variable + '\0') !=
            std::string::npos) {
      kill(pid, SIGKILL);
    }
  }
}

bool wait_for_text(const std::filesystem::path& file, std::string_view wanted, Process& writer,
                   Deadline deadline) {
  const int watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
  inotify_add_watch(watch, file.c_str(), IN_MODIFY);
  bool found = false;
  while (!(found = read_file(file).find(wanted) != std::string::npos) &&
         std::chrono::steady_clock::now() < deadline &&
         !writer.wait_until(std::chrono::steady_clock::now())) {
    pollfd change{.fd = watch, .events = POLLIN, .revents = 0};
    poll(&change, 1, 100);
    char events[4096];
    while (read(watch, events, sizeof events) > 0) {
    }
  }
  close(watch);
  return found;
}

std::string last_lines(const std::filesystem::path& file) {
  const std::string text = read_file(file);
  const size_t from = text.size() > 600 ? text.size() - 600 : 0;
  return text.substr(from);
}

uint16_t free_port() {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  uint16_t port = 0;
  if (bind(fd, reinterpret_cast<sockaddr*>(&address), length) == 0 &&
      getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length) == 0) {
    port = ntohs(address.sin_port);
  }
  close(fd);
  return port;
}

}  // namespace kraftlab
