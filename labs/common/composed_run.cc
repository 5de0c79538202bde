#include "labs/common/composed_run.h"

#include "labs/common/container.h"
#include "labs/common/crew.h"
#include "labs/common/run_kit.h"

namespace kraftlab {
namespace {

namespace fs = std::filesystem;

// The broker as the learner's compose file has it. An Error is the learner's: the broker does not
// take what the file says.
Result<Process> start_composed(const RunPlan& plan, const fs::path& folder,
                               const ContainerNet& net) {
  auto written = write_run_file(folder / "server.properties",
                            net.properties(folder / "data", folder / "evidence"));
  if (written) {
    written = format_storage(plan.dist, folder / "server.properties");
  }
  if (!written) {
    return std::unexpected(written.error());
  }
  const fs::path log = folder / "broker.log";
  auto process = launch_broker(plan.dist, folder / "server.properties", log);
  if (process) {
    if (auto ready = await_broker(*process, log); !ready) {
      return std::unexpected(ready.error());
    }
  }
  return process;
}

}  // namespace

Result<RunEnd> run_composed(const RunPlan& plan, RunData data, const fs::path& folder) {
  const fs::path seen = folder / "evidence-255-1";  // what the programs look up and dial
  if (auto written = write_run_file(seen, kafka::evidence::kMagic); !written) {
    return std::unexpected(written.error());
  }
  auto service = read_compose(read_run_file(plan.solution / "compose.yml"), data.compose);
  if (!service) {
    const auto noted = add_deed(folder, "compose refused: " + service.error().message);
    return noted ? Result<RunEnd>{RunEnd{}} : std::unexpected(noted.error());
  }
  const ContainerNet net(std::move(*service), free_port(), seen);
  auto broker = start_composed(plan, folder, net);
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
  if (auto stopped = stop_broker(*broker); !stopped) {
    return std::unexpected(stopped.error());
  }
  return end;
}

}  // namespace kraftlab
