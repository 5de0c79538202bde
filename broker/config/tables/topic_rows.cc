// The configurations of a topic. Their defaults are those of the broker configurations they are
// synonyms of (synonyms.cc).
#include "broker/config/tables/rows.h"

namespace kafka {

using enum ConfigType;
using enum ConfigScope;

constexpr ConfigDef topic_rows_table[] = {
    {"cleanup.policy", List, "delete", list_of("compact, delete"), ClusterWide,
     "What becomes of old records: delete removes segments by age and size, compact keeps the last "
     "record of each key, both together do both. Empty keeps everything."},
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
    {"delete.retention.ms", Long, "86400000", at_least(0), ClusterWide,
     "How long a tombstone stays readable after compaction first met it. A reader from the "
     "beginning that takes longer may miss a deletion."},
    {"file.delete.delay.ms", Long, "60000", at_least(0), ClusterWide,
     "How long the files of a deleted segment stay, renamed, before they are removed, so that "
     "readers can finish."},
    {"flush.messages", Long, "9223372036854775807", at_least(1), ClusterWide,
     "Records are synced to disk after this many. Usually left alone: replication is what makes "
     "records durable."},
    {"flush.ms", Long, "9223372036854775807", at_least(0), ClusterWide,
     "Records are synced to disk after this long. Usually left alone: replication is what makes "
     "records durable."},
    {"follower.replication.throttled.replicas", List, "", replica_list(), ClusterWide,
     "The replicas whose fetching is throttled, as partition:broker pairs, or * for all."},
    {"leader.replication.throttled.replicas", List, "", replica_list(), ClusterWide,
     "The replicas whose serving of followers is throttled, as partition:broker pairs, or * for "
     "all."},
    {"index.interval.bytes", Int, "4096", at_least(0), ClusterWide,
     "An entry goes into the offset index after this many bytes of records. Smaller finds a record "
     "faster and makes the index larger."},
    {"internal.segment.bytes", Int, no_value, any_value(), ClusterWide,
     "A segment size below what segment.bytes allows. For tests.", internal_row},
    {"local.retention.bytes", Long, "-2", at_least(-2), ClusterWide,
     "How many bytes that are in remote storage also stay on local disk. -2 means as much as "
     "retention.bytes says."},
    {"local.retention.ms", Long, "-2", at_least(-2), ClusterWide,
     "How long segments that are in remote storage also stay on local disk. -2 means as long as "
     "retention.ms says."},
    {"max.compaction.lag.ms", Long, "9223372036854775807", at_least(1), ClusterWide,
     "A record that waits for longer than this makes its log due for compaction, whatever the "
     "ratio."},
    {"max.message.bytes", Int, "1048588", at_least(0), ClusterWide,
     "The largest batch of records that is accepted, measured as it arrives, that is compressed."},
    {"message.timestamp.after.max.ms", Long, "3600000", at_least(0), ClusterWide,
     "A record whose producer's timestamp lies further in the future than this is refused. Not "
     "applied to LogAppendTime."},
    {"message.timestamp.before.max.ms", Long, "9223372036854775807", at_least(0), ClusterWide,
     "A record whose producer's timestamp lies further in the past than this is refused. Not "
     "applied to LogAppendTime."},
    {"message.timestamp.type", String, "CreateTime", one_of("CreateTime, LogAppendTime"),
     ClusterWide,
     "Whether a record keeps the time its producer gave it (CreateTime) or gets the time of its "
     "append (LogAppendTime)."},
    {"min.cleanable.dirty.ratio", Double, "0.5", between(0, 1), ClusterWide,
     "The log is compacted when the part not compacted yet has at least this share of it. The "
     "compaction lags can override it."},
    {"min.compaction.lag.ms", Long, "0", at_least(0), ClusterWide,
     "A record stays as it is for at least this long before compaction may drop it."},
    {"min.insync.replicas", Int, "1", at_least(1), ClusterWide,
     "How many replicas, the leader among them, must be in sync for a write with acks=all. With "
     "fewer it is refused."},
    {"preallocate", Boolean, "false", any_value(), ClusterWide,
     "Give a new segment file its full size at once."},
    {"remote.log.copy.disable", Boolean, "false", any_value(), ClusterWide,
     "Whether a topic in remote storage stops copying to it: what is there is read and expires, "
     "local retention no longer counts."},
    {"remote.log.delete.on.disable", Boolean, "false", any_value(), ClusterWide,
     "Whether what is in remote storage is deleted when remote storage is switched off for the "
     "topic."},
    {"remote.storage.enable", Boolean, "false", any_value(), ClusterWide,
     "Whether closed segments of the topic are moved to remote storage (tiered storage)."},
    {"retention.bytes", Long, "-1", any_value(), ClusterWide,
     "The size of a partition above which its oldest segments are deleted. -1 sets no limit."},
    {"retention.ms", Long, "604800000", at_least(-1), ClusterWide,
     "How long a closed segment is kept after its newest record. -1 keeps it for ever."},
    {"segment.bytes", Int, "1073741824", at_least(1048576), ClusterWide,
     "The size at which a partition begins a new segment file."},
    {"segment.index.bytes", Int, "10485760", at_least(4), ClusterWide,
     "The size that each index file may reach; a full index begins a new segment."},
    {"segment.jitter.ms", Long, "0", at_least(0), ClusterWide,
     "A random time of up to this much is taken off segment.ms, so that segments do not all roll "
     "at once."},
    {"segment.ms", Long, "604800000", at_least(1), ClusterWide,
     "The age at which a segment that has records is closed and a new one begun."},
    {"unclean.leader.election.enable", Boolean, "false", any_value(), ClusterWide,
     "Whether a replica that is not in sync may become leader when none that is in sync is left. "
     "It keeps the partition writable and loses acknowledged records."},
};

std::span<const ConfigDef> topic_rows() {
  return topic_rows_table;
}

}  // namespace kafka
