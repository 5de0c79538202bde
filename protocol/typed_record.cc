#include "protocol/typed_record.h"

namespace kafka {

namespace detail {

Result<int16_t> take_int16(std::span<const uint8_t>& bytes) {
  Reader in(bytes);
  const int16_t value = in.int16();
  if (!in.ok()) {
    return bad_bytes(in);
  }
  bytes = in.rest();
  return value;
}

}  // namespace detail

Result<int16_t> decode_record_type(std::span<const uint8_t> key) {
  return detail::take_int16(key);
}

}  // namespace kafka
