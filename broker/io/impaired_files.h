// ImpairedFiles: a disk that is slow, or fails, because a lab planned it (core/faults.h). It stands
// between a node and its files only in a run with such faults.
//
// It means the records of partitions: writes and fsyncs of their *.log files. The metadata log is
// spared, for a node that cannot write it ends, and so are indexes and checkpoints.
//
// Thread: the core thread; an fsync's run() on the disk thread.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "broker/core/env.h"

namespace kafka {

class ImpairedFiles final : public Files {
 public:
  explicit ImpairedFiles(Files& files) : files_(files), state_(std::make_shared<State>()) {}

  void fail_next_write() { ++state_->writes_to_fail; }
  void fail_next_sync() { ++state_->syncs_to_fail; }
  // From now on each write and fsync takes so much longer; the thread that writes waits.
  void slow_down(int64_t ms) { state_->slower_ms = ms; }

  Result<std::shared_ptr<File>> open(const std::string& path, OpenMode mode) override;

  Result<std::vector<DirectoryEntry>> list(const std::string& directory) override {
    return files_.list(directory);
  }
  Result<std::optional<FileStatus>> status(const std::string& path) override {
    return files_.status(path);
  }
  Result<> make_directory(const std::string& path) override { return files_.make_directory(path); }
  Result<> rename(const std::string& from, const std::string& to) override {
    return files_.rename(from, to);
  }
  Result<> make_read_only(const std::string& path) override { return files_.make_read_only(path); }
  Result<> remove(const std::string& path) override { return files_.remove(path); }
  Result<std::unique_ptr<PendingSync>> prepare_directory_sync(const std::string& path) override {
    return files_.prepare_directory_sync(path);
  }
  Result<> sync_file_system(const std::string& path) override {
    return files_.sync_file_system(path);
  }
  Result<std::unique_ptr<FileLock>> lock(const std::string& path) override {
    return files_.lock(path);
  }
  Result<size_t> read_slice(const FileSlice& slice, std::span<uint8_t> out) override {
    return files_.read_slice(slice, out);
  }

  // What the files and fsyncs of one disk share.
  struct State {
    std::atomic<int64_t> writes_to_fail = 0;
    std::atomic<int64_t> syncs_to_fail = 0;
    std::atomic<int64_t> slower_ms = 0;

    // Waits if the disk is slow; the error when this operation is one that fails.
    Result<> strike(std::atomic<int64_t>& to_fail, std::string_view operation,
                    const std::string& path);
  };

 private:
  Files& files_;
  std::shared_ptr<State> state_;
};

}  // namespace kafka
