#include "broker/io/impaired_files.h"

#include <fmt/format.h>

#include <chrono>
#include <thread>
#include <utility>

namespace kafka {

namespace {

using DiskState = std::shared_ptr<ImpairedFiles::State>;

class ImpairedSync final : public PendingSync {
 public:
  ImpairedSync(std::unique_ptr<PendingSync> sync, std::string path, DiskState state)
      : sync_(std::move(sync)), path_(std::move(path)), state_(std::move(state)) {}

  Result<> run() override {
    const Result<> struck = state_->strike(state_->syncs_to_fail, "fsync", path_);
    return struck ? sync_->run() : struck;
  }

 private:
  std::unique_ptr<PendingSync> sync_;
  std::string path_;
  DiskState state_;
};

class ImpairedFile final : public File {
 public:
  ImpairedFile(std::shared_ptr<File> file, DiskState state)
      : file_(std::move(file)), state_(std::move(state)) {}

  const std::string& path() const override { return file_->path(); }
  Result<int64_t> size() override { return file_->size(); }
  Result<size_t> read_at(int64_t position, std::span<uint8_t> out) override {
    return file_->read_at(position, out);
  }
  Result<> write_at(int64_t position, std::span<const std::span<const uint8_t>> parts) override {
    const Result<> struck = state_->strike(state_->writes_to_fail, "write", path());
    return struck ? file_->write_at(position, parts) : struck;
  }
  Result<> truncate(int64_t size) override { return file_->truncate(size); }
  Result<std::unique_ptr<PendingSync>> prepare_sync() override {
    auto sync = file_->prepare_sync();
    if (!sync) {
      return sync;
    }
    return std::make_unique<ImpairedSync>(std::move(*sync), path(), state_);
  }
  Result<FileSlice> slice(int64_t position, int32_t length) override {
    return file_->slice(position, length);
  }

 private:
  std::shared_ptr<File> file_;
  DiskState state_;
};

bool holds_records(std::string_view path) {
  return path.ends_with(".log") && path.find("/__cluster_metadata-") == path.npos;
}

}  // namespace

Result<> ImpairedFiles::State::strike(std::atomic<int64_t>& to_fail, std::string_view operation,
                                      const std::string& path) {
  if (const int64_t wait_ms = slower_ms; wait_ms > 0) {
    std::this_thread::sleep_for(std::chrono::milliseconds(wait_ms));
  }
  int64_t left = to_fail;
  while (left > 0 && !to_fail.compare_exchange_weak(left, left - 1)) {
  }
  if (left <= 0) {
    return {};
  }
  return fail(ErrorCode::KafkaStorageError,
              fmt::format("{} {}: Input/output error (a planned fault)", operation, path));
}

Result<std::shared_ptr<File>> ImpairedFiles::open(const std::string& path, OpenMode mode) {
  auto file = files_.open(path, mode);
  if (!file || !holds_records(path)) {
    return file;
  }
  return std::make_shared<ImpairedFile>(std::move(*file), state_);
}

}  // namespace kafka
