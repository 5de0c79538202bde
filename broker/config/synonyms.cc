// Which configurations speak of the same thing: a topic's and the broker's default for it, and the
// broker's own families of units (ms before minutes before hours).
#include <array>
#include <utility>

#include "broker/config/config_table.h"

namespace kafka {
namespace {

constexpr int64_t minute_ms = 60'000;
constexpr int64_t hour_ms = 60 * minute_ms;

struct TopicSynonyms {
  std::string_view topic;
  std::array<ConfigSynonym, 3> broker;
  size_t count = 1;
};

constexpr TopicSynonyms topic_table[] = {
    {"cleanup.policy", {{{"log.cleanup.policy"}}}},
    {"compression.gzip.level", {{{"compression.gzip.level"}}}},
    {"compression.lz4.level", {{{"compression.lz4.level"}}}},
    {"compression.type", {{{"compression.type"}}}},
    {"compression.zstd.level", {{{"compression.zstd.level"}}}},
    {"delete.retention.ms", {{{"log.cleaner.delete.retention.ms"}}}},
    {"file.delete.delay.ms", {{{"log.segment.delete.delay.ms"}}}},
    {"flush.messages", {{{"log.flush.interval.messages"}}}},
    {"flush.ms", {{{"log.flush.interval.ms"}, {"log.flush.scheduler.interval.ms"}}}, 2},
    {"index.interval.bytes", {{{"log.index.interval.bytes"}}}},
    {"local.retention.bytes", {{{"log.local.retention.bytes"}}}},
    {"local.retention.ms", {{{"log.local.retention.ms"}}}},
    {"max.compaction.lag.ms", {{{"log.cleaner.max.compaction.lag.ms"}}}},
    {"max.message.bytes", {{{"message.max.bytes"}}}},
    {"message.timestamp.after.max.ms", {{{"log.message.timestamp.after.max.ms"}}}},
    {"message.timestamp.before.max.ms", {{{"log.message.timestamp.before.max.ms"}}}},
    {"message.timestamp.type", {{{"log.message.timestamp.type"}}}},
    {"min.cleanable.dirty.ratio", {{{"log.cleaner.min.cleanable.ratio"}}}},
    {"min.compaction.lag.ms", {{{"log.cleaner.min.compaction.lag.ms"}}}},
    {"min.insync.replicas", {{{"min.insync.replicas"}}}},
    {"preallocate", {{{"log.preallocate"}}}},
    {"retention.bytes", {{{"log.retention.bytes"}}}},
    {"retention.ms",
     {{{"log.retention.ms"},
       {"log.retention.minutes", minute_ms},
       {"log.retention.hours", hour_ms}}},
     3},
    {"segment.bytes", {{{"log.segment.bytes"}}}},
    {"segment.index.bytes", {{{"log.index.size.max.bytes"}}}},
    {"segment.jitter.ms", {{{"log.roll.jitter.ms"}, {"log.roll.jitter.hours", hour_ms}}}, 2},
    {"segment.ms", {{{"log.roll.ms"}, {"log.roll.hours", hour_ms}}}, 2},
    {"unclean.leader.election.enable", {{{"unclean.leader.election.enable"}}}},
};

constexpr std::pair<std::string_view, std::string_view> group_table[] = {
    {"consumer.assignment.interval.ms", "group.consumer.assignment.interval.ms"},
    {"consumer.heartbeat.interval.ms", "group.consumer.heartbeat.interval.ms"},
    {"consumer.session.timeout.ms", "group.consumer.session.timeout.ms"},
    {"share.assignment.interval.ms", "group.share.assignment.interval.ms"},
    {"share.delivery.count.limit", "group.share.delivery.count.limit"},
    {"share.heartbeat.interval.ms", "group.share.heartbeat.interval.ms"},
    {"share.partition.max.record.locks", "group.share.partition.max.record.locks"},
    {"share.record.lock.duration.ms", "group.share.record.lock.duration.ms"},
    {"share.session.timeout.ms", "group.share.session.timeout.ms"},
    {"streams.assignment.interval.ms", "group.streams.assignment.interval.ms"},
    {"streams.heartbeat.interval.ms", "group.streams.heartbeat.interval.ms"},
    {"streams.initial.rebalance.delay.ms", "group.streams.initial.rebalance.delay.ms"},
    {"streams.num.standby.replicas", "group.streams.num.standby.replicas"},
    {"streams.session.timeout.ms", "group.streams.session.timeout.ms"},
};

}  // namespace

std::span<const ConfigSynonym> topic_synonyms(std::string_view topic_config) {
  for (const TopicSynonyms& row : topic_table) {
    if (row.topic == topic_config) {
      return std::span(row.broker).first(row.count);
    }
  }
  return {};
}

std::vector<std::string_view> broker_synonyms(std::string_view name) {
  if (name == "log.flush.interval.ms") {
    return {name, "log.flush.scheduler.interval.ms"};
  }
  if (name == "log.retention.ms" || name == "log.retention.minutes" ||
      name == "log.retention.hours") {
    return {"log.retention.ms", "log.retention.minutes", "log.retention.hours"};
  }
  if (name == "log.roll.ms" || name == "log.roll.hours") {
    return {"log.roll.ms", "log.roll.hours"};
  }
  if (name == "log.roll.jitter.ms" || name == "log.roll.jitter.hours") {
    return {"log.roll.jitter.ms", "log.roll.jitter.hours"};
  }
  if (const ConfigDef* def = find_broker_config(name); def != nullptr && def->name != name) {
    return {name, def->name};  // listener.name.<listener>.<name>
  }
  return {name};
}

std::optional<std::string_view> group_synonym(std::string_view group_config) {
  for (const auto& [group, broker] : group_table) {
    if (group == group_config) {
      return broker;
    }
  }
  return std::nullopt;
}

}  // namespace kafka
