#include "broker/tools/dump/decoders.h"

#include <fmt/core.h>

#include <algorithm>

#include "broker/tools/common/camel_case.h"
#include "broker/tools/common/text.h"
#include "protocol/cluster_records.h"
#include "protocol/consumer_protocol.h"
#include "protocol/control_records.h"
#include "protocol/offset_records.h"
#include "protocol/txn_records.h"

namespace kafka {

namespace {

std::string as_text(BytesView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// RegisterBrokerRecord -> REGISTER_BROKER_RECORD
std::string constant_name(std::string_view name) {
  std::string out;
  for (const char c : name) {
    const bool upper = c >= 'A' && c <= 'Z';
    out += upper && !out.empty() ? "_" : "";
    out += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return out;
}

// --- coordinators' topics ------------------------------------------------------------------------

// Replaces the next "name":"base64" from `position` on by what these bytes say.
void replace_bytes(std::string& json, size_t& position, std::string_view name, std::string said) {
  const std::string label = fmt::format("\"{}\":", name);
  const size_t begin = json.find(label, position) + label.size();
  const size_t end = json.find('"', begin + 1) + 1;
  json.replace(begin, end - begin, said);
  position = begin + said.size();
}

template <class M>
std::string protocol_json(const Result<M>& message, const Bytes& bytes) {
  const auto version = static_cast<int16_t>(bytes.size() < 2 ? 0 : bytes[0] << 8 | bytes[1]);
  return message ? to_json(*message, std::min(version, M::max_version))
                 : fmt::format("\"undecodable: {}\"", message.error().message);
}

template <class Value>
std::string value_json(const Value& value, int16_t version) {
  return to_json(value, version);
}

// The members of a group of consumers: what they subscribe to and were given is spelled out.
template <>
std::string value_json(const GroupMetadataValue& value, int16_t version) {
  std::string json = to_json(value, version);
  size_t position = 0;
  for (const auto& member : value.members) {
    if (value.protocol_type == "consumer" && !member.subscription.empty()) {
      replace_bytes(json, position, "subscription",
                    protocol_json(decode_subscription(member.subscription), member.subscription));
    }
    if (value.protocol_type == "consumer" && !member.assignment.empty()) {
      replace_bytes(json, position, "assignment",
                    protocol_json(decode_assignment(member.assignment), member.assignment));
    }
  }
  return json;
}

template <class Key, class Value>
struct Pair {};

template <class Key, class Value>
bool try_pair(Pair<Key, Value>, int16_t type, const RecordView& record, DecodedRecord& out) {
  if (type != Key::record_type) {
    return false;
  }
  const auto key = decode_key<Key>(*record.key);
  out.key =
      key ? camel_case_keys(fmt::format(R"({{"type":"{}","data":{}}})", type, to_json(*key, 0)))
          : "undecodable key: " + key.error().message;
  if (!record.value) {
    out.payload = "<DELETE>";
    return true;
  }
  const auto value = decode_versioned<Value>(*record.value);
  const auto version = record.value->size() < 2
                           ? int16_t{0}
                           : static_cast<int16_t>((*record.value)[0] << 8 | (*record.value)[1]);
  out.payload = value ? camel_case_keys(fmt::format(R"({{"version":"{}","data":{}}})", version,
                                                    value_json(*value, version)))
                      : "undecodable value: " + value.error().message;
  return true;
}

template <class... Pairs>
DecodedRecord decode_typed(const RecordView& record) {
  DecodedRecord out;
  const auto type = record.key ? decode_record_type(*record.key)
                               : Result<int16_t>(fail(ErrorCode::InvalidRequest, "no key"));
  if (!type || !(try_pair(Pairs{}, *type, record, out) || ...)) {
    out.key = fmt::format("unknown::type={}", type ? *type : -1);
  }
  return out;
}

// --- control records -----------------------------------------------------------------------------

template <class M>
std::string control_text(std::string_view label, const RecordView& record) {
  const auto value = decode_control_value<M>(record.value.value_or(BytesView{}));
  return value ? fmt::format("{} {}", label, camel_case_keys(to_json(*value, value->version)))
               : fmt::format("{} undecodable: {}", label, value.error().message);
}

std::string marker_text(std::string_view name, const RecordView& record) {
  const auto marker = decode_end_txn_marker(record.value.value_or(BytesView{}));
  return marker
             ? fmt::format("endTxnMarker: {} coordinatorEpoch: {}", name, marker->coordinator_epoch)
             : "endTxnMarker undecodable: " + marker.error().message;
}

template <class T>
std::string number_text(BytesView bytes) {
  uint64_t value = 0;
  for (const uint8_t byte : bytes) {
    value = value << 8 | byte;
  }
  return bytes.size() == sizeof(T) ? std::to_string(static_cast<T>(value))
                                   : fmt::format("{} bytes", bytes.size());
}

}  // namespace

DecodedRecord decode_text(const RecordView& record) {
  DecodedRecord out;
  if (record.key) {
    out.key = as_text(*record.key);
  }
  if (record.value) {
    out.payload = as_text(*record.value);
  }
  return out;
}

DecodedRecord decode_metadata(const RecordView& record) {
  DecodedRecord out;
  const BytesView value = record.value.value_or(BytesView{});
  const auto decoded = decode_metadata_record(value);
  if (!decoded) {
    out.payload = fmt::format("Error at {}, skipping. {}", record.offset, decoded.error().message);
    return out;
  }
  Reader head(value);
  (void)head.uvarint();  // frame version
  (void)head.uvarint();  // type
  const auto version = static_cast<int16_t>(head.uvarint());
  out.payload = camel_case_keys(fmt::format(R"({{"type":"{}","version":{},"data":{}}})",
                                            constant_name(name(*decoded)), version,
                                            to_json(*decoded, version)));
  return out;
}

DecodedRecord decode_offsets_topic(const RecordView& record) {
  return decode_typed<
      Pair<LegacyOffsetCommitKey, LegacyOffsetCommitValue>,
      Pair<OffsetCommitKey, OffsetCommitValue>, Pair<GroupMetadataKey, GroupMetadataValue>,
      Pair<ConsumerGroupMetadataKey, ConsumerGroupMetadataValue>,
      Pair<ConsumerGroupPartitionMetadataKey, ConsumerGroupPartitionMetadataValue>,
      Pair<ConsumerGroupMemberMetadataKey, ConsumerGroupMemberMetadataValue>,
      Pair<ConsumerGroupTargetAssignmentMetadataKey, ConsumerGroupTargetAssignmentMetadataValue>,
      Pair<ConsumerGroupTargetAssignmentMemberKey, ConsumerGroupTargetAssignmentMemberValue>,
      Pair<ConsumerGroupCurrentMemberAssignmentKey, ConsumerGroupCurrentMemberAssignmentValue>,
      Pair<ConsumerGroupRegularExpressionKey, ConsumerGroupRegularExpressionValue>>(record);
}

DecodedRecord decode_transaction_topic(const RecordView& record) {
  return decode_typed<Pair<TransactionLogKey, TransactionLogValue>>(record);
}

std::string control_record_text(const RecordView& record) {
  const auto type = decode_control_key(record.key.value_or(BytesView{}));
  if (!type) {
    return "control record undecodable: " + type.error().message;
  }
  switch (*type) {
    case ControlRecordType::Abort:
      return marker_text("ABORT", record);
    case ControlRecordType::Commit:
      return marker_text("COMMIT", record);
    case ControlRecordType::LeaderChange:
      return control_text<LeaderChangeMessage>("LeaderChange:", record);
    case ControlRecordType::SnapshotHeader:
      return control_text<SnapshotHeaderRecord>("SnapshotHeader", record);
    case ControlRecordType::SnapshotFooter:
      return control_text<SnapshotFooterRecord>("SnapshotFooter", record);
    case ControlRecordType::KRaftVersion:
      return control_text<KRaftVersionRecord>("KRaftVersion", record);
    case ControlRecordType::KRaftVoters:
      return control_text<VotersRecord>("KRaftVoters", record);
  }
  return fmt::format("controlType: {}", static_cast<int>(*type));
}

ToolResult<FieldDecoder> field_decoder(std::string_view class_name) {
  const std::string_view name = class_name.substr(class_name.rfind('.') + 1);
  if (name == "StringDecoder" || name == "DefaultDecoder") {
    return FieldDecoder(as_text);
  }
  if (name == "IntegerDecoder") {
    return FieldDecoder(number_text<int32_t>);
  }
  if (name == "LongDecoder") {
    return FieldDecoder(number_text<int64_t>);
  }
  return tool_failure("java.lang.ClassNotFoundException", std::string(class_name));
}

}  // namespace kafka
