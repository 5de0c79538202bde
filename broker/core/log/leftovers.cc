#include "broker/core/log/leftovers.h"

#include <algorithm>
#include <utility>

#include "broker/core/log/file_names.h"
#include "broker/core/log/log_directory.h"

namespace kafka {

namespace {

using NamedFile = std::pair<int64_t, std::string>;  // offset and whole name

struct Leftovers {
  std::vector<NamedFile> deleted;
  std::vector<NamedFile> cleaned;
  std::vector<NamedFile> swaps;
  std::vector<NamedFile> indexes;
};

bool is_index(std::string_view suffix) {
  return suffix == index_suffix || suffix == time_index_suffix ||
         suffix == transaction_index_suffix;
}

void sort_name(const std::string& name, SegmentFiles& found, Leftovers& leftovers) {
  const auto parsed = parse_segment_file_name(name);
  if (!parsed) {
    found.has_partition_metadata = found.has_partition_metadata || name == partition_metadata_name;
  } else if (parsed->suffix == log_suffix) {
    found.logs.push_back(parsed->offset);
  } else if (parsed->suffix == snapshot_suffix) {
    found.snapshots.push_back(parsed->offset);
  } else if (is_index(parsed->suffix)) {
    leftovers.indexes.emplace_back(parsed->offset, name);
  } else if (parsed->suffix.ends_with(deleted_suffix)) {
    leftovers.deleted.emplace_back(parsed->offset, name);
  } else if (parsed->suffix.ends_with(cleaned_suffix)) {
    leftovers.cleaned.emplace_back(parsed->offset, name);
  } else if (parsed->suffix.ends_with(swap_suffix)) {
    leftovers.swaps.emplace_back(parsed->offset, name);
  }
}

Result<> remove_all(Files& files, const std::string& directory,
                    const std::vector<NamedFile>& named) {
  for (const auto& [offset, name] : named) {
    if (auto removed = files.remove(directory + "/" + name); !removed) {
      return removed;
    }
  }
  return {};
}

Result<> put_in_place(Files& files, const std::string& directory,
                      const std::vector<NamedFile>& swaps, SegmentFiles& found) {
  for (const auto& [offset, name] : swaps) {
    const std::string place = name.substr(0, name.size() - swap_suffix.size());
    if (auto renamed = files.rename(directory + "/" + name, directory + "/" + place); !renamed) {
      return renamed;
    }
    found.swapped.push_back(offset);
    if (place.ends_with(log_suffix)) {
      found.logs.push_back(offset);
    }
  }
  return {};
}

void sort_unique(std::vector<int64_t>& offsets) {
  std::ranges::sort(offsets);
  offsets.erase(std::unique(offsets.begin(), offsets.end()), offsets.end());
}

}  // namespace

Result<SegmentFiles> tidy_directory(Files& files, const std::string& directory) {
  const auto listing = files.list(directory);
  if (!listing) {
    return std::unexpected(listing.error());
  }
  SegmentFiles found;
  Leftovers leftovers;
  for (const DirectoryEntry& entry : *listing) {
    if (!entry.is_directory) {
      sort_name(entry.name, found, leftovers);
    }
  }
  if (!leftovers.cleaned.empty()) {
    const int64_t unfinished_from = std::ranges::min(leftovers.cleaned).first;
    const auto unfinished = std::ranges::partition(
        leftovers.swaps, [&](const NamedFile& swap) { return swap.first < unfinished_from; });
    leftovers.deleted.insert(leftovers.deleted.end(), unfinished.begin(), unfinished.end());
    leftovers.swaps.erase(unfinished.begin(), unfinished.end());
  }
  if (auto placed = put_in_place(files, directory, leftovers.swaps, found); !placed) {
    return std::unexpected(placed.error());
  }
  sort_unique(found.logs);
  sort_unique(found.snapshots);
  sort_unique(found.swapped);
  std::erase_if(leftovers.indexes, [&](const NamedFile& index) {
    return std::ranges::binary_search(found.logs, index.first);
  });
  for (const auto* gone : {&leftovers.deleted, &leftovers.cleaned, &leftovers.indexes}) {
    if (auto removed = remove_all(files, directory, *gone); !removed) {
      return std::unexpected(removed.error());
    }
  }
  return found;
}

}  // namespace kafka
