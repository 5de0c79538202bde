// The epochs of a fetch session (KIP-227): 0 begins one, -1 ends it, and between them each request
// is one further than the last.
#pragma once

#include <cstdint>

namespace kafka {

inline constexpr int32_t final_fetch_epoch = -1;
inline constexpr int32_t initial_fetch_epoch = 0;

constexpr int32_t fetch_epoch_after(int32_t epoch) {
  return epoch == INT32_MAX ? 1 : epoch + 1;
}

}  // namespace kafka
