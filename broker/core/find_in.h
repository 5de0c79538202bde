// find_in(map, key): the value in the map, or null.
#pragma once

namespace kafka {

template <class Map, class Key>
auto* find_in(Map& map, const Key& key) {
  const auto found = map.find(key);
  return found == map.end() ? nullptr : &found->second;
}

}  // namespace kafka
