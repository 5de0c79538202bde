// ReplyTo: where an answer belongs. Plain data, so that a core may keep it while a request waits;
// Node::reply turns it back into bytes on the right connection, in the right place in the queue.
#pragma once

#include <cstdint>

namespace kafka {

struct ReplyTo {
  uint64_t connection_id = 0;
  uint64_t sequence = 0;  // the request's place on its connection: answers leave in this order
  int16_t api_key = 0;
  int16_t api_version = 0;
  int32_t correlation_id = 0;

  friend bool operator==(const ReplyTo&, const ReplyTo&) = default;
};

}  // namespace kafka
