#include "broker/io/evidence_recorder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>

namespace kafka {
namespace {

constexpr size_t kFlushBytes = 64 * 1024;
constexpr int64_t kFlushMs = 50;

// Evidence orders events finer than milliseconds, so it reads the clock itself.
int64_t now_us() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return static_cast<int64_t>(now.tv_sec) * 1'000'000 + now.tv_nsec / 1000;
}

std::string_view as_text(std::span<const uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

evidence::Hole hole_of(const FileSlice& slice, size_t position) {
  evidence::Hole hole{static_cast<uint32_t>(position), static_cast<uint32_t>(slice.length), {}};
  hole.head.resize(hole.length > evidence::kWholeBytesMax
                       ? evidence::kCutHeadBytes
                       : std::min<size_t>(evidence::kHoleHeadBytes, hole.length));
  const ssize_t got = pread(slice.fd, hole.head.data(), hole.head.size(), slice.position);
  hole.head.resize(got > 0 ? static_cast<size_t>(got) : 0);
  return hole;
}

}  // namespace

Result<std::unique_ptr<EvidenceRecorder>> EvidenceRecorder::open(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (fd < 0) {
    return fail(ErrorCode::KafkaStorageError,
                fmt::format("kraftlab.evidence.path={}: cannot be opened to append: {}", path,
                            std::strerror(errno)));
  }
  auto recorder = std::unique_ptr<EvidenceRecorder>(new EvidenceRecorder(fd, path));
  if (auto continued = recorder->go_on(); !continued) {
    return fail(continued.error().code, fmt::format("kraftlab.evidence.path={}: {}", path,
                                                    continued.error().message));
  }
  return recorder;
}

// Behind the last whole entry of what is there already.
Result<> EvidenceRecorder::go_on() {
  const auto size = static_cast<size_t>(lseek(fd_, 0, SEEK_END));
  evidence::Extent extent;
  if (size > 0) {
    void* mapped = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd_, 0);
    if (mapped == MAP_FAILED) {
      return fail(ErrorCode::KafkaStorageError,
                  fmt::format("cannot be read: {}", std::strerror(errno)));
    }
    const auto found = evidence::extent_of({static_cast<const char*>(mapped), size});
    munmap(mapped, size);
    if (!found) {
      return fail(found.error().code, found.error().message + "; name a file of its own");
    }
    extent = *found;
  }
  if (extent.bytes < size && ftruncate(fd_, static_cast<off_t>(extent.bytes)) != 0) {
    return fail(ErrorCode::KafkaStorageError,
                fmt::format("its torn end cannot be cut off: {}", std::strerror(errno)));
  }
  written_ = extent.bytes;
  full_ = extent.full;
  if (extent.bytes == 0) {
    waiting_ = evidence::kMagic;
    written_ = waiting_.size();
    flush();
  }
  return {};
}

EvidenceRecorder::~EvidenceRecorder() {
  flush();
  if (fd_ >= 0) {
    close(fd_);
  }
}

evidence::Entry& EvidenceRecorder::new_entry(evidence::Type type, uint64_t connection,
                                             uint64_t sequence) {
  entry_.type = type;
  entry_.time_us = now_us();
  entry_.connection = connection;
  entry_.sequence = sequence;
  entry_.holes.clear();
  return entry_;
}

void EvidenceRecorder::on_connection(const ConnectionInfo& connection, int64_t) {
  evidence::Entry& entry = new_entry(evidence::Type::Connection, connection.id);
  entry.text = connection.listener;
  entry.peer = fmt::format("{}:{}", connection.peer_host, connection.peer_port);
  add(entry);
}

void EvidenceRecorder::on_request(const ConnectionInfo& connection, uint64_t sequence,
                                  std::span<const uint8_t> frame, int64_t) {
  evidence::Entry& entry = new_entry(evidence::Type::Request, connection.id, sequence);
  evidence::set_request(entry, as_text(frame));
  add(entry);
}

void EvidenceRecorder::on_response(const ConnectionInfo& connection, uint64_t sequence,
                                   std::span<const uint8_t> bytes,
                                   std::span<const Splice> splices, int64_t) {
  evidence::Entry& entry = new_entry(evidence::Type::Response, connection.id, sequence);
  entry.frame = as_text(bytes.subspan(frame_size_bytes));
  size_t before = 0;  // spliced so far: holes stand in the whole frame
  for (const Splice& splice : splices) {
    entry.holes.push_back(hole_of(splice.slice, splice.offset - frame_size_bytes + before));
    before += static_cast<size_t>(splice.slice.length);
  }
  add(entry);
}

void EvidenceRecorder::on_close(const ConnectionInfo& connection, int64_t) {
  add(new_entry(evidence::Type::Disconnection, connection.id));
  flush();
}

void EvidenceRecorder::on_event(std::string_view text) {
  evidence::Entry& entry = new_entry(evidence::Type::Event, 0);
  entry.text = text;
  add(entry);
}

void EvidenceRecorder::set_faults(FaultPlan plan, FaultEffects* effects) {
  faults_ = std::make_unique<FaultInjector>(
      std::move(plan), effects,
      [this](const ConnectionInfo& connection, uint64_t sequence, const Fault& fault) {
        evidence::Entry& entry = new_entry(evidence::Type::Fault, connection.id, sequence);
        entry.text = fault.text;
        add(entry);
        flush();  // whoever waits for the fault reads the file
      });
}

void EvidenceRecorder::add(const evidence::Entry& entry) {
  if (full_ || fd_ < 0) {
    return;
  }
  const size_t before = waiting_.size();
  encode_into(waiting_, entry);
  const size_t length = waiting_.size() - before;
  full_ = length > evidence::kEntryBytesMax || written_ + length > evidence::kFileBytesMax;
  if (full_) {
    waiting_.resize(before);
    encode_into(waiting_, evidence::Entry{});
  }
  written_ += waiting_.size() - before;
  if (waiting_.size() >= kFlushBytes) {
    flush();
  } else if (alarm_ && !alarm_is_set_) {
    alarm_is_set_ = true;
    alarm_(kFlushMs, [this] {
      alarm_is_set_ = false;
      flush();
    });
  }
}

void EvidenceRecorder::flush() {
  size_t done = 0;
  while (fd_ >= 0 && done < waiting_.size()) {
    const ssize_t n = write(fd_, waiting_.data() + done, waiting_.size() - done);
    if (n < 0 && errno == EINTR) {
      continue;
    }
    if (n < 0) {
      spdlog::error("the recording to {} ends here: {}", path_, std::strerror(errno));
      close(fd_);
      fd_ = -1;
      break;
    }
    done += static_cast<size_t>(n);
  }
  waiting_.clear();
}

}  // namespace kafka
