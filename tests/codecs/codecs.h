// Every message behind one interface, found by its name: for tests that read names from files.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/result.h"
#include "protocol/wire.h"

namespace kafka {

struct MessageCodec {
  std::string_view name;
  int16_t min_version;
  int16_t max_version;
  Result<Bytes> (*reencode)(std::span<const uint8_t> bytes, int16_t version);
  Result<std::string> (*to_json)(std::span<const uint8_t> bytes, int16_t version);
  std::string (*describe)();
};

// In no particular order.
[[nodiscard]] const std::vector<MessageCodec>& all_codecs();
[[nodiscard]] const MessageCodec* find_codec(std::string_view name);

}  // namespace kafka
