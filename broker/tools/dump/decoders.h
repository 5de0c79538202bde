// What stands in a record, as text, for kafka-dump-log.sh. Pure: bytes in, text out.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>

#include "broker/tools/common/tool_error.h"
#include "protocol/record_batch.h"

namespace kafka {

// The parts of a printed record; nullopt when there is nothing to print.
struct DecodedRecord {
  std::optional<std::string> key;
  std::optional<std::string> payload;
};
using RecordDecoder = std::function<DecodedRecord(const RecordView&)>;

// Keys and values as text.
[[nodiscard]] DecodedRecord decode_text(const RecordView& record);
// Metadata records: {"type":"TOPIC_RECORD","version":0,"data":{…}}
[[nodiscard]] DecodedRecord decode_metadata(const RecordView& record);
// __consumer_offsets: {"type":"1","data":{…}} and {"version":"4","data":{…}}
[[nodiscard]] DecodedRecord decode_offsets_topic(const RecordView& record);
// __transaction_state
[[nodiscard]] DecodedRecord decode_transaction_topic(const RecordView& record);

// Control records: "LeaderChange: {…}", "endTxnMarker: COMMIT coordinatorEpoch: 0", ...
[[nodiscard]] std::string control_record_text(const RecordView& record);

// By the name of one of Kafka's decoder classes, for keys or values.
using FieldDecoder = std::function<std::string(BytesView)>;
[[nodiscard]] ToolResult<FieldDecoder> field_decoder(std::string_view class_name);

}  // namespace kafka
