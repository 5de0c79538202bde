// Tables as Kafka's tools print them. Pure.
#pragma once

#include <string>
#include <vector>

namespace kafka {

using Rows = std::vector<std::vector<std::string>>;

// Each cell padded to its column's width and followed by a tab:
//   NodeId<tab>Lag<tab>
//   1     <tab>0  <tab>
[[nodiscard]] std::string tab_table(const Rows& rows);

// Each cell padded to its column's width, at least `least_widths`; a blank between two of them.
[[nodiscard]] std::string blank_table(const Rows& rows, const std::vector<size_t>& least_widths);

// The same, but what stands behind the columns that have a width is not padded.
[[nodiscard]] std::string ragged_table(const Rows& rows, const std::vector<size_t>& least_widths);

}  // namespace kafka
