// Tiered storage.
#include "broker/config/tables/rows.h"

namespace kafka {

using enum ConfigType;
using enum ConfigScope;

constexpr ConfigDef remote_rows_table[] = {
    {"remote.log.storage.system.enable", Boolean, "false", any_value(), ReadOnly,
     "Whether closed segments are moved to remote storage (tiered storage)."},
    {"remote.log.storage.manager.class.name", String, no_value, not_empty(), ReadOnly,
     "The Java class that stores segments remotely."},
    {"remote.log.storage.manager.class.path", String, no_value, any_value(), ReadOnly,
     "Where that class and what it needs are found."},
    {"remote.log.storage.manager.impl.prefix", String, "rsm.config.", not_empty(), ReadOnly,
     "The prefix of properties that are handed to that class."},
    {"remote.log.metadata.manager.class.name", String,
     "org.apache.kafka.server.log.remote.metadata.storage.TopicBasedRemoteLogMetadataManager",
     not_empty(), ReadOnly, "The Java class that keeps track of remote segments."},
    {"remote.log.metadata.manager.class.path", String, no_value, any_value(), ReadOnly,
     "Where that class and what it needs are found."},
    {"remote.log.metadata.manager.impl.prefix", String, "rlmm.config.", not_empty(), ReadOnly,
     "The prefix of properties that are handed to that class."},
    {"remote.log.metadata.manager.listener.name", String, no_value, not_empty(), ReadOnly,
     "The listener of this broker that the tracker of remote segments connects to."},
    {"remote.log.metadata.custom.metadata.max.bytes", Int, "128", at_least(0), ReadOnly,
     "The most that a remote store may keep about a segment on its own behalf."},
    {"remote.log.index.file.cache.total.size.bytes", Long, "1073741824", at_least(1), ClusterWide,
     "The disk space for indexes fetched from remote storage."},
    {"remote.log.index.file.cache.ttl.ms", Long, "900000", at_least(-1), ReadOnly,
     "How long a fetched index stays after it was last used.", internal_row},
    {"remote.log.manager.thread.pool.size", Int, "2", at_least(1), ReadOnly,
     "The older name of remote.log.manager.follower.thread.pool.size."},
    {"remote.log.manager.copier.thread.pool.size", Int, "10", at_least(1), ClusterWide,
     "How many segments are copied to remote storage at a time."},
    {"remote.log.manager.expiration.thread.pool.size", Int, "10", at_least(1), ClusterWide,
     "How many partitions are searched for expired remote segments at a time."},
    {"remote.log.manager.follower.thread.pool.size", Int, "2", at_least(1), ClusterWide,
     "How many follower partitions learn at a time how far remote storage reaches."},
    {"remote.log.manager.task.interval.ms", Long, "30000", at_least(1), ReadOnly,
     "How often segments are copied to remote storage and expired there."},
    {"remote.log.manager.task.retry.backoff.ms", Long, "500", at_least(1), ReadOnly,
     "The pause before a failed remote request is repeated; it doubles each time.", internal_row},
    {"remote.log.manager.task.retry.backoff.max.ms", Long, "30000", at_least(1), ReadOnly,
     "The longest pause between attempts of a remote request.", internal_row},
    {"remote.log.manager.task.retry.jitter", Double, "0.2", between(0, 0.5), ReadOnly,
     "The random share of that pause.", internal_row},
    {"remote.log.manager.copy.max.bytes.per.second", Long, "9223372036854775807", at_least(1),
     ClusterWide, "The most that is copied to remote storage per second."},
    {"remote.log.manager.copy.quota.window.num", Int, "11", at_least(1), ReadOnly,
     "How many samples that limit is computed from."},
    {"remote.log.manager.copy.quota.window.size.seconds", Int, "1", at_least(1), ReadOnly,
     "How long each of those samples lasts."},
    {"remote.log.manager.fetch.max.bytes.per.second", Long, "9223372036854775807", at_least(1),
     ClusterWide, "The most that is read from remote storage per second."},
    {"remote.log.manager.fetch.quota.window.num", Int, "11", at_least(1), ReadOnly,
     "How many samples that limit is computed from."},
    {"remote.log.manager.fetch.quota.window.size.seconds", Int, "1", at_least(1), ReadOnly,
     "How long each of those samples lasts."},
    {"remote.log.reader.threads", Int, "10", at_least(1), ClusterWide,
     "How many reads of remote storage run at a time."},
    {"remote.log.reader.max.pending.tasks", Int, "100", at_least(1), ReadOnly,
     "How many reads of remote storage may wait. Beyond that fetches fail."},
    {"remote.fetch.max.wait.ms", Int, "500", at_least(1), ClusterWide,
     "How long a fetch may wait for remote storage."},
    {"remote.list.offsets.request.timeout.ms", Long, "30000", at_least(1), ClusterWide,
     "How long a ListOffsets request may wait for remote storage."},
    {"follower.fetch.last.tiered.offset.enable", Boolean, "false", any_value(), ClusterWide,
     "Whether an empty follower begins behind what is in remote storage instead of copying all of "
     "it."},
};

std::span<const ConfigDef> remote_rows() {
  return remote_rows_table;
}

}  // namespace kafka
