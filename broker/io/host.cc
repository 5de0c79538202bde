#include "broker/io/host.h"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <random>

#include "broker/io/files.h"

namespace kafka {

namespace {

// Descriptors kept open for segments and indexes; the rest of the limit is for connections.
size_t descriptors_for_files() {
  const size_t limit = PosixFiles::raise_descriptor_limit();
  return limit / 2;
}

class RealHost final : public Host {
 public:
  RealHost() : files_(descriptors_for_files()), disk_(loop_) {
    std::signal(SIGPIPE, SIG_IGN);  // a client that left is an error of the call, also for sendfile
  }

  EventLoop& loop() override { return loop_; }
  Files& files() override { return files_; }
  DiskThread& disk() override { return disk_; }
  int64_t wall_clock_ms() override {
    const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(since_1970).count();
  }
  uint64_t entropy() override {
    std::random_device device;
    return uint64_t{device()} << 32 | device();
  }
  [[noreturn]] void halt() override { std::_Exit(1); }

 private:
  PosixFiles files_;
  AsioLoop loop_;
  PosixDiskThread disk_;
};

}  // namespace

std::unique_ptr<Host> real_host() {
  return std::make_unique<RealHost>();
}

}  // namespace kafka
