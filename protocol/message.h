// Messages: decode<M>(bytes, version) and encode(message, version, writer), made from the one
// description that each struct gives of itself (describe.h).
//
// Decoding is bounded: every count is checked against the bytes that are left and against a budget
// of memory (wire.h), and a message must use its bytes up exactly. Encoding fails, rather than lose
// something silently, when a value cannot be said in that version: null where null is not allowed,
// or a field that does not exist there and is neither ignorable nor at its default.
//
// Flexible versions (KIP-482) have compact lengths, and after the fields of every struct a section
// of tagged fields: count, then tag, size, value of each in ascending order. Unknown tags are
// skipped and not kept.
#pragma once

#include <concepts>
#include <cstdint>
#include <span>
#include <utility>

#include "protocol/describe.h"
#include "protocol/message_reader.h"
#include "protocol/message_writer.h"
#include "protocol/print.h"  // IWYU pragma: export
#include "protocol/result.h"
#include "protocol/wire.h"

namespace kafka {

namespace detail {

std::unexpected<Error> bad_version(int version);
std::unexpected<Error> bad_bytes(const Reader& in);
std::unexpected<Error> bad_value(const Writer& out);

}  // namespace detail

// Reads a message that may be followed by something else (a header before its body).
template <Message M>
[[nodiscard]] Result<M> decode_prefix(Reader& in, int16_t version) {
  if (version < M::min_version || version > M::max_version) {
    return detail::bad_version(version);
  }
  Result<M> message{std::in_place};
  detail::read_struct(in, layout_of<M>(version), *message);
  if (!in.ok()) {
    return detail::bad_bytes(in);
  }
  return message;
}

// The whole of `bytes` as a message. Records in it point into `bytes`.
template <Message M>
[[nodiscard]] Result<M> decode(std::span<const uint8_t> bytes, int16_t version) {
  Reader in(bytes);
  auto message = decode_prefix<M>(in, version);
  if (message && in.remaining() != 0) {
    in.fail("bytes are left over after the message");
    return detail::bad_bytes(in);
  }
  return message;
}

template <Message M>
[[nodiscard]] Result<> encode(const M& message, int16_t version, Writer& out) {
  if (version < M::min_version || version > M::max_version) {
    return detail::bad_version(version);
  }
  detail::write_struct(out, layout_of<M>(version), message);
  if (!out.ok()) {
    return detail::bad_value(out);
  }
  return {};
}

template <Message M>
[[nodiscard]] Result<Bytes> encode(const M& message, int16_t version) {
  Writer out;
  if (auto done = encode(message, version, out); !done) {
    return std::unexpected(std::move(done.error()));
  }
  return out.take();
}

}  // namespace kafka
