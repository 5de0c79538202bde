// Who the broker and the tools say they are. kraftlab_version is CMake's project version.
#pragma once

#include <string_view>

namespace kafka {

inline constexpr std::string_view kafka_level = "4.3.0";
#ifdef KRAFTLAB_VERSION
inline constexpr std::string_view kraftlab_version = KRAFTLAB_VERSION;
#else
inline constexpr std::string_view kraftlab_version = "unknown";
#endif

}  // namespace kafka
