// Request: one frame that arrived, its header read, its body still bytes.
//
// Lifetime: `body` points into the connection's frame, which is reused when the handler returns.
// A handler that answers later keeps reply_to and the decoded message, never the Request; record
// spans inside a decoded message die with the frame too. `body` is mutable because Produce patches
// base offsets in place before it writes the batches.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "broker/core/reply_to.h"
#include "protocol/frame.h"
#include "protocol/message.h"
#include "protocol/result.h"

namespace kafka {

// Who is at the other end. Lives as long as its connection.
struct ConnectionInfo {
  uint64_t id = 0;
  std::string listener;  // its name: PLAINTEXT, CONTROLLER, ...
  bool is_controller_listener = false;
  std::string peer_host;
  uint16_t peer_port = 0;
  std::string local_host;
  uint16_t local_port = 0;
  std::string client_id;                // as the last request said
  std::string client_software_name;     // from ApiVersions v3+
  std::string client_software_version;  // from ApiVersions v3+
  std::string principal = "User:ANONYMOUS";
};

struct Request {
  RequestHeader header;
  ReplyTo reply_to;
  ConnectionInfo* connection = nullptr;
  std::span<uint8_t> frame;  // header and body
  std::span<uint8_t> body;
  int64_t received_ms = 0;

  int16_t version() const { return header.api_version; }

  // Bytes that are left over behind the message are ignored, as Apache Kafka does.
  template <class Message>
  Result<Message> decode() const {
    Reader reader(body);
    return decode_prefix<Message>(reader, header.api_version);
  }
};

}  // namespace kafka
