#include "broker/tools/console/formatter.h"

#include <fmt/core.h>

#include <array>

#include "broker/tools/common/text.h"
#include "broker/tools/console/client_config.h"
#include "broker/tools/console/offsets_formatter.h"

namespace kafka {

namespace {

bool is_on(const ClientProperties& properties, std::string_view name, bool otherwise) {
  const auto found = properties.find(name);
  return found == properties.end() ? otherwise : lower_case(trim(found->second)) == "true";
}

class DefaultFormatter {
 public:
  static ToolResult<DefaultFormatter> make(const ClientProperties& properties) {
    DefaultFormatter made;
    made.print_timestamp_ = is_on(properties, "print.timestamp", false);
    made.print_partition_ = is_on(properties, "print.partition", false);
    made.print_offset_ = is_on(properties, "print.offset", false);
    made.print_delivery_ = is_on(properties, "print.delivery", false);
    made.print_epoch_ = is_on(properties, "print.epoch", false);
    made.print_headers_ = is_on(properties, "print.headers", false);
    made.print_key_ = is_on(properties, "print.key", false);
    made.print_value_ = is_on(properties, "print.value", true);
    made.key_separator_ = text_of(properties, "key.separator", "\t");
    made.line_separator_ = text_of(properties, "line.separator", "\n");
    made.headers_separator_ = text_of(properties, "headers.separator", ",");
    made.null_literal_ = text_of(properties, "null.literal", "null");
    for (auto [target, name] : {std::pair{&made.key_, "key.deserializer"},
                                {&made.value_, "value.deserializer"},
                                {&made.header_, "headers.deserializer"}}) {
      auto found = make_deserializer(text_of(properties, name, ""));
      if (!found) {
        return std::unexpected(std::move(found.error()));
      }
      *target = std::move(*found);
    }
    return made;
  }

  ToolResult<> operator()(const ConsumedRecord& record, std::string& out) const {
    // What is printed, from left to right; the last one is followed by the line separator.
    std::vector<std::string> columns;
    if (print_timestamp_) {
      columns.push_back(timestamp(record));
    }
    if (print_partition_) {
      columns.push_back(fmt::format("Partition:{}", record.partition));
    }
    if (print_offset_) {
      columns.push_back(fmt::format("Offset:{}", record.offset));
    }
    if (print_delivery_) {
      columns.emplace_back("Delivery:NOT_PRESENT");  // share groups count deliveries
    }
    if (print_epoch_) {
      columns.emplace_back("Epoch:NOT_PRESENT");  // Kafka's tool drops it on the way, too
    }
    if (print_headers_) {
      auto text = headers(record);
      if (!text) {
        return std::unexpected(std::move(text.error()));
      }
      columns.push_back(std::move(*text));
    }
    for (auto [wanted, view, deserialize] :
         {std::tuple{print_key_, &record.key, &key_}, {print_value_, &record.value, &value_}}) {
      if (wanted) {
        auto text = field(*view, *deserialize);
        if (!text) {
          return std::unexpected(std::move(text.error()));
        }
        columns.push_back(std::move(*text));
      }
    }
    for (size_t i = 0; i < columns.size(); ++i) {
      out += columns[i];
      out += i + 1 < columns.size() ? key_separator_ : line_separator_;
    }
    return {};
  }

 private:
  static std::string timestamp(const ConsumedRecord& record) {
    switch (record.timestamp_type) {
      case ConsumedRecord::TimestampType::None:
        break;
      case ConsumedRecord::TimestampType::CreateTime:
        return fmt::format("CreateTime:{}", record.timestamp);
      case ConsumedRecord::TimestampType::LogAppendTime:
        return fmt::format("LogAppendTime:{}", record.timestamp);
    }
    return "NO_TIMESTAMP";
  }

  ToolResult<std::string> headers(const ConsumedRecord& record) const {
    if (record.headers.empty()) {
      return "NO_HEADERS";
    }
    std::string text;
    for (const auto& [name, value] : record.headers) {
      auto shown = field(value, header_);
      if (!shown) {
        return shown;
      }
      text += (text.empty() ? "" : headers_separator_) + std::string(name) + ":" + *shown;
    }
    return text;
  }

  ToolResult<std::string> field(const FieldView& view, const Deserializer& deserialize) const {
    return view ? deserialize(*view) : null_literal_;
  }

  bool print_timestamp_ = false, print_partition_ = false, print_offset_ = false;
  bool print_delivery_ = false, print_epoch_ = false, print_headers_ = false;
  bool print_key_ = false, print_value_ = true;
  std::string key_separator_, line_separator_, headers_separator_, null_literal_;
  Deserializer key_, value_, header_;
};

// Big-endian numbers of an exact size.
template <class T>
ToolResult<std::string> number_text(std::string_view bytes, std::string_view name) {
  if (bytes.size() != sizeof(T)) {
    return tool_failure("org.apache.kafka.common.errors.SerializationException",
                        fmt::format("Size of data received by {} is not {}", name, sizeof(T)));
  }
  uint64_t value = 0;
  for (const char c : bytes) {
    value = value << 8 | static_cast<unsigned char>(c);
  }
  return std::to_string(static_cast<T>(value));
}

}  // namespace

ToolResult<Deserializer> make_deserializer(std::string_view class_name) {
  constexpr std::string_view package = "org.apache.kafka.common.serialization.";
  const std::string_view name =
      class_name.starts_with(package) ? class_name.substr(package.size()) : class_name;
  if (name.empty() || name == "StringDeserializer" || name == "ByteArrayDeserializer" ||
      name == "BytesDeserializer" || name == "ByteBufferDeserializer" ||
      name == "UUIDDeserializer") {
    return [](std::string_view bytes) -> ToolResult<std::string> { return std::string(bytes); };
  }
  if (name == "ShortDeserializer") {
    return [](std::string_view bytes) { return number_text<int16_t>(bytes, "ShortDeserializer"); };
  }
  if (name == "IntegerDeserializer") {
    return
        [](std::string_view bytes) { return number_text<int32_t>(bytes, "IntegerDeserializer"); };
  }
  if (name == "LongDeserializer") {
    return [](std::string_view bytes) { return number_text<int64_t>(bytes, "LongDeserializer"); };
  }
  return tool_failure("java.lang.ClassNotFoundException", std::string(class_name));
}

ToolResult<Formatter> make_formatter(std::string_view class_name,
                                     const ClientProperties& properties) {
  constexpr std::string_view package = "org.apache.kafka.tools.consumer.";
  const std::string_view name =
      class_name.starts_with(package) ? class_name.substr(package.size()) : "";
  if (name == "DefaultMessageFormatter" || name == "LoggingMessageFormatter") {
    auto made = DefaultFormatter::make(properties);
    if (!made) {
      return std::unexpected(std::move(made.error()));
    }
    return Formatter(std::move(*made));
  }
  if (name == "NoOpMessageFormatter") {
    return Formatter([](const ConsumedRecord&, std::string&) { return ToolResult<>(); });
  }
  if (name == "OffsetsMessageFormatter") {
    return Formatter(format_committed_offset);
  }
  if (name == "GroupMetadataMessageFormatter") {
    return Formatter(format_group_metadata);
  }
  return tool_failure("java.lang.ClassNotFoundException", std::string(class_name));
}

}  // namespace kafka
