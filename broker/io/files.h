// PosixFiles: the core's Files on a real file system.
//
// A File is a path and a place in a list ordered by last use. Descriptors are opened when a File is
// used and the one unused for longest is closed when there are too many, so that 10,000 partitions
// fit below `ulimit -n 1024`. A FileSlice and a PendingSync own the descriptor together with the
// File: it is closed when the last of them lets go.
//
//   File --> Descriptor(fd) <-- FileSlice, PendingSync
//     \__ list of Files with an open descriptor, most recently used first
//
// Everything here belongs to the core thread, but for running a PendingSync and closing a
// descriptor with the last slice.
#pragma once

#include <list>
#include <memory>
#include <string>
#include <vector>

#include "broker/core/env.h"

namespace kafka {

class PosixFile;

class PosixFiles final : public Files {
 public:
  // Lifts the soft limit of descriptors to the hard one; returns what it is now.
  static size_t raise_descriptor_limit();

  // At most `descriptors_max` descriptors stay open for Files. Slices that are still being sent
  // come on top.
  explicit PosixFiles(size_t descriptors_max);
  ~PosixFiles() override;

  Result<std::shared_ptr<File>> open(const std::string& path, OpenMode mode) override;
  Result<std::vector<DirectoryEntry>> list(const std::string& directory) override;
  Result<std::optional<FileStatus>> status(const std::string& path) override;
  Result<> make_directory(const std::string& path) override;
  Result<> rename(const std::string& from, const std::string& to) override;
  Result<> make_read_only(const std::string& path) override;
  Result<> remove(const std::string& path) override;
  Result<std::unique_ptr<PendingSync>> prepare_directory_sync(const std::string& path) override;
  Result<> sync_file_system(const std::string& path) override;
  Result<std::unique_ptr<FileLock>> lock(const std::string& path) override;
  Result<size_t> read_slice(const FileSlice& slice, std::span<uint8_t> out) override;

  size_t open_descriptors() const { return used_.size(); }

 private:
  friend class PosixFile;
  // Opens a descriptor; when the process has none left, gives up cached ones and tries again.
  int open_descriptor(const std::string& path, int flags);
  void close_least_recently_used(size_t keep);

  size_t descriptors_max_;
  std::list<PosixFile*> used_;  // Files with a descriptor, most recently used first
};

}  // namespace kafka
