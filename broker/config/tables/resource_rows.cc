// The configurations of groups and of client metrics subscriptions.
#include "broker/config/tables/rows.h"

namespace kafka {

using enum ConfigType;
using enum ConfigScope;

constexpr ConfigDef group_config_rows_table[] = {
    {"consumer.assignment.interval.ms", Int, "1000", at_least(0), ClusterWide,
     "The least time between two assignments of this consumer group."},
    {"consumer.heartbeat.interval.ms", Int, "5000", at_least(1), ClusterWide,
     "How often members of this consumer group are told to send heartbeats."},
    {"consumer.session.timeout.ms", Int, "45000", at_least(1), ClusterWide,
     "A member of this consumer group that is silent for this long is removed."},
    {"share.assignment.interval.ms", Int, "1000", at_least(0), ClusterWide,
     "The least time between two assignments of this share group."},
    {"share.auto.offset.reset", String, "latest", offset_reset_policy(), ClusterWide,
     "Where this share group begins to read: earliest, latest, or by_duration with a duration such "
     "as PT1H, which goes back that far."},
    {"share.delivery.count.limit", Int, "5", at_least(2), ClusterWide,
     "How often a record is handed out before it is given up as undeliverable."},
    {"share.heartbeat.interval.ms", Int, "5000", at_least(1), ClusterWide,
     "How often members of this share group are told to send heartbeats."},
    {"share.isolation.level", String, "read_uncommitted",
     one_of("read_committed, read_uncommitted"), ClusterWide,
     "Whether this share group reads records of open and aborted transactions: read_uncommitted or "
     "read_committed."},
    {"share.partition.max.record.locks", Int, "2000", at_least(100), ClusterWide,
     "How many records of a partition may be handed out and not yet acknowledged."},
    {"share.record.lock.duration.ms", Int, "30000", at_least(1000), ClusterWide,
     "How long a consumer may keep a record before it is handed out again."},
    {"share.renew.acknowledge.enable", Boolean, "true", any_value(), ClusterWide,
     "Whether a consumer may ask to keep a record for longer."},
    {"share.session.timeout.ms", Int, "45000", at_least(1), ClusterWide,
     "A member of this share group that is silent for this long is removed."},
    {"streams.assignment.interval.ms", Int, "1000", at_least(0), ClusterWide,
     "The least time between two assignments of this streams group."},
    {"streams.heartbeat.interval.ms", Int, "5000", at_least(1), ClusterWide,
     "How often members of this streams group are told to send heartbeats."},
    {"streams.initial.rebalance.delay.ms", Int, "3000", at_least(0), ClusterWide,
     "How long this streams group waits for more members, when it was empty, before its first "
     "assignment."},
    {"streams.num.standby.replicas", Int, "0", at_least(0), ClusterWide,
     "How many warm copies of each task's state this streams group keeps."},
    {"streams.session.timeout.ms", Int, "45000", at_least(1), ClusterWide,
     "A member of this streams group that is silent for this long is removed."},
};

constexpr ConfigDef client_metrics_rows_table[] = {
    {"interval.ms", Int, "300000", any_value(), ClusterWide,
     "How often clients push their metrics."},
    {"match", List, "", list_of(), ClusterWide,
     "Which clients push: pairs of attribute and regular expression, such as client_id=app-.*. "
     "Empty matches all."},
    {"metrics", List, "", list_of(), ClusterWide,
     "The prefixes of the metrics that clients push. Empty asks for none, * for all."},
};

std::span<const ConfigDef> group_config_rows() {
  return group_config_rows_table;
}

std::span<const ConfigDef> client_metrics_rows() {
  return client_metrics_rows_table;
}

}  // namespace kafka
