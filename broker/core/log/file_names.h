// Names of the files in a partition's directory.
//
//    00000000000000000042.log             20 digits: base offset of the segment, or for .snapshot
//                                         the offset that it covers up to
//    00000000000000000042.log.deleted     waits for its removal
//    00000000000000000042.log.cleaned     a cleaner that did not finish
//    00000000000000000042.log.swap        a cleaner that finished but was not yet put in place
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kafka {

inline constexpr std::string_view log_suffix = ".log";
inline constexpr std::string_view index_suffix = ".index";
inline constexpr std::string_view time_index_suffix = ".timeindex";
inline constexpr std::string_view transaction_index_suffix = ".txnindex";
inline constexpr std::string_view snapshot_suffix = ".snapshot";
inline constexpr std::string_view deleted_suffix = ".deleted";
inline constexpr std::string_view cleaned_suffix = ".cleaned";
inline constexpr std::string_view swap_suffix = ".swap";
inline constexpr std::string_view epoch_checkpoint_name = "leader-epoch-checkpoint";

std::string segment_file_name(int64_t offset, std::string_view suffix);

struct SegmentFileName {
  int64_t offset = 0;
  std::string_view suffix;  // ".log", ".log.deleted", …: everything behind the digits
};
// nullopt for names that do not begin with 20 digits.
std::optional<SegmentFileName> parse_segment_file_name(std::string_view name);

}  // namespace kafka
