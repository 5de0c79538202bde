// Quotas and metrics.
#include "broker/config/tables/rows.h"

namespace kafka {

using enum ConfigType;
using enum ConfigScope;

constexpr ConfigDef quota_rows_table[] = {
    {"quota.window.num", Int, "11", at_least(1), ReadOnly,
     "How many samples client quotas are computed from."},
    {"quota.window.size.seconds", Int, "1", at_least(1), ReadOnly,
     "How long each sample of client quotas lasts."},
    {"replication.quota.window.num", Int, "11", at_least(1), ReadOnly,
     "How many samples the throttle of replication is computed from."},
    {"replication.quota.window.size.seconds", Int, "1", at_least(1), ReadOnly,
     "How long each sample of the throttle of replication lasts."},
    {"alter.log.dirs.replication.quota.window.num", Int, "11", at_least(1), ReadOnly,
     "How many samples the throttle of moves between log directories is computed from."},
    {"alter.log.dirs.replication.quota.window.size.seconds", Int, "1", at_least(1), ReadOnly,
     "How long each sample of the throttle of moves between log directories lasts."},
    {"client.quota.callback.class", Class, no_value, any_value(), ReadOnly,
     "A Java class that computes client quotas. This broker cannot load Java classes."},
    {"metric.reporters", List, "org.apache.kafka.common.metrics.JmxReporter", list_of(),
     ClusterWide,
     "Java classes that Apache Kafka hands its metrics to. This broker has no use for them."},
    {"metrics.num.samples", Int, "2", at_least(1), ReadOnly,
     "How many samples a metric is computed from."},
    {"metrics.sample.window.ms", Long, "30000", at_least(1), ReadOnly,
     "How long each sample of a metric lasts."},
    {"metrics.recording.level", String, "INFO", any_value(), ReadOnly,
     "How detailed metrics are: INFO, DEBUG or TRACE."},
    {"kafka.metrics.reporters", List, "", list_of(), ReadOnly,
     "Java classes that Apache Kafka hands the older kind of its metrics to. This broker has no "
     "use for them."},
    {"kafka.metrics.polling.interval.secs", Int, "10", at_least(1), ReadOnly,
     "How often the reporters of kafka.metrics.reporters look at the metrics."},
    // Only ever set while running, by tools that move partitions.
    {"leader.replication.throttled.rate", Long, no_value, at_least(0), ClusterWide,
     "The most bytes per second that this broker sends to followers of throttled replicas.",
     internal_row},
    {"follower.replication.throttled.rate", Long, no_value, at_least(0), ClusterWide,
     "The most bytes per second that this broker fetches for throttled replicas.", internal_row},
    {"replica.alter.log.dirs.io.max.bytes.per.second", Long, no_value, at_least(0), ClusterWide,
     "The most bytes per second that moves between log directories copy.", internal_row},
};

std::span<const ConfigDef> quota_rows() {
  return quota_rows_table;
}

}  // namespace kafka
