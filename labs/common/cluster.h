// A cluster of a run's own: several nodes as processes of this machine, a relay between them so
// that their network can be cut (kafka-tools kraftlab-links), each recording into evidence files of
// its own (evidence-NODE-START in the run's folder).
//
// What can be done to a node, in words that stand in the evidence when it is done:
//
//   kill N       SIGKILL; its data stay            revive N     it comes back with them
//   pause N      SIGSTOP                           resume N
//   cut A B      no connection between A and B     cut A        from every other node
//   heal         every cut is mended
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "labs/common/process.h"
#include "labs/common/run_data.h"

namespace kraftlab {

class Cluster {
 public:
  // `settings` are properties for every node besides those that make it a cluster. Fails with
  // InvalidConfig where a node does not take them.
  static Result<std::unique_ptr<Cluster>> start(const std::filesystem::path& dist,
                                                const std::filesystem::path& folder,
                                                const RunData& data, const std::string& settings);

  // Every broker's address, with commas.
  std::string bootstrap() const;
  std::string address(int node) const;

  // Does it, and writes it into the evidence.
  Result<> obey(const std::string& deed);

  Result<> stop();

 private:
  struct Node {
    std::string roles;
    int starts = 0;
    std::unique_ptr<Process> process;  // null: it is dead
  };

  Cluster(std::filesystem::path dist, std::filesystem::path folder) noexcept
      : dist_(std::move(dist)), folder_(std::move(folder)) {}

  uint16_t port(int node, int kind) const;
  std::string properties(int node, const std::string& settings) const;
  std::filesystem::path log(int node) const;
  Result<> choose_ports();
  Result<> start_links();
  Result<std::string> order(const std::string& text);
  Result<> launch(int node);
  Result<> cut(int node, int other);

  std::filesystem::path dist_;
  std::filesystem::path folder_;
  std::string settings_;
  uint16_t base_ = 0;
  std::map<int, Node> nodes_;
  std::unique_ptr<Process> links_;
};

}  // namespace kraftlab
