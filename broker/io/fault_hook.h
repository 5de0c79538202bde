// FaultHook: where a connection asks what a run's planned faults want of a request and its answer.
// Only a recording broker has one (Recorder::faults), so that none of this costs anything else.
#pragma once

#include <cstdint>
#include <span>

#include "broker/handlers/request.h"
#include "protocol/wire.h"

namespace kafka {

class FaultHook {
 public:
  virtual ~FaultHook() = default;

  struct AtRequest {
    enum class Do : uint8_t { Handle, Close, Ignore, Answer };
    Do what = Do::Handle;
    Writer answer = {};  // whole, its length first
  };
  virtual AtRequest at_request(const ConnectionInfo& connection, uint64_t sequence,
                               std::span<const uint8_t> frame) = 0;

  struct AtResponse {
    enum class Do : uint8_t { Send, SendTwice, Close, Swallow, Delay };
    Do what = Do::Send;
    int64_t delay_ms = 0;
  };
  virtual AtResponse at_response(const ConnectionInfo& connection, uint64_t sequence,
                                 std::span<const uint8_t> bytes) = 0;

  // The request was handled and has no answer (acks=0). True: the connection breaks now.
  virtual bool at_no_response(const ConnectionInfo& connection, uint64_t sequence) = 0;
};

}  // namespace kafka
