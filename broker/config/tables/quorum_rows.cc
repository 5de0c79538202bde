// The metadata quorum, its log, and how brokers stay registered.
#include "broker/config/tables/rows.h"

namespace kafka {

using enum ConfigType;
using enum ConfigScope;

constexpr ConfigDef quorum_rows_table[] = {
    {"controller.quorum.voters", List, "", any_value(), ReadOnly,
     "The voters of a fixed metadata quorum, as id@host:port separated by commas. Leave it unset "
     "for a quorum whose members can change."},
    {"controller.quorum.bootstrap.servers", List, "", any_value(), ReadOnly,
     "Addresses, as host:port, where the leader of a changeable quorum can be asked for."},
    {"controller.quorum.election.timeout.ms", Int, "1000", at_least(0), ReadOnly,
     "How long a voter that stands for election waits for votes, and a follower for a sign of a "
     "leader, before the next election. The real wait is random, up to twice as long."},
    {"controller.quorum.election.backoff.max.ms", Int, "1000", at_least(0), ReadOnly,
     "The longest pause between elections that nobody wins. It grows with every try and is random, "
     "so that candidates do not collide for ever."},
    {"controller.quorum.fetch.timeout.ms", Int, "2000", at_least(0), ReadOnly,
     "A follower that could not fetch from the leader for this long starts an election. A leader "
     "that a majority has not fetched from for about as long resigns."},
    {"controller.quorum.request.timeout.ms", Int, "2000", at_least(0), ReadOnly,
     "How long a quorum member waits for an answer before it asks again."},
    {"controller.quorum.retry.backoff.ms", Int, "20", at_least(0), ReadOnly,
     "The pause before a failed request to another quorum member is repeated."},
    {"controller.quorum.append.linger.ms", Int, "25", at_least(0), ReadOnly,
     "How long the leader gathers metadata records before it writes and syncs them together."},
    {"controller.quorum.fetch.max.bytes", Int, "1048576", at_least(1), ReadOnly,
     "How much of the metadata log one fetch asks for. A single larger batch is still sent whole."},
    {"controller.quorum.fetch.snapshot.max.bytes", Int, "1048576", at_least(1), ReadOnly,
     "How much of a metadata snapshot one request asks for."},
    {"controller.quorum.auto.join.enable", Boolean, "false", any_value(), ReadOnly,
     "Whether a new controller asks by itself to become a voter of a changeable quorum."},
    {"controller.quota.window.num", Int, "11", at_least(1), ReadOnly,
     "How many samples the quota on changes of topics is computed from."},
    {"controller.quota.window.size.seconds", Int, "1", at_least(1), ReadOnly,
     "How long each sample of the quota on changes of topics lasts."},
    {"controller.socket.timeout.ms", Int, "30000", any_value(), ReadOnly,
     "How long to wait on a connection between a controller and a broker."},
    {"controller.performance.sample.period.ms", Long, "60000", at_least(100), ReadOnly,
     "How often the controller reports how long its events took.", internal_row},
    {"controller.performance.always.log.threshold.ms", Long, "2000", at_least(0), ReadOnly,
     "A controller event that takes longer than this is reported by itself.", internal_row},
    {"metadata.log.dir", String, no_value, any_value(), ReadOnly,
     "The directory of the metadata log. Unset, it is the first of log.dirs."},
    {"metadata.log.segment.bytes", Int, "1073741824", at_least(8388608), ReadOnly,
     "The size at which a new file of the metadata log begins."},
    {"metadata.log.segment.ms", Long, "604800000", any_value(), ReadOnly,
     "The age at which a new file of the metadata log begins."},
    {"metadata.log.max.record.bytes.between.snapshots", Long, "20971520", at_least(1), ReadOnly,
     "A snapshot of the metadata is written when this many bytes of records came after the last "
     "one."},
    {"metadata.log.max.snapshot.interval.ms", Long, "3600000", at_least(0), ReadOnly,
     "A snapshot of the metadata is written after this long if anything changed. 0 writes none on "
     "account of time."},
    {"metadata.max.retention.bytes", Long, "104857600", any_value(), ReadOnly,
     "The size of metadata log and snapshots together above which old ones are deleted. One "
     "snapshot always stays."},
    {"metadata.max.retention.ms", Long, "604800000", any_value(), ReadOnly,
     "The age above which old metadata log files and snapshots are deleted. One snapshot always "
     "stays."},
    {"metadata.max.idle.interval.ms", Int, "500", at_least(0), ReadOnly,
     "An idle controller writes an empty record this often, so that the end of the log moves and a "
     "dead leader is noticed. 0 writes none."},
    {"broker.heartbeat.interval.ms", Int, "2000", any_value(), ReadOnly,
     "How often a broker tells the active controller that it lives."},
    {"broker.session.timeout.ms", Int, "9000", any_value(), ReadOnly,
     "A broker that the controller has not heard of for this long is fenced: its partitions get "
     "other leaders."},
    {"initial.broker.registration.timeout.ms", Int, "60000", any_value(), ReadOnly,
     "How long a starting broker tries to register with the controllers before it gives up and "
     "exits."},
    {"internal.metadata.log.segment.bytes", Int, no_value, any_value(), ReadOnly,
     "A segment size of the metadata log below what metadata.log.segment.bytes allows. For tests.",
     internal_row},
    {"internal.metadata.max.batch.size.in.bytes", Int, "8388608", any_value(), ReadOnly,
     "The largest batch of the metadata log. For tests.", internal_row},
    {"internal.metadata.delete.delay.millis", Long, "60000", any_value(), ReadOnly,
     "How long a file of the metadata log stays after it was marked as deleted. For tests.",
     internal_row},
};

std::span<const ConfigDef> quorum_rows() {
  return quorum_rows_table;
}

}  // namespace kafka
