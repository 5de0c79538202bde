// Where partitions are kept, how segments roll, expire and are compacted.
#include "broker/config/tables/rows.h"

namespace kafka {

using enum ConfigType;
using enum ConfigScope;

constexpr ConfigDef log_rows_table[] = {
    {"log.dirs", List, no_value, filled_list_of(), ReadOnly,
     "The directories, separated by commas, that partitions are kept in. A new partition goes "
     "where the fewest are. Unset, it is log.dir."},
    {"log.dir", List, "/tmp/kafka-logs", filled_list_of(), ReadOnly,
     "The directories that partitions are kept in if log.dirs is not set."},
    {"cordoned.log.dirs", List, "", list_of(), PerBroker,
     "Log directories that get no new partitions; * means all of them. What is in them is served "
     "as before."},
    {"log.dir.failure.timeout.ms", Long, "30000", at_least(1), ReadOnly,
     "A broker that cannot tell the controller about a failed log directory for this long stops."},
    {"num.recovery.threads.per.data.dir", Int, "2", at_least(1), ClusterWide,
     "How many logs of a directory may be recovered at a time at start, and flushed at a time at "
     "shutdown."},
    {"num.replica.alter.log.dirs.threads", Int, no_value, any_value(), ReadOnly,
     "How many threads move replicas between log directories. Unset, one per directory."},
    {"log.segment.bytes", Int, "1073741824", at_least(1048576), ClusterWide,
     "The size at which a partition begins a new segment file."},
    {"log.roll.ms", Long, no_value, any_value(), ClusterWide,
     "The age at which a segment that has records is closed and a new one begun. Unset, "
     "log.roll.hours says it."},
    {"log.roll.hours", Int, "168", at_least(1), ReadOnly,
     "The same in hours, for when log.roll.ms is not set."},
    {"log.roll.jitter.ms", Long, no_value, any_value(), ClusterWide,
     "A random time of up to this much is taken off the age, so that segments do not all roll at "
     "once. Unset, log.roll.jitter.hours says it."},
    {"log.roll.jitter.hours", Int, "0", at_least(0), ReadOnly,
     "The same in hours, for when log.roll.jitter.ms is not set."},
    {"log.retention.ms", Long, no_value, any_value(), ClusterWide,
     "How long a closed segment is kept after its newest record. -1 keeps it for ever; unset, "
     "log.retention.minutes says it."},
    {"log.retention.minutes", Int, no_value, any_value(), ReadOnly,
     "The same in minutes, for when log.retention.ms is not set; unset, log.retention.hours says "
     "it."},
    {"log.retention.hours", Int, "168", any_value(), ReadOnly,
     "The same in hours, for when neither log.retention.ms nor log.retention.minutes is set."},
    {"log.retention.bytes", Long, "-1", any_value(), ClusterWide,
     "The size of a partition above which its oldest segments are deleted. -1 sets no limit."},
    {"log.retention.check.interval.ms", Long, "300000", at_least(1), ReadOnly,
     "How often partitions are searched for segments that are due for deletion."},
    {"log.segment.delete.delay.ms", Long, "60000", at_least(0), ClusterWide,
     "How long the files of a deleted segment stay, renamed, before they are removed, so that "
     "readers can finish."},
    {"log.cleanup.policy", List, "delete", list_of("compact, delete"), ClusterWide,
     "What becomes of old records: delete removes segments by age and size, compact keeps the last "
     "record of each key, both together do both. Empty keeps everything."},
    {"log.index.interval.bytes", Int, "4096", at_least(0), ClusterWide,
     "An entry goes into the offset index after this many bytes of records. Smaller finds a record "
     "faster and makes the index larger."},
    {"log.index.size.max.bytes", Int, "10485760", at_least(4), ClusterWide,
     "The size that each index file may reach; a full index begins a new segment."},
    {"log.flush.interval.messages", Long, "9223372036854775807", at_least(1), ClusterWide,
     "Records of a partition are synced to disk after this many. Usually left alone: replication "
     "is what makes records durable."},
    {"log.flush.interval.ms", Long, no_value, any_value(), ClusterWide,
     "Records of a partition are synced to disk after this long. Unset, "
     "log.flush.scheduler.interval.ms says it."},
    {"log.flush.scheduler.interval.ms", Long, "9223372036854775807", any_value(), ReadOnly,
     "How often partitions are searched for records that are due to be synced."},
    {"log.flush.offset.checkpoint.interval.ms", Int, "60000", at_least(0), ReadOnly,
     "How often the offset up to which each log is known to be on disk is written down; recovery "
     "after a crash starts there."},
    {"log.flush.start.offset.checkpoint.interval.ms", Int, "60000", at_least(0), ReadOnly,
     "How often the first offset of each log is written down, so that deleted records stay deleted "
     "after a restart."},
    {"log.preallocate", Boolean, "false", any_value(), ClusterWide,
     "Give a new segment file its full size at once."},
    {"log.message.timestamp.type", String, "CreateTime", one_of("CreateTime, LogAppendTime"),
     ClusterWide,
     "Whether a record keeps the time its producer gave it (CreateTime) or gets the time of its "
     "append (LogAppendTime)."},
    {"log.message.timestamp.before.max.ms", Long, "9223372036854775807", at_least(0), ClusterWide,
     "A record whose producer's timestamp lies further in the past than this is refused. Not "
     "applied to LogAppendTime."},
    {"log.message.timestamp.after.max.ms", Long, "3600000", at_least(0), ClusterWide,
     "A record whose producer's timestamp lies further in the future than this is refused. Not "
     "applied to LogAppendTime."},
    {"message.max.bytes", Int, "1048588", at_least(0), ClusterWide,
     "The largest batch of records that is accepted, measured as it arrives, that is compressed."},
    {"compression.type", String, "producer",
     one_of("uncompressed, zstd, lz4, snappy, gzip, producer"), ClusterWide,
     "How batches are stored: producer leaves them as they come, uncompressed unpacks them, a "
     "codec's name re-encodes those that use another one."},
    {"compression.gzip.level", Int, "-1", gzip_level(), ClusterWide,
     "The effort of gzip when compression.type is gzip: 1 is fast, 9 is small, -1 leaves it to the "
     "library."},
    {"compression.lz4.level", Int, "9", between(1, 17), ClusterWide,
     "The effort of lz4 when compression.type is lz4: larger is slower and smaller."},
    {"compression.zstd.level", Int, "3", between(-131072, 22), ClusterWide,
     "The effort of zstd when compression.type is zstd: larger is slower and smaller, negative "
     "levels are the fastest."},
    {"log.cleaner.enable", Boolean, "true", any_value(), ReadOnly,
     "Whether compaction runs at all. Leave it on: __consumer_offsets grows without bound "
     "otherwise."},
    {"log.cleaner.threads", Int, "1", at_least(0), ClusterWide,
     "How many partitions are compacted at a time."},
    {"log.cleaner.backoff.ms", Long, "15000", at_least(0), ClusterWide,
     "The pause of compaction when no partition needs it."},
    {"log.cleaner.dedupe.buffer.size", Long, "134217728", any_value(), ClusterWide,
     "The memory for the map of key to newest offset that compaction builds, over all its "
     "threads."},
    {"log.cleaner.io.buffer.size", Int, "524288", at_least(0), ClusterWide,
     "The memory that compaction reads and writes through, over all its threads."},
    {"log.cleaner.io.buffer.load.factor", Double, "0.9", any_value(), ClusterWide,
     "How full the map of keys may become. Fuller covers more of the log in one pass, at the price "
     "of collisions."},
    {"log.cleaner.io.max.bytes.per.second", Double, "1.7976931348623157E308", any_value(),
     ClusterWide,
     "Compaction is slowed down so that it reads and writes no more than this on average."},
    {"log.cleaner.min.cleanable.ratio", Double, "0.5", between(0, 1), ClusterWide,
     "A log is compacted when the part not compacted yet has at least this share of it. The lags "
     "below can override it."},
    {"log.cleaner.min.compaction.lag.ms", Long, "0", at_least(0), ClusterWide,
     "A record stays as it is for at least this long before compaction may drop it."},
    {"log.cleaner.max.compaction.lag.ms", Long, "9223372036854775807", at_least(1), ClusterWide,
     "A record that waits for longer than this makes its log due for compaction, whatever the "
     "ratio."},
    {"log.cleaner.delete.retention.ms", Long, "86400000", at_least(0), ClusterWide,
     "How long a tombstone stays readable after compaction first met it. A reader from the "
     "beginning that takes longer may miss a deletion."},
    {"log.local.retention.ms", Long, "-2", at_least(-2), ClusterWide,
     "How long segments that are in remote storage also stay on local disk. -2 means as long as "
     "retention says."},
    {"log.local.retention.bytes", Long, "-2", at_least(-2), ClusterWide,
     "How many bytes that are in remote storage also stay on local disk. -2 means as much as "
     "retention says."},
    {"log.initial.task.delay.ms", Long, "30000", at_least(0), ReadOnly,
     "How long after start the periodic tasks of the logs begin. For tests.", internal_row},
    {"producer.id.expiration.ms", Int, "86400000", at_least(1), ClusterWide,
     "A partition forgets an idle idempotent producer after this long; its next batch may then "
     "begin anywhere."},
    {"producer.id.expiration.check.interval.ms", Int, "600000", at_least(1), ReadOnly,
     "How often partitions look for producers to forget.", internal_row},
};

std::span<const ConfigDef> log_rows() {
  return log_rows_table;
}

}  // namespace kafka
