// LogConfig: what a Log needs to know of a topic's configuration. One is shared by all partitions
// of a topic; a changed configuration is a new LogConfig handed to Log::set_config.
#pragma once

#include <cstdint>

namespace kafka {

enum class TimestampType : uint8_t {
  CreateTime,     // records keep the time their producer gave them
  LogAppendTime,  // the broker stamps the batch when it appends it
};

struct LogConfig {
  int32_t segment_bytes = 1 << 30;                           // segment.bytes
  int64_t segment_ms = 7LL * 24 * 3600 * 1000;               // segment.ms
  int32_t segment_index_bytes = 10 << 20;                    // segment.index.bytes
  int32_t index_interval_bytes = 4096;                       // index.interval.bytes
  TimestampType timestamp_type = TimestampType::CreateTime;  // message.timestamp.type
  bool delete_old = true;                                    // cleanup.policy has delete
  bool compact = false;                                      // cleanup.policy has compact
  int64_t retention_ms = 7LL * 24 * 3600 * 1000;             // retention.ms, -1: for ever
  int64_t retention_bytes = -1;                              // retention.bytes, -1: without bound
  int64_t file_delete_delay_ms = 60'000;                     // file.delete.delay.ms
  int64_t flush_messages = INT64_MAX;                        // flush.messages
  int64_t flush_ms = INT64_MAX;                              // flush.ms
  int64_t producer_id_expiration_ms = 86'400'000;            // producer.id.expiration.ms

  friend bool operator==(const LogConfig&, const LogConfig&) = default;
};

}  // namespace kafka
