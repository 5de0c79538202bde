// A compose file as far as a lab looks at it: one service's environment and published ports.
//
//   services:
//     broker:
//       ports:
//         - "9094:9092"             (or behind it: ["9094:9092"])
//       environment:
//         KAFKA_NODE_ID: 1          (or a list: - KAFKA_NODE_ID=1)
//
// Everything else of the file is passed over. Pure: text in.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/result.h"

namespace kraftlab {

using kafka::Result;

struct PublishedPort {
  uint16_t host = 0;
  uint16_t container = 0;
};

struct ComposeService {
  std::map<std::string, std::string> environment;
  std::vector<PublishedPort> ports;
};

// Fails with the line and what is wrong with it.
Result<ComposeService> read_compose(std::string_view text, std::string_view service);

}  // namespace kraftlab
