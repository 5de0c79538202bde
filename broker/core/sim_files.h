// SimFiles: a file system in memory for tests and simulations, with the faults of a real one.
//
// Each file has two images: what readers see, and what is on the disk's plates. An fsync copies
// the first to the second. Names are journaled: creating, renaming and removing is seen at once,
// and survives a power loss up to some point of the journal that lies at or behind the last fsync
// of a directory.
//
//   kill -9      nothing to do: drop every File and go on with the same SimFiles
//   power loss   power_loss(random): each unsynced sector of each file stays or goes by itself,
//                and so does the unsynced tail of the journal of names
//   full disk    space_left(bytes): the write that crosses it fails after a prefix (ENOSPC)
//   bad disk     fail_next(operation, path part): the next such operation fails (EIO)
//   bit rot      flip_bit(path, position)
//
// A FileSlice of this class has fd -1 and is read with Files::read_slice only.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "broker/core/env.h"

namespace kafka {

enum class FileOperation { Create, Read, Write, Truncate, Sync, Rename, Remove, List };

class SimFiles final : public Files {
 public:
  static constexpr size_t sector_bytes = 512;

  SimFiles() = default;

  // -- Faults --
  void fail_next(FileOperation operation, std::string path_part, int after = 0);
  void space_left(int64_t bytes) { space_left_ = bytes; }
  void space_unlimited() { space_left_ = unlimited; }
  void heal() { faults_.clear(); }  // what has not struck yet will not
  void power_loss(Random& random);
  void flip_bit(const std::string& path, int64_t position, int bit = 0);

  // -- What a test looks at --
  void set_now_ms(int64_t now_ms) { now_ms_ = now_ms; }  // modification times
  bool exists(const std::string& path) const { return nodes_.contains(path); }
  Bytes contents(const std::string& path) const;
  void put(const std::string& path, std::span<const uint8_t> bytes);  // directories are made
  std::vector<std::string> paths_under(std::string_view prefix) const;
  int64_t count(FileOperation operation) const;

  // -- Files --
  Result<std::shared_ptr<File>> open(const std::string& path, OpenMode mode) override;
  Result<std::vector<DirectoryEntry>> list(const std::string& directory) override;
  Result<std::optional<FileStatus>> status(const std::string& path) override;
  Result<> make_directory(const std::string& path) override;
  Result<> rename(const std::string& from, const std::string& to) override;
  Result<> make_read_only(const std::string& path) override;  // nothing to see here
  Result<> remove(const std::string& path) override;
  Result<std::unique_ptr<PendingSync>> prepare_directory_sync(const std::string& path) override;
  Result<> sync_file_system(const std::string& path) override;
  Result<std::unique_ptr<FileLock>> lock(const std::string& path) override;
  Result<size_t> read_slice(const FileSlice& slice, std::span<uint8_t> out) override;

 private:
  friend class SimFile;
  struct Node {
    bool is_directory = false;
    Bytes bytes = {};    // what readers see
    Bytes durable = {};  // what survives a power loss for sure
    int64_t modified_ms = 0;
    bool locked = false;
  };
  using NodePtr = std::shared_ptr<Node>;
  using Tree = std::map<std::string, NodePtr>;  // by full path
  struct NameChange {                           // an entry of the journal
    std::string from;                           // empty: a new name
    std::string to;                             // empty: a removed one
    NodePtr node;
  };
  struct Fault {
    FileOperation operation;
    std::string path_part;
    int after;
  };

  static std::unexpected<Error> error(std::string_view operation, const std::string& path,
                                      std::string_view reason);
  // Counts the operation; the error it must end with, if there is one.
  Result<> attempt(FileOperation operation, const std::string& path);
  static void apply(Tree& tree, const NameChange& change);
  void change_names(NameChange change);
  Result<NodePtr> find(std::string_view operation, const std::string& path) const;

  Tree nodes_;
  Tree durable_nodes_;
  std::vector<NameChange> journal_;  // changes that durable_nodes_ does not have yet
  std::vector<Fault> faults_;
  std::map<FileOperation, int64_t> counts_;
  static constexpr int64_t unlimited = INT64_MAX;
  int64_t space_left_ = unlimited;
  int64_t now_ms_ = 0;
};

}  // namespace kafka
