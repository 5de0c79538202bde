// The order in which Java's HashMap gives its keys back.
//
// Kafka's tools print the settings of a topic in that order, and people compare such lines; so it
// is made here too. A key's place is its hash modulo the table's size (16, doubled whenever it is
// more than three quarters full); keys of one place keep the order in which they came.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

namespace kafka {

[[nodiscard]] constexpr uint32_t java_hash(std::string_view ascii) {
  uint32_t hash = 0;
  for (const char c : ascii) {
    hash = hash * 31 + static_cast<unsigned char>(c);
  }
  return hash;
}

// Sorts `items` by the place of `name_of(item)` in a HashMap that holds all of them.
template <class T, class NameOf>
void sort_as_java_map(std::vector<T>& items, NameOf name_of) {
  uint32_t table_size = 16;
  while (items.size() > table_size / 4 * 3) {
    table_size *= 2;
  }
  std::ranges::stable_sort(items, {}, [&](const T& item) {
    const uint32_t hash = java_hash(name_of(item));
    return (hash ^ hash >> 16) & (table_size - 1);
  });
}

}  // namespace kafka
