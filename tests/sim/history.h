// History: what the clients of a run did and saw, and the rules of Jepsen's Kafka workload over it.
//
//   lost write       acknowledged (acks=all) and not in the log when everything has healed
//   changed read     an offset gave one value to one reader and another to another
//   foreign read     a value that nobody wrote there
//   duplicate        an idempotent producer's record twice in the log
//   reordered        an idempotent producer's records in another order than it sent them
//   non-monotonic    a reader was given an offset below its position (consumer.cc)
//   wrong offset     an acknowledgement named an offset that holds something else
//
// A write ends as acknowledged, as failed (it is not in the log), or unknown (it may be).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/uuid.h"
#include "tests/sim/world.h"

namespace kafka::sim {

using PartitionId = std::pair<Uuid, int32_t>;

struct Write {
  PartitionId partition;
  int16_t acks = -1;
  bool idempotent = false;
  int generation = 0;  // grows each time the producer begins anew
  bool acknowledged = false;
  bool unknown = false;
  int64_t offset = -1;  // as acknowledged; -1: not told
};

class History {
 public:
  explicit History(World& world) : world_(world) {}

  // What the inside of the cluster has to say to it (checker.h).
  std::function<void(const PartitionId&, int64_t offset)> on_acknowledged;  // with acks=all
  std::function<void(const PartitionId&, int64_t offset)> on_read;

  static std::string value_of(int producer, int64_t number);

  int64_t begin_write(int producer, const Write& write);  // its number
  Write& write(int producer, int64_t number) {
    return writes_.at(producer).at(static_cast<size_t>(number));
  }
  void acknowledge(int producer, int64_t number, int64_t offset);

  // What a reader was given. `topic` is for the story.
  void read(const PartitionId& partition, int64_t offset, std::string_view value);

  // Everything below `end` was read once more, in order, after the faults: the rules about wholes.
  void check_complete(const PartitionId& partition, int64_t end);
  // The topic was deleted: nothing can be said about its records.
  void forget(const Uuid& topic) { deleted_.insert(topic); }

  int64_t acknowledged() const { return acknowledged_; }
  int64_t read_count() const { return read_count_; }

 private:
  [[noreturn]] void broken(std::string rule, const std::string& what) const;

  World& world_;
  std::map<int, std::vector<Write>> writes_;
  std::map<PartitionId, std::map<int64_t, std::string>> seen_;
  std::set<Uuid> deleted_;
  int64_t acknowledged_ = 0;
  int64_t read_count_ = 0;
};

}  // namespace kafka::sim
