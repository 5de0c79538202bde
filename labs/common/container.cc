#include "labs/common/container.h"

#include <fmt/format.h>

#include "broker/config/properties.h"

namespace kraftlab {
namespace {

namespace fs = std::filesystem;

constexpr int kHost = 1;
constexpr int kBroker = 2;
constexpr int kProgram = 3;
constexpr int kBrokersOwnLoopback = 4;  // nobody else reaches it

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

ContainerNet::ContainerNet(ComposeService broker, uint16_t number, fs::path evidence)
    : broker_(std::move(broker)), number_(number), evidence_(std::move(evidence)) {}

std::string ContainerNet::address(int host) const {
  return fmt::format("127.{}.{}.{}", 128 + (number_ >> 9), (number_ >> 1) & 0xff,
                     (number_ & 1) * 100 + host);
}

std::string ContainerNet::properties(const fs::path& data, const fs::path& evidence) const {
  kafka::ConfigMap wanted = kafka::properties_from_environment(broker_.environment);
  std::string text;
  for (auto& [name, value] : wanted) {
    if (name == "log.dirs" || name == "log.dir") {
      continue;  // of the container
    }
    if (name == "listeners") {
      for (const char* host : {"localhost:", "127.0.0.1:"}) {
        replace_all(value, std::string("//") + host, "//" + address(kBrokersOwnLoopback) + ":");
      }
      for (const char* host : {"0.0.0.0:", "broker:", ":"}) {
        replace_all(value, std::string("//") + host, "//" + address(kBroker) + ":");
      }
    }
    if (name == "controller.quorum.voters" || name == "controller.quorum.bootstrap.servers") {
      replace_all(value, "broker:", address(kBroker) + ":");
      replace_all(value, "localhost:", address(kBroker) + ":");
    }
    text += fmt::format("{}={}\n", name, value);
  }
  return text + fmt::format("log.dirs={}\nkraftlab.evidence.path={}\n", data.string(),
                            evidence.string());
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
