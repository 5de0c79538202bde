// Frames: what goes over a connection is int32 size, header, body.
//
//   request header v1:  int16 api_key | int16 api_version | int32 correlation_id | string client_id
//                  v2:  the same, then tags           (client_id keeps its int16 length in v2)
//   response header v0: int32 correlation_id
//                   v1: the same, then tags
//
// Which header version goes with which API version: api_keys.h.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "protocol/api_keys.h"
#include "protocol/message.h"
#include "protocol/result.h"
#include "protocol/wire.h"

namespace kafka {

inline constexpr size_t frame_size_bytes = 4;

struct RequestHeader {
  int16_t api_key = 0;
  int16_t api_version = 0;
  int32_t correlation_id = 0;
  std::optional<std::string> client_id;

  bool operator==(const RequestHeader&) const = default;
};

// A request frame without its size, taken apart. `body` points into the frame.
struct RequestFrame {
  RequestHeader header;
  std::span<const uint8_t> body;
};

// Fails when the key is unknown, because then the header's version is unknown too: such a
// connection can only be closed. A version beyond what is described is not judged here: its header
// is read as the flexible or classic one that the table gives, so that ApiVersions can answer it.
[[nodiscard]] Result<RequestFrame> decode_request_frame(std::span<const uint8_t> frame);

void encode_request_header(const RequestHeader& header, Writer& out);
void encode_response_header(ApiKey key, int16_t api_version, int32_t correlation_id, Writer& out);

// The correlation id of a response, and its body.
struct ResponseFrame {
  int32_t correlation_id = 0;
  std::span<const uint8_t> body;
};
[[nodiscard]] Result<ResponseFrame> decode_response_frame(std::span<const uint8_t> frame,
                                                          ApiKey key, int16_t api_version);

// Reserves the four bytes of the size; `end_frame` fills them in, splices counted.
[[nodiscard]] size_t begin_frame(Writer& out);
void end_frame(Writer& out, size_t begin);

// A whole frame: size, header, body.
template <Message M>
[[nodiscard]] Result<> encode_request_frame(const RequestHeader& header, const M& request,
                                            Writer& out) {
  const size_t begin = begin_frame(out);
  encode_request_header(header, out);
  auto done = encode(request, header.api_version, out);
  end_frame(out, begin);
  return done;
}

template <Message M>
[[nodiscard]] Result<> encode_response_frame(int16_t api_version, int32_t correlation_id,
                                             const M& response, Writer& out) {
  const size_t begin = begin_frame(out);
  encode_response_header(M::key, api_version, correlation_id, out);
  auto done = encode(response, api_version, out);
  end_frame(out, begin);
  return done;
}

}  // namespace kafka
