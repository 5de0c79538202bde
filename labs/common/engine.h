// Engine: what a run has for a broker when that is Apache Kafka itself: a Java virtual machine, and
// before it our proxy (labs/proxy), which records and carries out the planned faults.
//
//   learner's program ──▶ kraftlab-proxy ──▶ Apache Kafka
//                              │ evidence, faults
//
// The Kafka is made for the run, like our own broker; or it is one that runs already and has
// nothing in it to be kept (KRAFTLAB_KAFKA_SCRATCH=host:port): then its topics and groups are
// thrown away first. Many runs share it, without the seconds that a virtual machine takes to start.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "labs/common/process.h"
#include "labs/common/run_data.h"

namespace kraftlab {

struct KafkaEngine {
  std::filesystem::path libs;   // Apache Kafka's jars
  std::filesystem::path proxy;  // the program kraftlab-proxy
  std::string scratch;          // host:port of a running one; empty: start one
};

// Finds the jars and the proxy; an Error says what is missing and how to get it.
Result<KafkaEngine> find_kafka(const std::filesystem::path& state);

// Apache Kafka, with the server.properties and the formatted data that stand in the folder.
Result<Process> start_apache_kafka(const KafkaEngine& engine, const std::filesystem::path& folder);

struct ProxyPlan {
  std::string broker;              // behind it: host:port
  std::filesystem::path evidence;  // to append to
  std::filesystem::path log;       // what it says
  std::vector<std::string> faults = {};
  std::string listener = "PLAINTEXT";  // its name in the evidence
  std::string listens = "127.0.0.1:0";
  bool addresses_stay = false;  // true: clients are told the broker's addresses
};
struct StartedProxy {
  Process process;
  std::string address;
};
Result<StartedProxy> start_proxy(const KafkaEngine& engine, const ProxyPlan& plan);

// A started proxy, and the Kafka behind it if it was started too; both end with this.
struct ProxiedKafka {
  std::optional<Process> kafka;
  Process proxy;
  std::string bootstrap;
};

struct KafkaPlan {
  KafkaEngine engine;
  std::filesystem::path folder;  // of the run: server.properties, data, evidence, logs
  int32_t port = 0;              // that server.properties says; unused with a running one
  std::string tools_path;        // PATH with the Kafka tools
};

// server.properties and a formatted data folder are there already.
Result<ProxiedKafka> start_kafka(const KafkaPlan& plan, const RunData& data);

}  // namespace kraftlab
