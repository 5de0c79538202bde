// FaultInjector: does to the cluster what a Fault says, as far as it can be survived.
//
// Power is taken from a broker only while every partition has another whole copy among those that
// may lead: else losing records is legitimate, and there would be nothing to check.
#pragma once

#include <cstdint>
#include <vector>

#include "broker/core/controller/image.h"
#include "tests/sim/cluster.h"
#include "tests/sim/faults.h"
#include "tests/sim/wire.h"
#include "tests/sim/world.h"

namespace kafka::sim {

class FaultInjector {
 public:
  FaultInjector(World& world, Wire& wire, Cluster& cluster, const std::vector<Machine>& clients)
      : world_(world), wire_(wire), cluster_(cluster), clients_(clients) {}

  void strike(const Fault& fault);
  // Ends all faults: links, disks, nodes that are down or cannot write.
  void heal();

 private:
  void kill(const Fault& fault);
  void cut(const Fault& fault, bool both_ways);
  void isolate(const Fault& fault);
  void hurt_disk(const Fault& fault);
  bool may_lose_power(int32_t id);
  bool somebody_is_hurt();
  Node* who_knows();
  bool is_the_only_copy(int32_t id);
  bool keeps_its_claims(int32_t id, const MetadataImage& image);

  World& world_;
  Wire& wire_;
  Cluster& cluster_;
  const std::vector<Machine>& clients_;
  bool power_was_lost_ = false;
};

}  // namespace kafka::sim
