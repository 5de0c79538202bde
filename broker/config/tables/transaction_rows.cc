// Transactions.
#include "broker/config/tables/rows.h"

namespace kafka {

using enum ConfigType;
using enum ConfigScope;

constexpr ConfigDef transaction_rows_table[] = {
    {"transaction.max.timeout.ms", Int, "900000", at_least(1), ReadOnly,
     "The longest timeout a transactional producer may ask for. An open transaction holds back "
     "every read_committed consumer."},
    {"transaction.state.log.num.partitions", Int, "50", at_least(1), ReadOnly,
     "How many partitions __transaction_state is created with. A transactional id belongs to one "
     "of them by its hash, so it must not change later."},
    {"transaction.state.log.replication.factor", Short, "3", at_least(1), ReadOnly,
     "How many replicas __transaction_state is created with. It cannot be created before that many "
     "brokers are there."},
    {"transaction.state.log.min.isr", Int, "2", at_least(1), ReadOnly,
     "The min.insync.replicas of __transaction_state."},
    {"transaction.state.log.segment.bytes", Int, "104857600", at_least(1), ReadOnly,
     "The segment size of __transaction_state. Small segments are compacted and loaded sooner."},
    {"transaction.state.log.load.buffer.size", Int, "5242880", at_least(1), ReadOnly,
     "How much is read at a time when transactions are loaded from __transaction_state. A single "
     "larger batch is still read whole."},
    {"transaction.abort.timed.out.transaction.cleanup.interval.ms", Int, "10000", at_least(1),
     ReadOnly,
     "How often transactions are searched for those that exceeded their timeout and are to be "
     "aborted."},
    {"transaction.remove.expired.transaction.cleanup.interval.ms", Int, "3600000", at_least(1),
     ReadOnly, "How often transactional ids are searched for those that are due to be forgotten."},
    {"transactional.id.expiration.ms", Int, "604800000", at_least(1), ReadOnly,
     "A transactional id that was not used for this long is forgotten, unless a transaction is "
     "open."},
    {"transaction.partition.verification.enable", Boolean, "true", any_value(), ClusterWide,
     "Whether a leader asks the coordinator if a partition was added to the transaction before it "
     "appends transactional records."},
    {"transaction.two.phase.commit.enable", Boolean, "false", any_value(), ReadOnly,
     "Whether producers may take part in transactions that somebody else coordinates, and that "
     "never time out here."},
    {"add.partitions.to.txn.retry.backoff.ms", Int, "20", at_least(1), ReadOnly,
     "The pause before adding a partition to a transaction is tried again inside the broker."},
    {"add.partitions.to.txn.retry.backoff.max.ms", Int, "100", at_least(0), ReadOnly,
     "How long the broker tries to add a partition to a transaction by itself before it leaves "
     "that to the client."},
};

std::span<const ConfigDef> transaction_rows() {
  return transaction_rows_table;
}

}  // namespace kafka
