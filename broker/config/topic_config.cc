#include "broker/config/topic_config.h"

#include <fmt/format.h>

#include <algorithm>

#include "broker/config/binding.h"
#include "broker/config/config_table.h"
#include "broker/core/check.h"

namespace kafka {
namespace {

using T = TopicConfig;

constexpr Binding<TopicConfig> topic_bindings[] = {
    {"compression.type", &T::compression_type},
    {"compression.gzip.level", &T::compression_gzip_level},
    {"compression.lz4.level", &T::compression_lz4_level},
    {"compression.zstd.level", &T::compression_zstd_level},
    {"delete.retention.ms", &T::delete_retention_ms},
    {"file.delete.delay.ms", &T::file_delete_delay_ms},
    {"flush.messages", &T::flush_messages},
    {"flush.ms", &T::flush_ms},
    {"index.interval.bytes", &T::index_interval_bytes},
    {"max.compaction.lag.ms", &T::max_compaction_lag_ms},
    {"max.message.bytes", &T::max_message_bytes},
    {"message.timestamp.after.max.ms", &T::message_timestamp_after_max_ms},
    {"message.timestamp.before.max.ms", &T::message_timestamp_before_max_ms},
    {"message.timestamp.type", &T::message_timestamp_type},
    {"min.cleanable.dirty.ratio", &T::min_cleanable_dirty_ratio},
    {"min.compaction.lag.ms", &T::min_compaction_lag_ms},
    {"min.insync.replicas", &T::min_insync_replicas},
    {"preallocate", &T::preallocate},
    {"retention.bytes", &T::retention_bytes},
    {"retention.ms", &T::retention_ms},
    {"segment.bytes", &T::segment_bytes},
    {"internal.segment.bytes", &T::segment_bytes},
    {"segment.index.bytes", &T::segment_index_bytes},
    {"segment.jitter.ms", &T::segment_jitter_ms},
    {"segment.ms", &T::segment_ms},
    {"unclean.leader.election.enable", &T::unclean_leader_election_enable},
};

// A topic's own value, if it has a valid one, or what it falls back to. Values are checked before
// they get into the metadata; one that is not valid anyway (written by another version, say) counts
// as unset rather than taking the partitions down.
std::optional<std::string> resolve_text(std::string_view name, const ConfigMap& overrides,
                                        const BrokerConfig& broker) {
  auto own = overrides.find(name);
  if (own != overrides.end() && check_value(*find_topic_config(name), own->second)) {
    return own->second;
  }
  return topic_config_fallback(name, broker);
}

// What must hold between the values of a topic.
Result<> check_relations(const ConfigMap& overrides, const BrokerConfig& broker) {
  TopicConfig topic = resolve_topic_config(overrides, broker);
  if (topic.min_compaction_lag_ms > topic.max_compaction_lag_ms) {
    return fail(ErrorCode::InvalidConfig,
                fmt::format("conflict topic config setting min.compaction.lag.ms ({}) > "
                            "max.compaction.lag.ms ({})",
                            topic.min_compaction_lag_ms, topic.max_compaction_lag_ms));
  }
  auto remote = overrides.find("remote.storage.enable");
  if (remote != overrides.end() && to_bool(remote->second)) {
    return fail(
        ErrorCode::InvalidConfig,
        "Tiered Storage functionality is disabled in the broker. Topic cannot be configured "
        "with remote log storage.");
  }
  return {};
}

}  // namespace

std::optional<std::string> topic_config_fallback(std::string_view name,
                                                 const BrokerConfig& broker) {
  for (const ConfigSynonym& synonym : topic_synonyms(name)) {
    std::optional<std::string> text = broker.text(synonym.name);
    if (text) {
      return synonym.factor == 1 ? *text : std::to_string(to_int(*text) * synonym.factor);
    }
  }
  const ConfigDef* def = find_topic_config(name);
  CHECK(def != nullptr, "{} is not a topic configuration", name);
  return def->default_value ? std::optional<std::string>(*def->default_value) : std::nullopt;
}

TopicConfig resolve_topic_config(const ConfigMap& overrides, const BrokerConfig& broker) {
  TopicConfig topic;
  for (const Binding<TopicConfig>& binding : topic_bindings) {
    if (std::optional<std::string> text = resolve_text(binding.name, overrides, broker)) {
      set_field(topic, binding.field, *text);
    }
  }
  std::vector<std::string> policies =
      split_list(*resolve_text("cleanup.policy", overrides, broker));
  topic.compact = std::ranges::find(policies, "compact") != policies.end();
  topic.delete_old = std::ranges::find(policies, "delete") != policies.end();
  topic.retention_ms = std::max<int64_t>(topic.retention_ms, -1);  // any negative is for ever
  return topic;
}

Result<> check_topic_configs(const ConfigMap& overrides, const BrokerConfig& broker) {
  for (const auto& [name, value] : overrides) {
    const ConfigDef* def = find_topic_config(name);
    if (def == nullptr) {
      return fail(ErrorCode::InvalidConfig, fmt::format("Unknown topic config name: {}", name));
    }
    if (Result<> valid = check_value(*def, value); !valid) {
      return valid;
    }
  }
  return check_relations(overrides, broker);
}

LogConfig to_log_config(const TopicConfig& topic, const BrokerConfig& broker) {
  LogConfig log;
  log.segment_bytes = topic.segment_bytes;
  log.segment_ms = topic.segment_ms;
  log.segment_index_bytes = topic.segment_index_bytes;
  log.index_interval_bytes = topic.index_interval_bytes;
  log.timestamp_type = topic.message_timestamp_type == "LogAppendTime"
                           ? TimestampType::LogAppendTime
                           : TimestampType::CreateTime;
  log.delete_old = topic.delete_old;
  log.compact = topic.compact;
  log.retention_ms = topic.retention_ms;
  log.retention_bytes = topic.retention_bytes;
  log.file_delete_delay_ms = topic.file_delete_delay_ms;
  log.flush_messages = topic.flush_messages;
  log.flush_ms = topic.flush_ms;
  log.producer_id_expiration_ms = broker.producer_id_expiration_ms;
  return log;
}

}  // namespace kafka
