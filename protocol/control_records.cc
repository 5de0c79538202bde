#include "protocol/control_records.h"

#include "protocol/typed_record.h"

namespace kafka {

Bytes encode_control_key(ControlRecordType type) {
  Writer out;
  out.int16(0);
  out.int16(static_cast<int16_t>(type));
  return out.take();
}

Result<ControlRecordType> decode_control_key(std::span<const uint8_t> key) {
  Reader in(key);
  const int16_t version = in.int16();
  const int16_t type = in.int16();
  if (!in.ok() || version < 0) {
    return fail(ErrorCode::CorruptMessage, "the key of a control record is damaged");
  }
  return static_cast<ControlRecordType>(type);
}

Bytes encode_end_txn_marker(const EndTxnMarker& marker) {
  Writer out;
  out.int16(EndTxnMarker::max_version);
  out.int32(marker.coordinator_epoch);
  return out.take();
}

// Later versions may append fields: what is known is read, whatever the version says.
Result<EndTxnMarker> decode_end_txn_marker(std::span<const uint8_t> value) {
  Reader in(value);
  const int16_t version = in.int16();
  EndTxnMarker marker{.coordinator_epoch = in.int32()};
  if (!in.ok() || version < 0) {
    return fail(ErrorCode::CorruptMessage, "a transaction marker is damaged");
  }
  return marker;
}

}  // namespace kafka
