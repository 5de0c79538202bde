// Records of __consumer_offsets as JSON, one object after another without anything in between, as
// Kafka's OffsetsMessageFormatter and GroupMetadataMessageFormatter write them:
//   {"key":{"type":1,"data":{…}},"value":{"version":4,"data":{…}}}
// Records of other kinds are passed over.
#pragma once

#include <string>

#include "broker/tools/console/formatter.h"

namespace kafka {

[[nodiscard]] ToolResult<> format_committed_offset(const ConsumedRecord& record, std::string& out);
[[nodiscard]] ToolResult<> format_group_metadata(const ConsumedRecord& record, std::string& out);

}  // namespace kafka
