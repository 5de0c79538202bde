// Any message in any version, and records with their framing.
// Input: two bytes choose the message, one the version, the rest is the message.
#include "protocol/cluster_records.h"
#include "protocol/consumer_protocol.h"
#include "protocol/control_records.h"
#include "protocol/typed_record.h"
#include "tests/fuzz/fuzz.h"

namespace kafka {
namespace {

void framed_records(std::span<const uint8_t> bytes) {
  if (const auto record = decode_metadata_record(bytes)) {
    const auto written = encode_metadata_record(*record, written_version(*record));
    require(written.has_value(), "a record that was read cannot be written", name(*record));
    require(!to_json(*record, written_version(*record)).empty(), "no JSON", name(*record));
  }
  if (const auto subscription = decode_subscription(bytes)) {
    require(encode_subscription(*subscription, 3).has_value(), "cannot be written", "subscription");
  }
  (void)decode_assignment(bytes);
  (void)decode_control_key(bytes);
  (void)decode_control_value<VotersRecord>(bytes);
  (void)decode_end_txn_marker(bytes);
  (void)decode_record_type(bytes);
}

}  // namespace
}  // namespace kafka

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace kafka;
  if (size < 3) {
    return 0;
  }
  const std::span<const uint8_t> body(data + 3, size - 3);
  const size_t choice = (size_t{data[0]} << 8 | data[1]) % (all_codecs().size() + 1);
  if (choice == all_codecs().size()) {
    framed_records(body);
    return 0;
  }
  const MessageCodec& codec = all_codecs()[choice];
  require_stable(codec, body, data[2]);
  (void)codec.to_json(body, data[2]);
  return 0;
}
