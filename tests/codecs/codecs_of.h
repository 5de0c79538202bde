// Fills a list of codecs from a list of messages (all_messages.h). Included by the files that each
// compile one such list.
#pragma once

#include <utility>

#include "protocol/message.h"
#include "protocol/schema.h"
#include "tests/codecs/all_messages.h"
#include "tests/codecs/codecs.h"

namespace kafka {

template <class M>
MessageCodec codec_of() {
  return {
      .name = type_name<M>(),
      .min_version = M::min_version,
      .max_version = M::max_version,
      .reencode = [](std::span<const uint8_t> bytes, int16_t version) -> Result<Bytes> {
        auto message = decode<M>(bytes, version);
        if (!message) {
          return std::unexpected(std::move(message.error()));
        }
        return encode(*message, version);
      },
      .to_json = [](std::span<const uint8_t> bytes, int16_t version) -> Result<std::string> {
        auto message = decode<M>(bytes, version);
        if (!message) {
          return std::unexpected(std::move(message.error()));
        }
        return to_json(*message, version);
      },
      .describe = describe_message<M>,
  };
}

template <class... Ms>
std::vector<MessageCodec> codecs_of(Messages<Ms...>) {
  return {codec_of<Ms>()...};
}

}  // namespace kafka
