#include "labs/common/composed_run.h"

#include <fmt/format.h>

#include <optional>
#include <vector>

#include "labs/common/container.h"
#include "labs/common/crew.h"
#include "labs/common/run_kit.h"
#include "labs/common/text_file.h"

namespace kraftlab {
namespace {

namespace fs = std::filesystem;
using kafka::ErrorCode;

// What stands for the broker; all of it ends with this, the first first.
struct Composed {
  std::vector<Process> recorders;  // our broker itself, or the proxies before Apache Kafka
  std::optional<Process> behind = std::nullopt;  // that
};

Result<Composed> start_ours(const RunPlan& plan, const fs::path& folder) {
  const fs::path log = folder / "broker.log";
  auto process = launch_broker(plan.dist, folder / "server.properties", log);
  if (!process) {
    return std::unexpected(process.error());
  }
  if (auto ready = await_broker(*process, log); !ready) {
    return std::unexpected(ready.error());
  }
  Composed composed;
  composed.recorders.push_back(std::move(*process));
  return composed;
}

Result<Composed> start_theirs(const KafkaEngine& engine, const fs::path& folder,
                              const ContainerNet& net) {
  auto kafka = start_apache_kafka(engine, folder);
  if (!kafka) {
    return std::unexpected(kafka.error());
  }
  Composed composed{.recorders = {}, .behind = std::move(*kafka)};
  for (const ContainerNet::Relay& relay : net.relays()) {
    const size_t number = composed.recorders.size() + 1;
    auto proxy = start_proxy(engine, {.broker = relay.behind,
                                      .evidence = folder / fmt::format("evidence-{}-1", number),
                                      .log = folder / fmt::format("proxy-{}.log", number),
                                      .listener = relay.listener,
                                      .listens = relay.dialled,
                                      .addresses_stay = true});
    if (!proxy) {
      return kafka::fail(ErrorCode::UnknownServerError, proxy.error().message);
    }
    composed.recorders.push_back(std::move(proxy->process));
  }
  return composed;
}

// The broker as the learner's compose file has it. An Error is the learner's (the broker does not
// take what the file says), but for UnknownServerError, which is ours.
Result<Composed> start_composed(const RunPlan& plan, const fs::path& folder,
                                const ContainerNet& net) {
  std::string properties = net.properties(folder / "data");
  if (!plan.kafka) {
    properties += fmt::format("kraftlab.evidence.path={}\n", (folder / "evidence").string());
  }
  auto written = write_run_file(folder / "server.properties", properties);
  if (written) {
    written = format_storage(plan.dist, folder / "server.properties");
  }
  if (!written) {
    return std::unexpected(written.error());
  }
  return plan.kafka ? start_theirs(*plan.kafka, folder, net) : start_ours(plan, folder);
}

}  // namespace

Result<RunEnd> run_composed(const RunPlan& plan, RunData data, const fs::path& folder) {
  const fs::path seen = folder / "evidence-255-1";  // what the programs look up and dial
  if (auto written = write_run_file(seen, kafka::evidence::kMagic); !written) {
    return std::unexpected(written.error());
  }
  auto service = read_compose(read_file(plan.solution / "compose.yml"), data.compose);
  if (!service) {
    const auto noted = add_deed(folder, "compose refused: " + service.error().message);
    return noted ? Result<RunEnd>{RunEnd{}} : std::unexpected(noted.error());
  }
  const ContainerNet net(std::move(*service), free_port(), seen, plan.kafka.has_value());
  auto broker = start_composed(plan, folder, net);
  if (!broker && broker.error().code == ErrorCode::UnknownServerError) {
    return std::unexpected(broker.error());
  }
  if (!broker) {
    const auto noted = add_deed(folder, "broker refused: " + broker.error().message);
    return noted ? Result<RunEnd>{RunEnd{}} : std::unexpected(noted.error());
  }
  for (Environment& act : data.acts) {
    act.merge(net.environment(act.at("PLACE")));
  }
  ProgramPlan program = program_plan(plan, folder, "");
  program.environment.erase("BOOTSTRAP");
  auto end = run_crew({.program = program, .settled = is_settled}, data);
  for (Process& recorder : broker->recorders) {
    if (auto stopped = stop_broker(recorder); !stopped) {
      return std::unexpected(stopped.error());
    }
  }
  return end;
}

}  // namespace kraftlab
