#include "broker/core/sim_files.h"

#include <algorithm>
#include <functional>

#include "broker/core/check.h"

namespace kafka {

namespace {

std::string parent_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? std::string() : path.substr(0, slash);
}

bool is_below(std::string_view path, std::string_view directory) {
  return path.size() > directory.size() && path.starts_with(directory) &&
         path[directory.size()] == '/';
}

class SimSync final : public PendingSync {
 public:
  explicit SimSync(std::function<Result<>()> act) : act_(std::move(act)) {}
  Result<> run() override { return act_(); }

 private:
  std::function<Result<>()> act_;
};

class SimLock final : public FileLock {
 public:
  explicit SimLock(std::shared_ptr<bool> locked) : locked_(std::move(locked)) { *locked_ = true; }
  ~SimLock() override { *locked_ = false; }

 private:
  std::shared_ptr<bool> locked_;
};

}  // namespace

class SimFile final : public File {
 public:
  SimFile(SimFiles& files, std::string path, SimFiles::NodePtr node)
      : files_(files), path_(std::move(path)), node_(std::move(node)) {}

  const std::string& path() const override { return path_; }

  Result<int64_t> size() override {
    const auto found = node();
    return found ? Result<int64_t>(static_cast<int64_t>((*found)->bytes.size()))
                 : std::unexpected(found.error());
  }

  Result<size_t> read_at(int64_t position, std::span<uint8_t> out) override {
    const auto found = node();
    if (!found) {
      return std::unexpected(found.error());
    }
    if (auto allowed = files_.attempt(FileOperation::Read, path_); !allowed) {
      return std::unexpected(allowed.error());
    }
    const Bytes& bytes = (*found)->bytes;
    const size_t from = std::min(bytes.size(), static_cast<size_t>(position));
    const size_t n = std::min(out.size(), bytes.size() - from);
    std::copy_n(bytes.begin() + static_cast<ptrdiff_t>(from), n, out.begin());
    return n;
  }

  Result<> write_at(int64_t position, std::span<const std::span<const uint8_t>> parts) override {
    const auto found = node();
    if (!found) {
      return std::unexpected(found.error());
    }
    if (auto allowed = files_.attempt(FileOperation::Write, path_); !allowed) {
      return allowed;
    }
    auto& bytes = (*found)->bytes;
    auto at = static_cast<size_t>(position);
    for (const auto part : parts) {
      const size_t end = at + part.size();
      const auto grows = static_cast<int64_t>(end > bytes.size() ? end - bytes.size() : 0);
      const auto misses = std::max<int64_t>(0, grows - files_.space_left_);
      const size_t n = part.size() - static_cast<size_t>(std::min<int64_t>(misses, part.size()));
      bytes.resize(std::max(bytes.size(), at + n));
      std::copy_n(part.begin(), n, bytes.begin() + static_cast<ptrdiff_t>(at));
      if (files_.space_left_ != SimFiles::unlimited) {
        files_.space_left_ -= grows - misses;
      }
      at += n;
      if (misses > 0) {
        return SimFiles::error("write", path_, "No space left on device");
      }
    }
    (*found)->modified_ms = files_.now_ms_;
    return {};
  }

  Result<> truncate(int64_t size) override {
    const auto found = node();
    if (!found) {
      return std::unexpected(found.error());
    }
    if (auto allowed = files_.attempt(FileOperation::Truncate, path_); !allowed) {
      return allowed;
    }
    CHECK(size <= static_cast<int64_t>((*found)->bytes.size()), "{} grows by truncate", path_);
    (*found)->bytes.resize(static_cast<size_t>(size));
    (*found)->modified_ms = files_.now_ms_;
    return {};
  }

  Result<std::unique_ptr<PendingSync>> prepare_sync() override {
    auto found = node();
    if (!found) {
      return std::unexpected(found.error());
    }
    return std::make_unique<SimSync>([this_node = *found, &files = files_, path = path_] {
      auto allowed = files.attempt(FileOperation::Sync, path);
      if (allowed) {
        this_node->durable = this_node->bytes;
      }
      return allowed;
    });
  }

  Result<FileSlice> slice(int64_t position, int32_t length) override {
    auto found = node();
    if (!found) {
      return std::unexpected(found.error());
    }
    return FileSlice{.owner = std::move(*found), .fd = -1, .position = position, .length = length};
  }

 private:
  // An existing file is looked up at its first use, as PosixFiles does.
  Result<SimFiles::NodePtr> node() {
    if (!node_) {
      auto found = files_.find("open", path_);
      if (!found) {
        return found;
      }
      node_ = *found;
    }
    return node_;
  }

  SimFiles& files_;
  std::string path_;
  SimFiles::NodePtr node_;
};

Result<SimFiles::NodePtr> SimFiles::find(std::string_view operation,
                                         const std::string& path) const {
  const auto found = nodes_.find(path);
  if (found == nodes_.end()) {
    return SimFiles::error(operation, path, "No such file or directory");
  }
  return found->second;
}

void SimFiles::apply(Tree& tree, const NameChange& change) {
  if (change.from.empty()) {
    tree[change.to] = change.node;
    return;
  }
  Tree moved;
  for (auto it = tree.lower_bound(change.from); it != tree.end();) {
    if (it->first != change.from && !is_below(it->first, change.from)) {
      if (!it->first.starts_with(change.from)) {
        break;
      }
      ++it;
      continue;
    }
    if (!change.to.empty()) {
      moved[change.to + it->first.substr(change.from.size())] = it->second;
    }
    it = tree.erase(it);
  }
  for (auto& [path, node] : moved) {
    tree[path] = node;
  }
}

void SimFiles::change_names(NameChange change) {
  apply(nodes_, change);
  journal_.push_back(std::move(change));
}

Bytes SimFiles::contents(const std::string& path) const {
  const auto found = nodes_.find(path);
  CHECK(found != nodes_.end(), "no file {}", path);
  return found->second->bytes;
}

void SimFiles::put(const std::string& path, std::span<const uint8_t> bytes) {
  for (size_t slash = path.find('/', 1); slash != std::string::npos;
       slash = path.find('/', slash + 1)) {
    auto& directory = nodes_[path.substr(0, slash)];
    if (!directory) {
      directory = std::make_shared<Node>(Node{.is_directory = true});
    }
  }
  const Bytes copy(bytes.begin(), bytes.end());
  nodes_[path] =
      std::make_shared<Node>(Node{.bytes = copy, .durable = copy, .modified_ms = now_ms_});
  durable_nodes_ = nodes_;
  journal_.clear();
}

std::vector<std::string> SimFiles::paths_under(std::string_view prefix) const {
  std::vector<std::string> paths;
  for (const auto& [path, node] : nodes_) {
    if (is_below(path, prefix)) {
      paths.push_back(path);
    }
  }
  return paths;
}

Result<std::shared_ptr<File>> SimFiles::open(const std::string& path, OpenMode mode) {
  if (mode == OpenMode::Existing) {
    return std::make_shared<SimFile>(*this, path, nullptr);
  }
  if (auto allowed = attempt(FileOperation::Create, path); !allowed) {
    return std::unexpected(allowed.error());
  }
  auto found = nodes_.find(path);
  if (found == nodes_.end()) {
    const std::string parent = parent_of(path);
    if (!parent.empty() && !nodes_.contains(parent)) {
      return SimFiles::error("create", path, "No such file or directory");
    }
    change_names({{}, path, std::make_shared<Node>(Node{.modified_ms = now_ms_})});
    found = nodes_.find(path);
  } else if (mode == OpenMode::CreateEmpty) {
    found->second->bytes.clear();
  }
  return std::make_shared<SimFile>(*this, path, found->second);
}

Result<std::vector<DirectoryEntry>> SimFiles::list(const std::string& directory) {
  if (auto allowed = attempt(FileOperation::List, directory); !allowed) {
    return std::unexpected(allowed.error());
  }
  if (auto found = find("list", directory); !found) {
    return std::unexpected(found.error());
  }
  std::vector<DirectoryEntry> entries;
  for (const auto& [path, node] : nodes_) {
    if (is_below(path, directory) && path.find('/', directory.size() + 1) == std::string::npos) {
      entries.push_back({path.substr(directory.size() + 1), node->is_directory});
    }
  }
  return entries;
}

Result<std::optional<FileStatus>> SimFiles::status(const std::string& path) {
  const auto found = nodes_.find(path);
  if (found == nodes_.end()) {
    return std::nullopt;
  }
  return FileStatus{.size = static_cast<int64_t>(found->second->bytes.size()),
                    .modified_ms = found->second->modified_ms,
                    .is_directory = found->second->is_directory};
}

Result<> SimFiles::make_directory(const std::string& path) {
  if (nodes_.contains(path)) {
    return SimFiles::error("make directory", path, "File exists");
  }
  if (auto allowed = attempt(FileOperation::Create, path); !allowed) {
    return allowed;
  }
  change_names({{}, path, std::make_shared<Node>(Node{.is_directory = true})});
  return {};
}

Result<> SimFiles::rename(const std::string& from, const std::string& to) {
  if (auto allowed = attempt(FileOperation::Rename, from); !allowed) {
    return allowed;
  }
  auto found = find("rename", from);
  if (!found) {
    return std::unexpected(found.error());
  }
  change_names({from, to, *found});
  return {};
}

Result<> SimFiles::make_read_only(const std::string& path) {
  const auto found = find("chmod", path);
  return found ? Result<>{} : std::unexpected(found.error());
}

Result<> SimFiles::remove(const std::string& path) {
  if (auto allowed = attempt(FileOperation::Remove, path); !allowed) {
    return allowed;
  }
  auto found = find("remove", path);
  if (!found) {
    return std::unexpected(found.error());
  }
  if ((*found)->is_directory && !paths_under(path).empty()) {
    return SimFiles::error("remove", path, "Directory not empty");
  }
  if (space_left_ != unlimited) {
    space_left_ += static_cast<int64_t>((*found)->bytes.size());
  }
  change_names({path, {}, *found});
  return {};
}

Result<std::unique_ptr<PendingSync>> SimFiles::prepare_directory_sync(const std::string& path) {
  if (auto found = find("open directory", path); !found) {
    return std::unexpected(found.error());
  }
  return std::make_unique<SimSync>([this, path] {
    auto allowed = attempt(FileOperation::Sync, path);
    if (allowed) {
      durable_nodes_ = nodes_;
      journal_.clear();
    }
    return allowed;
  });
}

Result<> SimFiles::sync_file_system(const std::string& path) {
  if (auto allowed = attempt(FileOperation::Sync, path); !allowed) {
    return allowed;
  }
  for (auto& [name, node] : nodes_) {
    node->durable = node->bytes;
  }
  durable_nodes_ = nodes_;
  journal_.clear();
  return {};
}

Result<std::unique_ptr<FileLock>> SimFiles::lock(const std::string& path) {
  auto file = open(path, OpenMode::CreateIfMissing);
  if (!file) {
    return std::unexpected(file.error());
  }
  const NodePtr node = nodes_.at(path);
  if (node->locked) {
    return SimFiles::error("lock", path, "Resource temporarily unavailable");
  }
  return std::make_unique<SimLock>(std::shared_ptr<bool>(node, &node->locked));
}

Result<size_t> SimFiles::read_slice(const FileSlice& slice, std::span<uint8_t> out) {
  const auto* node = static_cast<const Node*>(slice.owner.get());
  CHECK(node != nullptr && slice.fd == -1, "not a slice of a SimFiles");
  const size_t from = std::min(node->bytes.size(), static_cast<size_t>(slice.position));
  const size_t n =
      std::min({out.size(), static_cast<size_t>(slice.length), node->bytes.size() - from});
  std::copy_n(node->bytes.begin() + static_cast<ptrdiff_t>(from), n, out.begin());
  return n;
}

}  // namespace kafka
