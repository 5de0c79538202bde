// The wire inspector: any request or response as text or JSON, by its key and version.
// What cannot be decoded is shown as its size and the reason, never refused.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace kafka {

enum class Direction { Request, Response };
enum class Notation { Text, Json };

// `body` is the message without its header.
std::string inspect(int16_t api_key, int16_t api_version, Direction direction, Notation notation,
                    std::span<const uint8_t> body);

}  // namespace kafka
