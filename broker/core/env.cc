#include "broker/core/env.h"

#include "broker/core/check.h"

namespace kafka {

namespace {

std::span<const uint8_t> as_bytes(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

Result<> write_whole(Files& files, const std::string& path, std::string_view contents, bool sync) {
  auto file = files.open(path, OpenMode::CreateEmpty);
  if (!file) {
    return std::unexpected(file.error());
  }
  if (!contents.empty()) {
    if (auto written = (*file)->write_at(0, as_bytes(contents)); !written) {
      return written;
    }
  }
  return sync ? (*file)->sync() : Result<>{};
}

}  // namespace

Result<> File::sync() {
  auto pending = prepare_sync();
  return pending ? (*pending)->run() : Result<>(std::unexpected(pending.error()));
}

Result<> Files::sync_directory(const std::string& path) {
  auto pending = prepare_directory_sync(path);
  return pending ? (*pending)->run() : Result<>(std::unexpected(pending.error()));
}

Result<std::optional<std::string>> read_file(Files& files, const std::string& path,
                                             size_t limit_bytes) {
  const auto status = files.status(path);
  if (!status) {
    return std::unexpected(status.error());
  }
  if (!status->has_value()) {
    return std::nullopt;
  }
  const auto size = static_cast<size_t>((*status)->size);
  if (size > limit_bytes) {
    return fail(
        ErrorCode::KafkaStorageError,
        fmt::format("{} has {} bytes, more than the {} it may have", path, size, limit_bytes));
  }
  auto file = files.open(path, OpenMode::Existing);
  if (!file) {
    return std::unexpected(file.error());
  }
  std::string contents(size, '\0');
  const auto read =
      (*file)->read_at(0, {reinterpret_cast<uint8_t*>(contents.data()), contents.size()});
  if (!read) {
    return std::unexpected(read.error());
  }
  contents.resize(*read);
  return contents;
}

Result<> write_file(Files& files, const std::string& path, std::string_view contents) {
  return write_whole(files, path, contents, false);
}

Result<> write_file_atomically(Files& files, const std::string& path, std::string_view contents,
                               bool sync) {
  const std::string temporary = path + ".tmp";
  if (auto written = write_whole(files, temporary, contents, sync); !written) {
    return written;
  }
  if (auto renamed = files.rename(temporary, path); !renamed) {
    return renamed;
  }
  if (!sync) {
    return {};
  }
  const size_t slash = path.rfind('/');
  return files.sync_directory(slash == std::string::npos ? "." : path.substr(0, slash));
}

Result<> remove_tree(Files& files, const std::string& path) {
  const auto status = files.status(path);
  if (!status) {
    return std::unexpected(status.error());
  }
  if (!status->has_value()) {
    return {};
  }
  if ((*status)->is_directory) {
    const auto entries = files.list(path);
    if (!entries) {
      return std::unexpected(entries.error());
    }
    for (const DirectoryEntry& entry : *entries) {
      if (auto removed = remove_tree(files, path + "/" + entry.name); !removed) {
        return removed;
      }
    }
  }
  return files.remove(path);
}

}  // namespace kafka
