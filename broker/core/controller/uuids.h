// Random ids: topics, directories, incarnations, clusters.
#pragma once

#include "broker/core/env.h"
#include "protocol/uuid.h"

namespace kafka {

// A version 4 uuid whose text does not begin with '-', which would look like a flag on a command
// line. Small values (0, 1, ...) that Kafka reserves cannot come up: the version bits are set.
inline Uuid random_uuid(Random& random) {
  Uuid id;
  do {
    id.high = (random.next() & ~0xf000ULL) | 0x4000ULL;
    id.low = (random.next() & ~(3ULL << 62)) | (2ULL << 62);
  } while (id.to_string().front() == '-');
  return id;
}

}  // namespace kafka
