// OffsetStore: the committed offsets of the groups in one partition of __consumer_offsets.
//
// A plain map that only applied records change; it decides nothing. An entry is the value of its
// record: offset, leader epoch, metadata, commit time, the topic's id if the client knew it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "protocol/offset_records.h"

namespace kafka {

using CommittedOffset = OffsetCommitValue;

class OffsetStore {
 public:
  using Partitions = std::map<int32_t, CommittedOffset>;
  using Topics = std::map<std::string, Partitions, std::less<>>;
  using Groups = std::map<std::string, Topics, std::less<>>;

  void put(const OffsetCommitKey& key, CommittedOffset value);
  void remove(const OffsetCommitKey& key);

  // Null when there is none.
  const CommittedOffset* find(std::string_view group, std::string_view topic,
                              int32_t partition) const;
  const Topics& of(std::string_view group) const;
  const Groups& all() const { return groups_; }
  size_t size() const { return size_; }

 private:
  Groups groups_;
  size_t size_ = 0;
};

// May an offset that was stored with one topic id answer a question about another? Only if one of
// the two is unknown (zero): otherwise the topic was deleted and made again in between.
inline bool topic_ids_agree(const Uuid& stored, const Uuid& asked) {
  return stored.is_zero() || asked.is_zero() || stored == asked;
}

}  // namespace kafka
