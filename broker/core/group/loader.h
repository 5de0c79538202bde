// GroupLoader: reads a partition of __consumer_offsets into a shard, at start or when this broker
// becomes its leader. A pure function of the record batches, given in log order.
//
// Later records replace earlier ones of the same key, null removes. Offsets inside a transaction
// (TxnOffsetCommit, from a log that another broker wrote) count from their commit marker on, unless
// a later plain commit is already there; without a marker they never count.
//
// Records of other group types are skipped (records.h). One that cannot be read is counted and
// skipped too: a broker that refuses to start over one bad record would take all groups with it.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include "broker/core/group/records.h"
#include "broker/core/group/shard.h"
#include "protocol/record_batch.h"

namespace kafka {

struct GroupLoadCounts {
  int64_t records = 0;
  int64_t skipped = 0;     // of group types we do not serve
  int64_t unreadable = 0;
};

class GroupLoader {
 public:
  GroupLoader(GroupShard& shard, int64_t now_ms) : shard_(shard), now_ms_(now_ms) {}

  // Whole batches; the next call goes on where this one ended.
  Result<> load(std::span<const uint8_t> batches);
  const GroupLoadCounts& counts() const { return counts_; }

 private:
  struct InTransaction {
    int64_t log_offset;
    OffsetRecord record;
  };

  Result<> load_batch(const BatchView& batch);
  void end_transaction(int64_t producer_id, const RecordView& marker);
  void apply(int64_t log_offset, GroupRecord record);

  GroupShard& shard_;
  const int64_t now_ms_;
  GroupLoadCounts counts_;
  RecordReader reader_;
  std::map<int64_t, std::vector<InTransaction>> open_transactions_;  // by producer id
  // Where the newest record of an offset stands; kept only once a transaction was seen open.
  std::map<std::tuple<std::string, std::string, int32_t>, int64_t> newest_;
};

}  // namespace kafka
