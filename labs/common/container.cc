#include "labs/common/container.h"

#include <fmt/format.h>

#include <sstream>

namespace kraftlab {
namespace {

namespace fs = std::filesystem;

constexpr int kHost = 1;
constexpr int kBroker = 2;
constexpr int kProgram = 3;
constexpr int kBrokersOwnLoopback = 4;  // nobody else reaches it
constexpr int kBehind = 5;              // Apache Kafka, behind the proxies

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

// The library that changes what names mean stands beside the program that grades.
fs::path preload_library() {
  return fs::read_symlink("/proc/self/exe").parent_path() / "libkraftlab-names.so";
}

}  // namespace

ContainerNet::ContainerNet(ComposeService broker, uint16_t number, fs::path evidence,
                           bool is_relayed)
    : broker_(std::move(broker)),
      number_(number),
      evidence_(std::move(evidence)),
      is_relayed_(is_relayed) {}

std::string ContainerNet::address(int host) const {
  return fmt::format("127.{}.{}.{}", 128 + (number_ >> 9), (number_ >> 1) & 0xff,
                     (number_ & 1) * 100 + host);
}

std::string ContainerNet::broker_address() const {
  return address(is_relayed_ ? kBehind : kBroker);
}

// Those of the compose file; names of the container network have become addresses.
kafka::ConfigMap ContainerNet::settings() const {
  kafka::ConfigMap settings = kafka::properties_from_environment(broker_.environment);
  for (auto& [name, value] : settings) {
    if (name == "listeners") {
      for (const char* host : {"localhost:", "127.0.0.1:"}) {
        replace_all(value, std::string("//") + host, "//" + address(kBrokersOwnLoopback) + ":");
      }
      for (const char* host : {"0.0.0.0:", "broker:", ":"}) {
        replace_all(value, std::string("//") + host, "//" + broker_address() + ":");
      }
    }
    if (name == "controller.quorum.voters" || name == "controller.quorum.bootstrap.servers") {
      replace_all(value, "broker:", broker_address() + ":");
      replace_all(value, "localhost:", broker_address() + ":");
    }
  }
  return settings;
}

std::string ContainerNet::properties(const fs::path& data) const {
  std::string text;
  for (const auto& [name, value] : settings()) {
    if (name != "log.dirs" && name != "log.dir") {  // those are of the container
      text += fmt::format("{}={}\n", name, value);
    }
  }
  return text + fmt::format("log.dirs={}\n", data.string());
}

std::vector<ContainerNet::Relay> ContainerNet::relays() const {
  kafka::ConfigMap all = settings();
  const std::string controllers = "," + all["controller.listener.names"] + ",";
  std::vector<Relay> relays;
  std::istringstream entries(all["listeners"]);
  for (std::string entry; std::getline(entries, entry, ',');) {
    const std::string before = "://" + broker_address() + ":";
    const size_t middle = entry.find(before);
    const std::string name = entry.substr(0, std::min(middle, entry.size()));
    if (middle != std::string::npos && !controllers.contains("," + name + ",")) {
      const std::string port = entry.substr(middle + before.size());
      relays.push_back({name, address(kBroker) + ":" + port, broker_address() + ":" + port});
    }
  }
  return relays;
}

Environment ContainerNet::environment(const std::string& place) const {
  Environment environment = {{"LAB_PLACE", place},
                             {"LAB_EVIDENCE", evidence_.string()},
                             {"LD_PRELOAD", preload_library().string()}};
  if (place == "inside") {
    environment["LAB_NAMES"] =
        fmt::format("localhost={0},127.0.0.1={0},broker={1}", address(kProgram), address(kBroker));
    return environment;
  }
  environment["LAB_NAMES"] = fmt::format("localhost={0},127.0.0.1={0}", address(kHost));
  std::string& ports = environment["LAB_PORTS"];
  for (const PublishedPort& port : broker_.ports) {
    ports += fmt::format("{}{}:{}>{}:{}", ports.empty() ? "" : ",", address(kHost), port.host,
                         address(kBroker), port.container);
  }
  return environment;
}

}  // namespace kraftlab
