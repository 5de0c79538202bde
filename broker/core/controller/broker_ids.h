// Lists of broker ids as partitions keep them: replicas, ISR, ELR.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace kafka {

using BrokerIds = std::vector<int32_t>;

inline bool contains(const BrokerIds& list, int32_t id) {
  return std::ranges::find(list, id) != list.end();
}

inline bool contains_all(const BrokerIds& list, const BrokerIds& part) {
  return std::ranges::all_of(part, [&](int32_t id) { return contains(list, id); });
}

}  // namespace kafka
