// What the core asks of the outside world: files and random numbers. Time is not here: whoever
// calls the core passes now_ms.
//
// broker/io/files.h implements Files on POSIX; broker/core/sim_files.h implements it in memory,
// with faults, for tests and simulations. Nothing else stands between the log and a disk, so a
// test that replaces Files decides what every write, fsync and rename of the broker does.
//
// Rules that both implementations keep:
//   - Every failure is an Error with code KafkaStorageError whose sentence holds the operation, the
//     path and the system's reason ("write /data/t-0/…log: No space left on device").
//   - A File is a name plus, when needed, an open descriptor. Opening an existing file costs no
//     system call until it is first used, and descriptors are kept in a bounded cache: hold as many
//     Files as you like.
//   - A File remembers the path it was opened with. After a rename, drop it and open the new name.
//   - All calls come from the core thread, except PendingSync::run() and reading a FileSlice.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/result.h"
#include "protocol/wire.h"  // FileSlice

namespace kafka {

// An fsync that is ready to run on another thread: it keeps the descriptor alive by itself.
class PendingSync {
 public:
  virtual ~PendingSync() = default;
  virtual Result<> run() = 0;  // blocks; any thread; at most once
};

class File {
 public:
  virtual ~File() = default;

  virtual const std::string& path() const = 0;
  virtual Result<int64_t> size() = 0;

  // Reads out.size() bytes at `position`; returns fewer only where the file ends.
  virtual Result<size_t> read_at(int64_t position, std::span<uint8_t> out) = 0;

  // Writes all parts, one after another, at `position`, with one system call when the disk takes
  // them whole. On failure any prefix may have been written.
  virtual Result<> write_at(int64_t position, std::span<const std::span<const uint8_t>> parts) = 0;
  Result<> write_at(int64_t position, std::span<const uint8_t> bytes) {
    return write_at(position, std::span<const std::span<const uint8_t>>(&bytes, 1));
  }

  // Cuts the file; a larger size than it has is an error.
  virtual Result<> truncate(int64_t size) = 0;

  // Makes contents and size durable (fdatasync).
  virtual Result<std::unique_ptr<PendingSync>> prepare_sync() = 0;
  Result<> sync();  // prepares and runs it here

  // A range of this file for a response. It stays readable after the File is dropped, the path
  // renamed or removed; the bytes must not be cut by truncate() while a reader may be sent them.
  virtual Result<FileSlice> slice(int64_t position, int32_t length) = 0;
};

// An exclusive lock on a file, held until destruction or the end of the process.
class FileLock {
 public:
  virtual ~FileLock() = default;
};

struct DirectoryEntry {
  std::string name;
  bool is_directory = false;
};

struct FileStatus {
  int64_t size = 0;
  int64_t modified_ms = 0;
  bool is_directory = false;
};

enum class OpenMode {
  Existing,         // for reading and writing; a missing file shows at the first use
  CreateIfMissing,  // created right away
  CreateEmpty,      // created right away; old contents are dropped
};

class Files {
 public:
  virtual ~Files() = default;

  virtual Result<std::shared_ptr<File>> open(const std::string& path, OpenMode mode) = 0;

  // Names in no particular order, without "." and "..".
  virtual Result<std::vector<DirectoryEntry>> list(const std::string& directory) = 0;
  // nullopt when nothing has that name.
  virtual Result<std::optional<FileStatus>> status(const std::string& path) = 0;
  virtual Result<> make_directory(const std::string& path) = 0;  // the parent must be there
  virtual Result<> rename(const std::string& from, const std::string& to) = 0;
  virtual Result<> make_read_only(const std::string& path) = 0;  // for its owner alone: mode 0400
  virtual Result<> remove(const std::string& path) = 0;  // a file or an empty directory
  // Makes the names in a directory durable: files created, renamed and removed there.
  virtual Result<std::unique_ptr<PendingSync>> prepare_directory_sync(const std::string& path) = 0;
  Result<> sync_directory(const std::string& path);
  // Makes everything durable that was written to the file system of `path`, with one call. Cheaper
  // than many fsyncs, dearer than one: other programs' data goes with it.
  virtual Result<> sync_file_system(const std::string& path) = 0;
  // Fails when another process (or another lock of this one) holds it.
  virtual Result<std::unique_ptr<FileLock>> lock(const std::string& path) = 0;
  // Copies what a slice stands for, for readers that cannot hand it to the kernel.
  virtual Result<size_t> read_slice(const FileSlice& slice, std::span<uint8_t> out) = 0;
};

// Whole small files (checkpoints, properties). read_file gives nullopt when the file is not there,
// and an error when it is larger than `limit_bytes`.
Result<std::optional<std::string>> read_file(Files& files, const std::string& path,
                                             size_t limit_bytes = 64 << 20);
Result<> write_file(Files& files, const std::string& path, std::string_view contents);
// path.tmp, fsync when asked for, rename: a reader sees the old file or the new one, never a half.
Result<> write_file_atomically(Files& files, const std::string& path, std::string_view contents,
                               bool sync = true);
// Removes a directory and everything in it. Missing things are not an error.
Result<> remove_tree(Files& files, const std::string& path);

// Randomness is handed in, so that a run can be repeated from its seed.
class Random {
 public:
  virtual ~Random() = default;
  virtual uint64_t next() = 0;
  // Uniform enough for jitter and ids: [0, bound), 0 when bound is 0.
  uint64_t below(uint64_t bound) { return bound == 0 ? 0 : next() % bound; }
};

// splitmix64: the same sequence for the same seed, everywhere. Seed it from the system's entropy
// in a real broker.
class SeededRandom : public Random {
 public:
  explicit SeededRandom(uint64_t seed) : state_(seed) {}
  uint64_t next() override {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }

 private:
  uint64_t state_;
};

}  // namespace kafka
