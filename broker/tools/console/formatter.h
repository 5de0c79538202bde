// Formatters: how the console consumer writes a record. Pure: bytes in, text out.
//
// DefaultMessageFormatter writes, in this order and only what is asked for:
//   CreateTime:… Partition:… Offset:… Delivery:… Epoch:… headers key value
// key.separator stands between them, line.separator at the end. LoggingMessageFormatter writes the
// same; NoOpMessageFormatter nothing. The formatters of __consumer_offsets write JSON.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "broker/tools/admin/addresses.h"
#include "broker/tools/common/tool_error.h"

namespace kafka {

using FieldView = std::optional<std::string_view>;

struct ConsumedRecord {
  std::string_view topic;
  int32_t partition = 0;
  int64_t offset = 0;
  enum class TimestampType { None, CreateTime, LogAppendTime };
  TimestampType timestamp_type = TimestampType::None;
  int64_t timestamp = -1;
  FieldView key;
  FieldView value;
  std::vector<std::pair<std::string_view, FieldView>> headers;
};

// Appends the text of a record. A deserializer that does not like the bytes is an error.
using Formatter = std::function<ToolResult<>(const ConsumedRecord& record, std::string& out)>;

inline constexpr std::string_view default_formatter =
    "org.apache.kafka.tools.consumer.DefaultMessageFormatter";

// By the class name that Kafka's has; a ClassNotFoundException otherwise.
[[nodiscard]] ToolResult<Formatter> make_formatter(std::string_view class_name,
                                                   const ClientProperties& properties);

// Bytes as text, by the class name of one of Kafka's deserializers.
using Deserializer = std::function<ToolResult<std::string>(std::string_view bytes)>;
[[nodiscard]] ToolResult<Deserializer> make_deserializer(std::string_view class_name);

}  // namespace kafka
