// Records of the coordinators' topics (__consumer_offsets, __transaction_state,
// __share_group_state):
//
//   key:   int16 type    | fields of the key      (never flexible)
//   value: int16 version | fields of the value    (null deletes the key)
//
// The type once was a version; it says which pair of structs the record is made of.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "protocol/message.h"
#include "protocol/result.h"
#include "protocol/wire.h"

namespace kafka {

template <class M>
concept TypedRecord = Message<M> && requires {
  { M::record_type } -> std::convertible_to<int>;
};

// The first two bytes of a key.
[[nodiscard]] Result<int16_t> decode_record_type(std::span<const uint8_t> key);

namespace detail {

// Reads and cuts off the int16 in front.
[[nodiscard]] Result<int16_t> take_int16(std::span<const uint8_t>& bytes);

}  // namespace detail

// int16 version, then the message in that version.
template <Message M>
[[nodiscard]] Result<Bytes> encode_versioned(const M& message, int16_t version) {
  Writer out;
  out.int16(version);
  if (auto done = encode(message, version, out); !done) {
    return std::unexpected(std::move(done.error()));
  }
  return out.take();
}

template <Message M>
[[nodiscard]] Result<M> decode_versioned(std::span<const uint8_t> bytes) {
  const auto version = detail::take_int16(bytes);
  if (!version) {
    return std::unexpected(version.error());
  }
  return decode<M>(bytes, *version);
}

template <TypedRecord K>
[[nodiscard]] Result<Bytes> encode_key(const K& key) {
  Writer out;
  out.int16(K::record_type);
  if (auto done = encode(key, 0, out); !done) {
    return std::unexpected(std::move(done.error()));
  }
  return out.take();
}

template <TypedRecord K>
[[nodiscard]] Result<K> decode_key(std::span<const uint8_t> bytes) {
  const auto type = detail::take_int16(bytes);
  if (!type) {
    return std::unexpected(type.error());
  }
  if (*type != K::record_type) {
    return fail(ErrorCode::InvalidRequest, "the key is of type " + std::to_string(*type) +
                                               ", not " + std::to_string(K::record_type));
  }
  return decode<K>(bytes, 0);
}

}  // namespace kafka
