#include "broker/tools/console/offsets_formatter.h"

#include <fmt/core.h>

#include <span>

#include "broker/tools/common/camel_case.h"
#include "protocol/offset_records.h"

namespace kafka {

namespace {

std::span<const uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

template <TypedRecord Key, Message Value>
ToolResult<> format(const ConsumedRecord& record, std::string& out) {
  if (!record.key) {
    return {};
  }
  const auto key = decode_key<Key>(bytes_of(*record.key));
  if (!key) {
    return {};  // a record of another kind
  }
  std::string value = "null";
  if (record.value) {
    const auto bytes = bytes_of(*record.value);
    const auto decoded = decode_versioned<Value>(bytes);
    if (decoded) {
      const auto version = static_cast<int16_t>(bytes[0] << 8 | bytes[1]);
      value = fmt::format(R"({{"version":{},"data":{}}})", version, to_json(*decoded, version));
    } else {
      value = R"({"version":-1,"data":"unknown"})";
    }
  }
  out += camel_case_keys(fmt::format(R"({{"key":{{"type":{},"data":{}}},"value":{}}})",
                                     Key::record_type, to_json(*key, 0), value));
  return {};
}

}  // namespace

ToolResult<> format_committed_offset(const ConsumedRecord& record, std::string& out) {
  return format<OffsetCommitKey, OffsetCommitValue>(record, out);
}

ToolResult<> format_group_metadata(const ConsumedRecord& record, std::string& out) {
  return format<GroupMetadataKey, GroupMetadataValue>(record, out);
}

}  // namespace kafka
