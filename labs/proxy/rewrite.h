// Rewrite: what a proxy must change in a broker's answers so that clients stay on it: the addresses
// that they are told to dial next, and the versions of requests that it could not read.
//
// Pure: bytes in, bytes out.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "protocol/api_keys.h"
#include "protocol/result.h"
#include "protocol/wire.h"

namespace kraftlab {

struct Advertised {
  std::string host;
  int32_t port = 0;
};

// The answer (header and body) with every broker's address replaced, if there is one to replace it
// with; nothing when it may pass as it is. Fails when the answer cannot be read.
kafka::Result<std::optional<kafka::Bytes>> rewrite_answer(kafka::ApiKey key, int16_t version,
                                                          std::span<const uint8_t> frame,
                                                          const std::optional<Advertised>& told);

}  // namespace kraftlab
