// A container network without Docker: the run's broker as a compose file describes it, at an
// address of its own below 127/8, and for each place a program may run in the names that it would
// see there.
//
//   place     localhost is     broker is     published ports
//   inside    the program's    the broker    -
//   outside   the host         no name       lead to the broker
//
// labs/common/preload/names.cc makes a program see it so.
//
// Apache Kafka in the place of our broker listens at an address behind that, and a proxy of ours
// for each of its listeners at the broker's: what it hands out leads to the proxies.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "broker/config/properties.h"
#include "labs/common/compose_file.h"
#include "labs/common/run_data.h"

namespace kraftlab {

class ContainerNet {
 public:
  // `number` tells runs apart that go on at the same time.
  ContainerNet(ComposeService broker, uint16_t number, std::filesystem::path evidence,
               bool is_relayed);

  // The broker's properties: those of the compose file, listening at the broker's own address (or
  // behind it), with its data in `data`.
  std::string properties(const std::filesystem::path& data) const;

  // A listener for clients: where they dial it, and where the broker behind listens; "host:port".
  struct Relay {
    std::string listener;
    std::string dialled;
    std::string behind;
  };
  std::vector<Relay> relays() const;

  // What a program in that place is started with.
  Environment environment(const std::string& place) const;

 private:
  std::string address(int host) const;
  std::string broker_address() const;
  kafka::ConfigMap settings() const;

  ComposeService broker_;
  uint16_t number_;
  std::filesystem::path evidence_;
  bool is_relayed_;
};

}  // namespace kraftlab
