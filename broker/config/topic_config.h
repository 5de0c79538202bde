// TopicConfig: the configuration of one topic, typed and resolved.
//
// A topic's own value wins, then the broker configuration it is a synonym of (dynamic before
// static), then the default. Fields are named like the properties with `_` for `.`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker/config/broker_config.h"
#include "broker/core/log/log_config.h"
#include "protocol/result.h"

namespace kafka {

class TopicConfig {
 public:
  bool compact = false;          // cleanup.policy has compact
  bool delete_old = true;        // cleanup.policy has delete
  std::string compression_type;  // uncompressed, zstd, lz4, snappy, gzip or producer
  int32_t compression_gzip_level = -1;
  int32_t compression_lz4_level = 9;
  int32_t compression_zstd_level = 3;
  int64_t delete_retention_ms = 0;
  int64_t file_delete_delay_ms = 0;
  int64_t flush_messages = 0;
  int64_t flush_ms = 0;
  int32_t index_interval_bytes = 0;
  int64_t max_compaction_lag_ms = 0;
  int32_t max_message_bytes = 0;
  int64_t message_timestamp_after_max_ms = 0;
  int64_t message_timestamp_before_max_ms = 0;
  std::string message_timestamp_type;  // CreateTime or LogAppendTime
  double min_cleanable_dirty_ratio = 0.5;
  int64_t min_compaction_lag_ms = 0;
  int32_t min_insync_replicas = 1;
  bool preallocate = false;
  int64_t retention_bytes = -1;
  int64_t retention_ms = -1;
  int32_t segment_bytes = 0;
  int32_t segment_index_bytes = 0;
  int64_t segment_jitter_ms = 0;
  int64_t segment_ms = 0;
  bool unclean_leader_election_enable = false;
};

// The text a topic without an own value goes by: of the broker configuration it is a synonym of, or
// its default. Null for the few that have no default. CHECKs that the name is known.
std::optional<std::string> topic_config_fallback(std::string_view name, const BrokerConfig& broker);

// `overrides` are the topic's own values: Config records of the topic, or of a CreateTopics request
// that was checked.
TopicConfig resolve_topic_config(const ConfigMap& overrides, const BrokerConfig& broker);

// Checks the overrides of a new or altered topic: names, values and what must hold between them.
// The error is INVALID_CONFIG with Kafka's kind of sentence.
Result<> check_topic_configs(const ConfigMap& overrides, const BrokerConfig& broker);

// The part of it that a Log reads.
LogConfig to_log_config(const TopicConfig& topic, const BrokerConfig& broker);

}  // namespace kafka
