#include "broker/io/files.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <system_error>

#include "broker/core/check.h"

namespace kafka {

namespace {

std::unexpected<Error> storage_error(std::string_view operation, const std::string& path,
                                     int error) {
  return fail(ErrorCode::KafkaStorageError,
              fmt::format("{} {}: {}", operation, path, std::generic_category().message(error)));
}

struct Descriptor {
  explicit Descriptor(int opened) : fd(opened) {}
  ~Descriptor() { ::close(fd); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  const int fd;
};

class PosixSync final : public PendingSync {
 public:
  PosixSync(std::shared_ptr<Descriptor> descriptor, std::string path, bool directory)
      : descriptor_(std::move(descriptor)), path_(std::move(path)), directory_(directory) {}

  Result<> run() override {
    const int outcome = directory_ ? ::fsync(descriptor_->fd) : ::fdatasync(descriptor_->fd);
    return outcome == 0 ? Result<>{} : storage_error("fsync", path_, errno);
  }

 private:
  std::shared_ptr<Descriptor> descriptor_;
  std::string path_;
  bool directory_;
};

class PosixLock final : public FileLock {
 public:
  explicit PosixLock(int fd) : descriptor_(fd) {}

 private:
  Descriptor descriptor_;  // closing it gives the lock up
};

Result<size_t> read_fully(int fd, int64_t position, std::span<uint8_t> out,
                          const std::string& path) {
  size_t done = 0;
  while (done < out.size()) {
    const ssize_t n =
        ::pread(fd, out.data() + done, out.size() - done, position + static_cast<int64_t>(done));
    if (n == 0) {
      break;
    }
    if (n > 0) {
      done += static_cast<size_t>(n);
    } else if (errno != EINTR) {
      return storage_error("read", path, errno);
    }
  }
  return done;
}

}  // namespace

class PosixFile final : public File {
 public:
  PosixFile(PosixFiles& files, std::string path) : files_(files), path_(std::move(path)) {}
  ~PosixFile() override { close(); }

  const std::string& path() const override { return path_; }

  Result<int64_t> size() override {
    const auto opened = descriptor();
    struct stat status {};
    if (!opened) {
      return std::unexpected(opened.error());
    }
    if (::fstat((*opened)->fd, &status) != 0) {
      return storage_error("stat", path_, errno);
    }
    return status.st_size;
  }

  Result<size_t> read_at(int64_t position, std::span<uint8_t> out) override {
    const auto opened = descriptor();
    return opened ? read_fully((*opened)->fd, position, out, path_)
                  : Result<size_t>(std::unexpected(opened.error()));
  }

  Result<> write_at(int64_t position, std::span<const std::span<const uint8_t>> parts) override;

  Result<> truncate(int64_t size) override {
    const auto opened = descriptor();
    if (!opened) {
      return std::unexpected(opened.error());
    }
    if (::ftruncate((*opened)->fd, size) != 0) {
      return storage_error("truncate", path_, errno);
    }
    return {};
  }

  Result<std::unique_ptr<PendingSync>> prepare_sync() override {
    auto opened = descriptor();
    if (!opened) {
      return std::unexpected(opened.error());
    }
    return std::make_unique<PosixSync>(std::move(*opened), path_, false);
  }

  Result<FileSlice> slice(int64_t position, int32_t length) override {
    auto opened = descriptor();
    if (!opened) {
      return std::unexpected(opened.error());
    }
    const int fd = (*opened)->fd;
    return FileSlice{.owner = std::move(*opened), .fd = fd, .position = position, .length = length};
  }

  // Takes over a new descriptor, as the most recently used one.
  void opened_as(int fd) {
    descriptor_ = std::make_shared<Descriptor>(fd);
    files_.used_.push_front(this);
    place_ = files_.used_.begin();
    files_.close_least_recently_used(files_.descriptors_max_);
  }

  void close() {
    if (descriptor_) {
      files_.used_.erase(place_);
      descriptor_.reset();
    }
  }

 private:
  Result<std::shared_ptr<Descriptor>> descriptor();

  PosixFiles& files_;
  std::string path_;
  std::shared_ptr<Descriptor> descriptor_;  // empty: not open
  std::list<PosixFile*>::iterator place_;
};

Result<std::shared_ptr<Descriptor>> PosixFile::descriptor() {
  if (descriptor_) {
    files_.used_.splice(files_.used_.begin(), files_.used_, place_);
    return descriptor_;
  }
  int fd = files_.open_descriptor(path_, O_RDWR);
  if (fd < 0 && (errno == EACCES || errno == EROFS)) {
    fd = files_.open_descriptor(path_, O_RDONLY);  // snapshots of Apache Kafka have mode 0400
  }
  if (fd < 0) {
    return storage_error("open", path_, errno);
  }
  opened_as(fd);
  return descriptor_;
}

Result<> PosixFile::write_at(int64_t position, std::span<const std::span<const uint8_t>> parts) {
  const auto opened = descriptor();
  if (!opened) {
    return std::unexpected(opened.error());
  }
  constexpr size_t vectors_max = 16;
  std::array<iovec, vectors_max> vectors;
  size_t part = 0;
  size_t skip = 0;  // bytes of parts[part] that are written
  while (part < parts.size()) {
    int count = 0;
    for (size_t i = part; i < parts.size() && count < static_cast<int>(vectors_max); ++i) {
      const auto rest = parts[i].subspan(i == part ? skip : 0);
      vectors[count++] = {const_cast<uint8_t*>(rest.data()), rest.size()};
    }
    const ssize_t n = ::pwritev((*opened)->fd, vectors.data(), count, position);
    if (n < 0) {
      if (errno == EINTR) {
        continue;
      }
      return storage_error("write", path_, errno);
    }
    position += n;
    size_t left = static_cast<size_t>(n);
    while (part < parts.size() && left >= parts[part].size() - skip) {
      left -= parts[part].size() - skip;
      skip = 0;
      ++part;
    }
    skip += part < parts.size() ? left : 0;
  }
  return {};
}

size_t PosixFiles::raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) {
    return 1024;
  }
  if (limit.rlim_cur < limit.rlim_max) {
    const rlim_t before = limit.rlim_cur;
    limit.rlim_cur = limit.rlim_max;
    if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) {
      limit.rlim_cur = before;
    }
  }
  return static_cast<size_t>(limit.rlim_cur);
}

PosixFiles::PosixFiles(size_t descriptors_max)
    : descriptors_max_(std::max<size_t>(8, descriptors_max)) {}

PosixFiles::~PosixFiles() {
  CHECK(used_.empty(), "{} files outlive their Files", used_.size());
}

int PosixFiles::open_descriptor(const std::string& path, int flags) {
  constexpr mode_t mode = 0644;
  int fd = ::open(path.c_str(), flags | O_CLOEXEC, mode);
  if (fd < 0 && (errno == EMFILE || errno == ENFILE) && !used_.empty()) {
    close_least_recently_used(used_.size() / 2);
    fd = ::open(path.c_str(), flags | O_CLOEXEC, mode);
  }
  return fd;
}

void PosixFiles::close_least_recently_used(size_t keep) {
  while (used_.size() > keep) {
    used_.back()->close();
  }
}

Result<std::shared_ptr<File>> PosixFiles::open(const std::string& path, OpenMode mode) {
  auto file = std::make_shared<PosixFile>(*this, path);
  if (mode == OpenMode::Existing) {
    return file;
  }
  const int fd =
      open_descriptor(path, O_RDWR | O_CREAT | (mode == OpenMode::CreateEmpty ? O_TRUNC : 0));
  if (fd < 0) {
    return storage_error("create", path, errno);
  }
  file->opened_as(fd);
  return file;
}

Result<std::vector<DirectoryEntry>> PosixFiles::list(const std::string& directory) {
  DIR* stream = ::opendir(directory.c_str());
  if (stream == nullptr) {
    return storage_error("list", directory, errno);
  }
  std::vector<DirectoryEntry> entries;
  errno = 0;
  while (const dirent* entry = ::readdir(stream)) {
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..") {
      continue;
    }
    bool is_directory = entry->d_type == DT_DIR;
    struct stat status {};
    if ((entry->d_type == DT_UNKNOWN || entry->d_type == DT_LNK) &&
        ::fstatat(::dirfd(stream), entry->d_name, &status, 0) == 0) {
      is_directory = S_ISDIR(status.st_mode);
    }
    entries.push_back({std::string(name), is_directory});
    errno = 0;
  }
  const int error = errno;
  ::closedir(stream);
  if (error != 0) {
    return storage_error("list", directory, error);
  }
  return entries;
}

Result<std::optional<FileStatus>> PosixFiles::status(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) {
      return std::nullopt;
    }
    return storage_error("stat", path, errno);
  }
  return FileStatus{
      .size = status.st_size,
      .modified_ms = status.st_mtim.tv_sec * 1000LL + status.st_mtim.tv_nsec / 1'000'000,
      .is_directory = S_ISDIR(status.st_mode)};
}

Result<> PosixFiles::make_directory(const std::string& path) {
  return ::mkdir(path.c_str(), 0755) == 0 ? Result<>{}
                                          : storage_error("make directory", path, errno);
}

Result<> PosixFiles::rename(const std::string& from, const std::string& to) {
  return ::rename(from.c_str(), to.c_str()) == 0
             ? Result<>{}
             : storage_error("rename", from + " to " + to, errno);
}

Result<> PosixFiles::make_read_only(const std::string& path) {
  return ::chmod(path.c_str(), S_IRUSR) == 0 ? Result<>{} : storage_error("chmod", path, errno);
}

Result<> PosixFiles::remove(const std::string& path) {
  return std::remove(path.c_str()) == 0 ? Result<>{} : storage_error("remove", path, errno);
}

Result<std::unique_ptr<PendingSync>> PosixFiles::prepare_directory_sync(const std::string& path) {
  const int fd = open_descriptor(path, O_RDONLY | O_DIRECTORY);
  if (fd < 0) {
    return storage_error("open directory", path, errno);
  }
  return std::make_unique<PosixSync>(std::make_shared<Descriptor>(fd), path, true);
}

Result<> PosixFiles::sync_file_system(const std::string& path) {
  const int fd = open_descriptor(path, O_RDONLY);
  if (fd < 0) {
    return storage_error("open", path, errno);
  }
  const Descriptor opened(fd);
  return ::syncfs(fd) == 0 ? Result<>{} : storage_error("sync the file system of", path, errno);
}

Result<std::unique_ptr<FileLock>> PosixFiles::lock(const std::string& path) {
  const int fd = open_descriptor(path, O_RDWR | O_CREAT);
  if (fd < 0) {
    return storage_error("create", path, errno);
  }
  auto lock = std::make_unique<PosixLock>(fd);
  // Open file description locks exclude other locks of this process too, and the classic POSIX
  // locks that a JVM takes.
  struct flock whole {};
  whole.l_type = F_WRLCK;
  whole.l_whence = SEEK_SET;
  if (::fcntl(fd, F_OFD_SETLK, &whole) != 0) {
    return storage_error("lock", path, errno);
  }
  return lock;
}

Result<size_t> PosixFiles::read_slice(const FileSlice& slice, std::span<uint8_t> out) {
  const size_t length = std::min(out.size(), static_cast<size_t>(slice.length));
  return read_fully(slice.fd, slice.position, out.first(length), "a file slice");
}

}  // namespace kafka
