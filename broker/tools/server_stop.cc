// kafka-server-stop.sh [--process-role=broker|controller] [--node-id=N]: asks the servers that run
// from this tree to stop, as `kill` does.
//
// Apache Kafka's script signals every Kafka process of the machine that it may. This one takes
// only those whose program is the kafka-server beside this one.
#include <fmt/core.h>
#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>

#include "broker/config/properties.h"
#include "broker/tools/common/subcommands.h"
#include "broker/tools/common/text.h"
#include "broker/tools/tools.h"

namespace kafka {

namespace {

namespace fs = std::filesystem;

struct Server {
  pid_t pid = 0;
  std::vector<std::string> arguments;
};

// Where the program of a process stands; also when the file has been replaced since.
std::string program_of(const fs::path& process) {
  std::error_code failed;
  std::string path = fs::read_symlink(process / "exe", failed).string();
  constexpr std::string_view replaced = " (deleted)";
  if (path.ends_with(replaced)) {
    path.resize(path.size() - replaced.size());
  }
  return path;
}

std::vector<Server> running_servers() {
  const std::string program =
      fs::path(program_of("/proc/self")).replace_filename("kafka-server").string();
  std::vector<Server> servers;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator("/proc", failed)) {
    const auto pid = parse_number(entry.path().filename().string(), 1, INT32_MAX);
    if (!pid || program_of(entry.path()) != program) {
      continue;
    }
    std::ifstream file(entry.path() / "cmdline", std::ios::binary);
    const std::string line{std::istreambuf_iterator<char>(file), {}};
    servers.push_back({static_cast<pid_t>(*pid), split(line, '\0')});
  }
  std::ranges::sort(servers, {}, &Server::pid);
  return servers;
}

// A property of the file that the server was started with; overrides are looked at, too.
std::optional<std::string> property_of(const Server& server, std::string_view key) {
  std::optional<std::string> value;
  for (const std::string& argument : server.arguments) {
    if (argument.starts_with(std::string(key) + "=")) {
      return argument.substr(key.size() + 1);
    }
    std::error_code failed;
    fs::path path = argument;
    if (path.is_relative()) {
      path = fs::read_symlink(fmt::format("/proc/{}/cwd", server.pid), failed) / path;
    }
    std::ifstream file(path);
    if (!argument.ends_with(".properties") || !file) {
      continue;
    }
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    if (const auto parsed = parse_properties(text)) {
      const ConfigMap map = to_config_map(*parsed);
      if (const auto found = map.find(key); found != map.end()) {
        value = found->second;
      }
    }
  }
  return value;
}

struct WantedProcess {
  std::optional<std::string> role;
  std::optional<std::string> node_id;

  bool matches(const Server& server) const {
    if (node_id && property_of(server, "node.id") != node_id) {
      return false;
    }
    if (!role) {
      return true;
    }
    const std::string roles = property_of(server, "process.roles").value_or("");
    const auto items = split(roles, ',');
    return std::ranges::any_of(items, [&](const std::string& item) { return trim(item) == *role; });
  }
};

int usage() {
  fmt::print(stderr,
             "usage: kafka-server-stop.sh [--process-role=broker|controller] [--node-id=N]\n");
  return 1;
}

}  // namespace

int run_server_stop(const Words& words) {
  WantedProcess wanted;
  for (const std::string& word : words) {
    const size_t equals = word.find('=');
    const std::string name = word.substr(0, equals);
    if (equals == std::string::npos || (name != "--process-role" && name != "--node-id")) {
      return usage();
    }
    (name == "--node-id" ? wanted.node_id : wanted.role) = word.substr(equals + 1);
  }
  int stopped = 0;
  for (const Server& server : running_servers()) {
    if (!wanted.matches(server)) {
      continue;
    }
    if (::kill(server.pid, SIGTERM) != 0) {
      fmt::print(stderr, "cannot stop process {}: {}\n", server.pid, std::strerror(errno));
      return 1;
    }
    ++stopped;
  }
  if (stopped == 0) {
    fmt::print("No kafka server to stop\n");
    return 1;
  }
  return 0;
}

}  // namespace kafka
