#include "labs/common/run_kit.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fstream>

namespace kraftlab {

namespace fs = std::filesystem;
using std::chrono::steady_clock;

Result<> write_run_file(const fs::path& path, std::string_view content, bool append) {
  std::ofstream out(path, std::ios::binary | (append ? std::ios::app : std::ios::trunc));
  out << content << std::flush;
  if (!out) {
    return kafka::fail(kafka::ErrorCode::KafkaStorageError,
                       fmt::format("cannot write {}: is the disk full or the folder read-only?",
                                   path.string()));
  }
  return {};
}

bool is_free(uint16_t port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool free = bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  close(fd);
  return free;
}

int64_t realtime_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::string entry_text(kafka::evidence::Type type, std::string json) {
  kafka::evidence::Entry entry;
  entry.type = type;
  entry.text = std::move(json);
  return kafka::evidence::encode(entry);
}

Result<> add_deed(const fs::path& folder, const std::string& text) {
  kafka::evidence::Entry deed;
  deed.type = kafka::evidence::Type::Deed;
  deed.time_us = realtime_us();
  deed.text = text;
  return write_run_file(folder / "evidence", kafka::evidence::encode(deed), true);
}

std::string tools_path(const fs::path& dist) {
  const char* path = std::getenv("PATH");
  return (dist / "bin").string() + ":" + (path != nullptr ? path : "/usr/bin:/bin");
}

Result<> format_storage(const fs::path& dist, const fs::path& properties) {
  const fs::path log = properties.parent_path() / "format.log";
  const Command command{.arguments = {(dist / "bin/kafka-storage.sh").string(), "format", "-t",
                                      "5L6g3nShT-eMCtK--X86sw", "-c", properties.string()},
                        .environment = {}, .folder = {}, .output = log};
  auto process = Process::start(command);
  if (!process) {
    return std::unexpected(process.error());
  }
  if (!process->wait_until(steady_clock::now() + kBrokerStartMax) || process->exit_code() != 0) {
    return kafka::fail(kafka::ErrorCode::KafkaStorageError,
                       "the run's broker could not format its data folder: " + last_lines(log));
  }
  return {};
}

Result<Process> launch_broker(const fs::path& dist, const fs::path& properties,
                              const fs::path& log) {
  if (auto emptied = write_run_file(log, ""); !emptied) {
    return std::unexpected(emptied.error());
  }
  return Process::start({.arguments = {(dist / "bin/kafka-server-start.sh").string(),
                                       properties.string()},
                         .environment = {}, .folder = {}, .output = log});
}

Result<> await_broker(Process& broker, const fs::path& log) {
  if (wait_for_text(log, "Kafka Server started", broker, steady_clock::now() + kBrokerStartMax)) {
    return {};
  }
  return kafka::fail(kafka::ErrorCode::BrokerNotAvailable, last_lines(log));
}

Result<> stop_broker(Process& broker) {
  broker.signal_group(SIGTERM);
  return broker.wait_until(steady_clock::now() + kBrokerStopMax)
             ? Result<>{}
             : kafka::fail(kafka::ErrorCode::UnknownServerError, "the run's broker did not stop");
}

Result<> run_tools(const fs::path& dist, const fs::path& folder, const std::string& command) {
  auto process = Process::start({.arguments = {"/bin/sh", "-c", command},
                                 .environment = {{"PATH", tools_path(dist)}},
                                 .folder = folder, .output = folder / "prepare.log"});
  if (!process) {
    return std::unexpected(process.error());
  }
  if (!process->wait_until(steady_clock::now() + kBrokerStartMax) || process->exit_code() != 0) {
    return kafka::fail(kafka::ErrorCode::UnknownServerError,
                       "the run's topics could not be prepared: " +
                           last_lines(folder / "prepare.log"));
  }
  return {};
}

ProgramPlan program_plan(const RunPlan& plan, const fs::path& folder,
                         const std::string& bootstrap) {
  return {.solution = plan.solution,
          .output = plan.quiet ? folder / "program.log" : fs::path{},
          .evidence = folder / "evidence",
          .environment = {{"BOOTSTRAP", bootstrap},
                          {"LAB_DATA", (folder / "lab-data").string()},
                          {"LAB_CACHE", plan.cache.string()},
                          {"PATH", plan.helpers.string() + ":" + tools_path(plan.dist)}},
          .time_limit_s = plan.time_limit_s};
}

}  // namespace kraftlab
