#include "labs/common/run.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "labs/common/cluster_run.h"
#include "labs/common/composed_run.h"
#include "labs/common/crew.h"
#include "labs/common/evidence_watch.h"
#include "labs/common/run_kit.h"
#include "labs/common/startable.h"

namespace kraftlab {
namespace {

namespace fs = std::filesystem;
using std::chrono::steady_clock;

constexpr int kPortTries = 5;
constexpr const char* kKeyed =
    "--reader-property parse.key=true --reader-property key.separator=: ";

std::string properties(const fs::path& folder, const RunData& data, uint16_t port,
                       uint16_t controller_port) {
  const std::string faults = fmt::format("{}", fmt::join(data.faults, "; "));
  std::string more;
  for (const auto& [name, value] : data.broker) {
    more += fmt::format("{}={}\n", name, value);
  }
  return fmt::format(
      "process.roles=broker,controller\n"
      "node.id=1\n"
      "listeners=PLAINTEXT://127.0.0.1:{0},CONTROLLER://127.0.0.1:{1}\n"
      "controller.listener.names=CONTROLLER\n"
      "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT\n"
      "controller.quorum.voters=1@127.0.0.1:{1}\n"
      "log.dirs={2}\n"
      "offsets.topic.replication.factor=1\n"
      "group.initial.rebalance.delay.ms=0\n"
      "kraftlab.evidence.path={3}\n"
      "{4}{5}\n{6}",
      port, controller_port, (folder / "data").string(), (folder / "evidence").string(),
      faults.empty() ? "" : "kraftlab.faults=", faults, more);
}

struct Broker {
  Process process;
  std::string bootstrap;
  std::optional<Process> behind = std::nullopt;  // Apache Kafka, when `process` is its proxy
};

Result<Broker> start_broker(const RunPlan& plan, const RunData& data, const fs::path& folder) {
  std::string reason;
  for (int attempt = 0; attempt < kPortTries; ++attempt) {
    const uint16_t port = free_port();
    const uint16_t controller_port = free_port();
    if (port == controller_port) {
      continue;
    }
    auto written = write_run_file(folder / "server.properties",
                              properties(folder, data, port, controller_port));
    if (written && attempt == 0) {
      written = format_storage(plan.dist, folder / "server.properties");
    }
    if (!written) {
      return std::unexpected(written.error());
    }
    if (plan.kafka) {
      auto kafka = start_kafka({*plan.kafka, folder, port, tools_path(plan.dist)}, data);
      return kafka ? Result<Broker>(Broker{std::move(kafka->proxy), std::move(kafka->bootstrap),
                                           std::move(kafka->kafka)})
                   : std::unexpected(kafka.error());
    }
    const fs::path log = folder / "broker.log";
    auto process = launch_broker(plan.dist, folder / "server.properties", log);
    if (!process) {
      return std::unexpected(process.error());
    }
    const auto ready = await_broker(*process, log);
    if (ready) {
      return Broker{std::move(*process), fmt::format("127.0.0.1:{}", port)};
    }
    reason = ready.error().message;
  }
  return kafka::fail(kafka::ErrorCode::BrokerNotAvailable,
                     "the run's broker did not start: " + reason);
}

// The topics of the plan, made and filled with the stock tools: one shell for all of it.
Result<> prepare_topics(const RunPlan& plan, const RunData& data, const fs::path& folder,
                        const std::string& bootstrap) {
  std::string script = "set -e\n";
  for (const TopicPlan& topic : data.topics) {
    script += fmt::format("kafka-topics.sh --bootstrap-server {} --create --topic {} "
                          "--partitions {} --replication-factor 1\n",
                          bootstrap, topic.name, topic.partitions);
    if (!topic.fill.empty()) {
      script += fmt::format("kafka-console-producer.sh --bootstrap-server {} --topic {} {}"
                            "< lab-data/{}.txt\n",
                            bootstrap, topic.name, topic.keyed ? kKeyed : "", topic.fill);
    }
  }
  return data.topics.empty() ? Result<>{} : run_tools(plan.dist, folder, script);
}

Result<> write_lab_data(const fs::path& folder, const RunData& data) {
  for (const auto& [name, lines] : data.lists) {
    std::string text;
    for (const std::string& line : lines) {
      text += line + "\n";
    }
    if (auto written = write_run_file(folder / (name + ".txt"), text); !written) {
      return written;
    }
  }
  return {};
}

Result<> write_binary_files(const fs::path& folder, const BinaryFiles& files) {
  for (const auto& [name, bytes] : files) {
    std::error_code error;  // the write tells
    fs::create_directories((folder / name).parent_path(), error);
    if (auto written = write_run_file(folder / name, bytes); !written) {
      return written;
    }
  }
  return {};
}

// The run's folder with its data and the head of its evidence.
Result<fs::path> prepare(const RunPlan& plan, const LabCode& lab, const RunData& data,
                         const std::string& id) {
  const fs::path folder = fs::absolute(plan.runs) / id;
  std::error_code error;
  fs::create_directories(folder / "lab-data", error);
  if (error) {
    return kafka::fail(kafka::ErrorCode::KafkaStorageError,
                       fmt::format("cannot make {}: {}", folder.string(), error.message()));
  }
  auto written = write_lab_data(folder / "lab-data", data);
  if (written && lab.make_files != nullptr) {
    written = write_binary_files(folder / "lab-data", lab.make_files(plan.seed));
  }
  if (written) {
    written = write_run_file(folder / "evidence",
                         std::string(kafka::evidence::kMagic) +
                             entry_text(kafka::evidence::Type::Run, to_json(data)));
  }
  if (!written) {
    return std::unexpected(written.error());
  }
  return folder;
}

std::string new_run_id(const LabCode& lab, uint64_t seed) {
  return fmt::format("{}-{:%Y%m%d-%H%M%S}-{}", lab.id, fmt::localtime(std::time(nullptr)), seed);
}

// Makes the run's folder, under another id if there is one already: two grades of the same seed may
// begin at the same time.
Result<std::string> claim_run_id(const fs::path& runs, const std::string& id) {
  std::error_code error;
  fs::create_directories(runs, error);
  std::string candidate = id;
  for (int i = 2; !error && !fs::create_directory(runs / candidate, error) && !error; ++i) {
    candidate = fmt::format("{}-{}", id, i);
  }
  if (error) {
    return kafka::fail(
        kafka::ErrorCode::KafkaStorageError,
        fmt::format("cannot make {}: {}", (runs / candidate).string(), error.message()));
  }
  return candidate;
}

// Several files of evidence become one, the end behind all.
Result<> finish_evidence(const fs::path& folder, const RunEnd& end) {
  auto whole = EvidenceWatch(folder / "evidence").read();
  if (!whole) {
    return std::unexpected(whole.error());
  }
  return write_run_file(folder / "evidence",
                    *whole + entry_text(kafka::evidence::Type::End, to_json(end)));
}

// One broker, and the program beside it.
Result<RunEnd> run_beside_broker(const RunPlan& plan, const RunData& data, const fs::path& folder) {
  auto broker = start_broker(plan, data, folder);
  if (!broker) {
    return std::unexpected(broker.error());
  }
  if (auto ready = prepare_topics(plan, data, folder, broker->bootstrap); !ready) {
    return std::unexpected(ready.error());
  }
  const int64_t began_us = realtime_us();
  const ProgramPlan program = program_plan(plan, folder, broker->bootstrap);
  auto end = data.together ? run_crew({.program = program, .settled = is_settled}, data)
                           : run_crew({.program = program, .in_turn = true}, data);
  if (end) {
    end->began_us = began_us;
  }
  if (auto stopped = stop_broker(broker->process); !stopped) {
    return std::unexpected(stopped.error());
  }
  return end;
}

}  // namespace

fs::path evidence_path(const fs::path& runs, const std::string& id) {
  return runs / id / "evidence";
}

Result<std::string> run_solution(const LabCode& lab, const RunPlan& plan) {
  if (auto startable = is_startable(plan.solution / "run"); !startable) {
    return std::unexpected(startable.error());
  }
  RunData data = lab.make_data(plan.seed);
  data.engine = plan.kafka ? "kafka" : "";
  const auto id = claim_run_id(plan.runs, new_run_id(lab, plan.seed));
  if (!id) {
    return std::unexpected(id.error());
  }
  auto folder = prepare(plan, lab, data, *id);
  if (!folder) {
    return std::unexpected(folder.error());
  }
  auto end = !data.nodes.empty()     ? run_beside_cluster(plan, lab, data, *folder)
             : !data.compose.empty() ? run_composed(plan, data, *folder)
                                     : run_beside_broker(plan, data, *folder);
  if (!end) {
    return std::unexpected(end.error());
  }
  if (auto written = finish_evidence(*folder, *end); !written) {
    return std::unexpected(written.error());
  }
  fs::remove_all(*folder / "data");  // the evidence is enough
  return id;
}

}  // namespace kraftlab
