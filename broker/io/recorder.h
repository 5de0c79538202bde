// Recorder: sees every byte that a connection receives and sends, for the evidence a lab is graded
// on. A connection has a pointer to one, null when nothing is recorded: one branch per event.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "broker/handlers/request.h"
#include "broker/io/fault_hook.h"
#include "protocol/wire.h"

namespace kafka {

class Recorder {
 public:
  virtual ~Recorder() = default;

  virtual void on_connection(const ConnectionInfo& connection, int64_t now_ms) = 0;
  // The whole request, without its length prefix, before a handler may change it.
  virtual void on_request(const ConnectionInfo& connection, uint64_t sequence,
                          std::span<const uint8_t> frame, int64_t now_ms) = 0;
  // The whole response as it is sent, its length prefix first; file ranges are spliced in between.
  virtual void on_response(const ConnectionInfo& connection, uint64_t sequence,
                           std::span<const uint8_t> bytes, std::span<const Splice> splices,
                           int64_t now_ms) = 0;
  virtual void on_close(const ConnectionInfo& connection, int64_t now_ms) = 0;

  // The faults planned for this run; null without any.
  virtual FaultHook* faults() { return nullptr; }
};

}  // namespace kafka
