#include "broker/io/disk_thread.h"

#include <csignal>
#include <utility>

namespace kafka {

PosixDiskThread::~PosixDiskThread() {
  drain();
}

void PosixDiskThread::drain() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  arrived_.notify_one();
  if (thread_.joinable()) {
    thread_.join();
  }
}

void PosixDiskThread::run(std::function<void()> job, std::function<void()> done) {
  {
    const std::lock_guard lock(mutex_);
    jobs_.push_back({std::move(job), std::move(done)});
  }
  if (!thread_.joinable()) {
    thread_ = std::thread([this] { work(); });
  }
  arrived_.notify_one();
}

void PosixDiskThread::work() {
  sigset_t all;  // signals are the loop's
  sigfillset(&all);
  ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
  for (;;) {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [&] { return stopping_ || !jobs_.empty(); });
    if (stopping_) {
      return;
    }
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    job.work();
    loop_.post(std::move(job.done));
  }
}

}  // namespace kafka
