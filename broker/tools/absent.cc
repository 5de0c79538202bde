// Scripts of Apache Kafka that are not tools here: what went with ZooKeeper, and what is not built.
#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "broker/tools/tools.h"

namespace kafka {

namespace {

struct Absent {
  std::string_view name;
  std::string_view instead;  // completes "<name>.sh: "
};

constexpr auto zookeeper_scripts = std::to_array<Absent>({
    {"zookeeper-server-start",
     "Kafka has run without ZooKeeper since 4.0, so there is nothing to start first; start the "
     "broker: bin/kafka-server-start.sh config/server.properties"},
    {"zookeeper-server-stop",
     "Kafka has run without ZooKeeper since 4.0; stop the broker: bin/kafka-server-stop.sh"},
    {"zookeeper-shell",
     "Kafka has run without ZooKeeper since 4.0 and keeps its metadata in a log of its own; read "
     "it: bin/kafka-dump-log.sh --cluster-metadata-decoder --files "
     "<log.dirs>/__cluster_metadata-0/00000000000000000000.log"},
    {"zookeeper-security-migration",
     "Kafka has run without ZooKeeper since 4.0; permissions are set by bin/kafka-acls.sh there"},
    {"kafka-preferred-replica-election",
     "its successor in Kafka is bin/kafka-leader-election.sh --election-type preferred"},
});

constexpr auto not_built = std::to_array<Absent>({
    {"connect-distributed", "Kafka Connect"},
    {"connect-mirror-maker", "MirrorMaker"},
    {"connect-plugin-path", "Kafka Connect"},
    {"connect-standalone", "Kafka Connect"},
    {"kafka-acls", "access control lists"},
    {"kafka-client-metrics", "client metrics subscriptions"},
    {"kafka-console-share-consumer", "share groups"},
    {"kafka-consumer-perf-test", "performance tests of clients"},
    {"kafka-delegation-tokens", "delegation tokens"},
    {"kafka-e2e-latency", "performance tests of clients"},
    {"kafka-groups", "the list of groups of all kinds (kafka-consumer-groups.sh --list is here)"},
    {"kafka-jmx", "JMX"},
    {"kafka-metadata-shell", "the metadata shell (kafka-dump-log.sh prints the same records)"},
    {"kafka-mirror-maker", "MirrorMaker"},
    {"kafka-producer-perf-test", "performance tests of clients"},
    {"kafka-replica-verification", "the comparison of replicas"},
    {"kafka-run-class", "Java classes"},
    {"kafka-share-consumer-perf-test", "share groups"},
    {"kafka-share-groups", "share groups"},
    {"kafka-streams-application-reset", "Kafka Streams"},
    {"kafka-streams-groups", "Kafka Streams"},
    {"kafka-transactions", "looking into transactions"},
    {"kafka-verifiable-consumer", "system tests of clients"},
    {"kafka-verifiable-producer", "system tests of clients"},
    {"kafka-verifiable-share-consumer", "system tests of clients"},
    {"trogdor", "fault injection of Kafka's own system tests"},
});

// The command with --bootstrap-server where --zookeeper stood.
std::string modern_command(std::string_view tool, const Words& words) {
  std::string command = fmt::format("bin/{}", tool);
  for (size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "--zookeeper") {
      command += " --bootstrap-server localhost:9092";
      ++i;
    } else if (words[i].starts_with("--zookeeper=")) {
      command += " --bootstrap-server localhost:9092";
    } else if (words[i].find_first_of(" \"$*?[](){}|&;<>\\") != std::string::npos) {
      command += " '" + words[i] + "'";
    } else {
      command += " " + words[i];
    }
  }
  return command;
}

}  // namespace

bool explain_absent_tool(std::string_view name, const Words&) {
  if (const auto* found = std::ranges::find(zookeeper_scripts, name, &Absent::name);
      found != zookeeper_scripts.end()) {
    fmt::print(stderr, "{}.sh: {}\n", name, found->instead);
    return true;
  }
  if (const auto* found = std::ranges::find(not_built, name, &Absent::name);
      found != not_built.end()) {
    fmt::print(stderr,
               "{}.sh is not part of this distribution ({}); Apache Kafka's own works against this "
               "broker as far as the broker supports it.\n",
               name, found->instead);
    return true;
  }
  return false;
}

bool names_zookeeper(const Words& words) {
  return std::ranges::any_of(
      words, [](const std::string& word) { return word.starts_with("--zookeeper"); });
}

int refuse_zookeeper(std::string_view tool, const Words& words) {
  fmt::print(stderr,
             "Kafka has run without ZooKeeper since 4.0 and the tools ask a broker; use: {}\n",
             modern_command(tool, words));
  return 1;
}

}  // namespace kafka
