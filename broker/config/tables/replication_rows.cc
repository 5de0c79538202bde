// In-sync replicas, followers and fetches.
#include "broker/config/tables/rows.h"

namespace kafka {

using enum ConfigType;
using enum ConfigScope;

constexpr ConfigDef replication_rows_table[] = {
    {"min.insync.replicas", Int, "1", at_least(1), ClusterWide,
     "How many replicas, the leader among them, must be in sync for a write with acks=all. With "
     "fewer it is refused."},
    {"unclean.leader.election.enable", Boolean, "false", any_value(), ClusterWide,
     "Whether a replica that is not in sync may become leader when none that is in sync is left. "
     "It keeps the partition writable and loses acknowledged records."},
    {"unclean.leader.election.interval.ms", Long, "300000", at_least(1), ReadOnly,
     "How often the controller looks for partitions without a leader that an unclean election "
     "could help.",
     internal_row},
    {"auto.leader.rebalance.enable", Boolean, "true", any_value(), ReadOnly,
     "Whether leadership goes back to the first replica of a partition by itself when that one is "
     "in sync again."},
    {"leader.imbalance.check.interval.seconds", Long, "300", at_least(1), ReadOnly,
     "How often the controller looks for partitions that another broker than the preferred one "
     "leads."},
    {"replica.lag.time.max.ms", Long, "30000", any_value(), ReadOnly,
     "A follower that has not caught up with the end of the leader's log for this long leaves the "
     "in-sync replicas."},
    {"replica.fetch.max.bytes", Int, "1048576", at_least(0), ReadOnly,
     "How much a follower asks for per partition. A single larger batch is still sent whole."},
    {"replica.fetch.response.max.bytes", Int, "10485760", at_least(0), ReadOnly,
     "How much a follower asks for in all per fetch. A single larger batch is still sent whole."},
    {"replica.fetch.min.bytes", Int, "1", any_value(), ReadOnly,
     "A leader answers a follower's fetch once this much is there, or replica.fetch.wait.max.ms is "
     "over."},
    {"replica.fetch.wait.max.ms", Int, "500", any_value(), ReadOnly,
     "How long a leader may hold a follower's fetch when there is nothing new. Keep it below "
     "replica.lag.time.max.ms, or idle partitions lose followers."},
    {"replica.fetch.backoff.ms", Int, "1000", at_least(0), ReadOnly,
     "The pause of a follower after a partition could not be fetched."},
    {"replica.socket.timeout.ms", Int, "30000", any_value(), ReadOnly,
     "How long a follower waits for an answer of the leader. At least replica.fetch.wait.max.ms."},
    {"replica.socket.receive.buffer.bytes", Int, "65536", any_value(), ReadOnly,
     "The size of the kernel's receive buffer of a follower's connection to a leader."},
    {"replica.high.watermark.checkpoint.interval.ms", Long, "5000", any_value(), ReadOnly,
     "How often the high watermark of each partition is written down."},
    {"replica.selector.class", String, no_value, any_value(), ReadOnly,
     "A class that picks the replica a consumer should read from. Unset, it is always the leader."},
    {"num.replica.fetchers", Int, "1", at_least(1), ClusterWide,
     "How many fetches run side by side from each other broker."},
    {"fetch.max.bytes", Int, "57671680", at_least(1024), ReadOnly,
     "The most bytes of records that one fetch returns, whatever the client asks for. A single "
     "larger batch is still sent whole."},
    {"fetch.purgatory.purge.interval.requests", Int, "1000", any_value(), ReadOnly,
     "After how many finished ones Apache Kafka sweeps its list of waiting fetches. This broker "
     "removes each when it finishes."},
    {"producer.purgatory.purge.interval.requests", Int, "1000", any_value(), ReadOnly,
     "After how many finished ones Apache Kafka sweeps its list of waiting produce requests. This "
     "broker removes each when it finishes."},
    {"delete.records.purgatory.purge.interval.requests", Int, "1", any_value(), ReadOnly,
     "After how many finished ones Apache Kafka sweeps its list of waiting DeleteRecords requests. "
     "This broker removes each when it finishes."},
    {"share.fetch.purgatory.purge.interval.requests", Int, "1000", any_value(), ReadOnly,
     "After how many finished ones Apache Kafka sweeps its list of waiting share fetches."},
    {"max.incremental.fetch.session.cache.slots", Int, "1000", at_least(0), ReadOnly,
     "How many incremental fetch sessions are kept. When they are taken, a new client gets none "
     "and sends full requests."},
};

std::span<const ConfigDef> replication_rows() {
  return replication_rows_table;
}

}  // namespace kafka
