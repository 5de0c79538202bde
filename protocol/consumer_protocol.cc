#include "protocol/consumer_protocol.h"

#include <algorithm>

#include "protocol/typed_record.h"

namespace kafka {
namespace {

template <Message M>
Result<M> decode_newest_known(std::span<const uint8_t> bytes) {
  const auto version = detail::take_int16(bytes);
  if (!version) {
    return std::unexpected(version.error());
  }
  Reader in(bytes);
  return decode_prefix<M>(in, std::min(*version, M::max_version));
}

}  // namespace

Result<ConsumerProtocolSubscription> decode_subscription(std::span<const uint8_t> bytes) {
  return decode_newest_known<ConsumerProtocolSubscription>(bytes);
}

Result<ConsumerProtocolAssignment> decode_assignment(std::span<const uint8_t> bytes) {
  return decode_newest_known<ConsumerProtocolAssignment>(bytes);
}

Result<Bytes> encode_subscription(const ConsumerProtocolSubscription& subscription,
                                  int16_t version) {
  return encode_versioned(subscription, version);
}

Result<Bytes> encode_assignment(const ConsumerProtocolAssignment& assignment, int16_t version) {
  return encode_versioned(assignment, version);
}

}  // namespace kafka
