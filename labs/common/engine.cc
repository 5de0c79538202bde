#include "labs/common/engine.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <cstdlib>

namespace kraftlab {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr seconds kKafkaStartMax{90};  // a virtual machine on a busy machine
constexpr seconds kProxyStartMax{10};
constexpr seconds kCleanMax{60};
constexpr std::string_view kListens = "kraftlab-proxy listens on ";

std::string from_environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

std::string java() {
  const std::string home = from_environment("JAVA_HOME");
  if (!home.empty() && access((home + "/bin/java").c_str(), X_OK) == 0) {
    return home + "/bin/java";
  }
  for (const char* program : {"/usr/local/bin/java", "/usr/bin/java"}) {
    if (access(program, X_OK) == 0) {
      return program;
    }
  }
  return {};
}

// Throws away what earlier runs left. A group that still has members stays; its positions go with
// the topics.
Result<> clean(const KafkaPlan& plan) {
  const std::string script = fmt::format(
      "set -e\n"
      "for topic in $(kafka-topics.sh --bootstrap-server {0} --list --exclude-internal); do\n"
      "  kafka-topics.sh --bootstrap-server {0} --delete --topic \"$topic\"\n"
      "done\n"
      "for group in $(kafka-consumer-groups.sh --bootstrap-server {0} --list); do\n"
      "  kafka-consumer-groups.sh --bootstrap-server {0} --delete --group \"$group\" || true\n"
      "done\n",
      plan.engine.scratch);
  auto process = Process::start({.arguments = {"/bin/sh", "-c", script},
                                 .environment = {{"PATH", plan.tools_path}},
                                 .folder = plan.folder,
                                 .output = plan.folder / "clean.log"});
  if (!process) {
    return std::unexpected(process.error());
  }
  if (!process->wait_until(steady_clock::now() + kCleanMax) || process->exit_code() != 0) {
    return kafka::fail(kafka::ErrorCode::BrokerNotAvailable,
                       fmt::format("the Apache Kafka at {} could not be emptied: {}",
                                   plan.engine.scratch, last_lines(plan.folder / "clean.log")));
  }
  return {};
}

}  // namespace

Result<KafkaEngine> find_kafka(const fs::path& state) {
  KafkaEngine engine{.libs = from_environment("KRAFTLAB_KAFKA_LIBS"),
                     .proxy = fs::read_symlink("/proc/self/exe").parent_path() / "kraftlab-proxy",
                     .scratch = from_environment("KRAFTLAB_KAFKA_SCRATCH")};
  if (engine.libs.empty()) {
    engine.libs = state / "peers/kafka-4.3.0";
  }
  if (access(engine.proxy.c_str(), X_OK) != 0) {
    return kafka::fail(kafka::ErrorCode::InvalidConfig,
                       fmt::format("{} is not built: ./lab build", engine.proxy.string()));
  }
  if (!engine.scratch.empty()) {
    return engine;
  }
  if (!fs::is_directory(engine.libs)) {
    return kafka::fail(
        kafka::ErrorCode::InvalidConfig,
        fmt::format("Apache Kafka's jars are not in {}: ./lab test --all fetches them, or "
                    "KRAFTLAB_KAFKA_LIBS names a folder with them (the `libs` of a Kafka)",
                    engine.libs.string()));
  }
  if (java().empty()) {
    return kafka::fail(kafka::ErrorCode::InvalidConfig,
                       "Apache Kafka needs Java: apt-get install default-jre-headless");
  }
  return engine;
}

Result<Process> start_apache_kafka(const KafkaEngine& engine, const fs::path& folder) {
  const fs::path log = folder / "broker.log";
  auto process = Process::start(
      {.arguments = {java(), "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
                     "-Dorg.slf4j.simpleLogger.logFile=System.out", "-cp",
                     (engine.libs / "*").string(), "kafka.Kafka",
                     (folder / "server.properties").string()},
       .environment = {},
       .folder = folder,
       .output = log});
  if (process &&
      !wait_for_text(log, "Kafka Server started", *process, steady_clock::now() + kKafkaStartMax)) {
    return kafka::fail(kafka::ErrorCode::BrokerNotAvailable,
                       "Apache Kafka did not start: " + last_lines(log));
  }
  return process;
}

Result<StartedProxy> start_proxy(const KafkaEngine& engine, const ProxyPlan& plan) {
  const size_t behind = plan.broker.rfind(':');
  const size_t own = plan.listens.rfind(':');
  Command command{
      .arguments = {engine.proxy.string(), "--broker-host", plan.broker.substr(0, behind),
                    "--broker-port", plan.broker.substr(behind + 1), "--evidence",
                    plan.evidence.string(), "--listener", plan.listener, "--host",
                    plan.listens.substr(0, own), "--port", plan.listens.substr(own + 1)},
      .environment = {},
      .folder = {},
      .output = plan.log};
  if (plan.addresses_stay) {
    command.arguments.push_back("--addresses-stay");
  }
  if (!plan.faults.empty()) {
    command.arguments.push_back("--faults");
    command.arguments.push_back(fmt::format("{}", fmt::join(plan.faults, "; ")));
  }
  auto process = Process::start(command);
  if (!process) {
    return std::unexpected(process.error());
  }
  const bool ready =
      wait_for_text(command.output, kListens, *process, steady_clock::now() + kProxyStartMax);
  const std::string said = last_lines(command.output);
  if (!ready) {
    return kafka::fail(kafka::ErrorCode::BrokerNotAvailable, "the proxy did not start: " + said);
  }
  const size_t from = said.find(kListens) + kListens.size();
  return StartedProxy{std::move(*process), said.substr(from, said.find('\n', from) - from)};
}

Result<ProxiedKafka> start_kafka(const KafkaPlan& plan, const RunData& data) {
  std::optional<Process> server;
  if (plan.engine.scratch.empty()) {
    auto started = start_apache_kafka(plan.engine, plan.folder);
    if (!started) {
      return std::unexpected(started.error());
    }
    server.emplace(std::move(*started));
  } else if (auto cleaned = clean(plan); !cleaned) {
    return std::unexpected(cleaned.error());
  }
  auto proxy = start_proxy(
      plan.engine, {.broker = server ? fmt::format("127.0.0.1:{}", plan.port) : plan.engine.scratch,
                    .evidence = plan.folder / "evidence",
                    .log = plan.folder / "proxy.log",
                    .faults = data.faults});
  if (!proxy) {
    return std::unexpected(proxy.error());
  }
  return ProxiedKafka{std::move(server), std::move(proxy->process), std::move(proxy->address)};
}

}  // namespace kraftlab
