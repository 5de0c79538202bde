// Notes on keys that are not in the tables: what took the place of those of earlier releases, and
// what an unknown key may be a misspelling of.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kafka {

// One sentence about a key without effect; nothing when the key is known.
std::optional<std::string> note_on_key(std::string_view key);

}  // namespace kafka
