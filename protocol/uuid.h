// Uuid: 128 bits that name a topic, a log directory, a group member. Most significant half first,
// which is also the order on the wire (16 bytes, big endian). As text it is Kafka's 22 characters
// of base64url without padding.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace kafka {

struct Uuid {
  uint64_t high = 0;
  uint64_t low = 0;

  friend constexpr bool operator==(const Uuid&, const Uuid&) = default;
  friend constexpr auto operator<=>(const Uuid&, const Uuid&) = default;

  [[nodiscard]] constexpr bool is_zero() const { return high == 0 && low == 0; }
  [[nodiscard]] std::string to_string() const;

  // nullopt unless the text is exactly 22 characters of base64url that hold 128 bits.
  [[nodiscard]] static std::optional<Uuid> parse(std::string_view text);
};

inline constexpr Uuid zero_uuid{};
inline constexpr Uuid one_uuid{0, 1};  // the topic id of __cluster_metadata

}  // namespace kafka

template <>
struct std::hash<kafka::Uuid> {
  size_t operator()(const kafka::Uuid& id) const noexcept {
    return static_cast<size_t>(id.high * 0x9e3779b97f4a7c15ULL ^ id.low);
  }
};
