// DiskThread: the one thread that may block on a disk. fsync runs here, and what compaction and
// re-compression will need; the results come back to the loop as events.
//
// Jobs run in the order they were given. A job touches nothing but what it was given.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "broker/io/event_loop.h"

namespace kafka {

class DiskThread {
 public:
  DiskThread() = default;
  virtual ~DiskThread() = default;
  DiskThread(const DiskThread&) = delete;
  DiskThread& operator=(const DiskThread&) = delete;

  // Runs `job` over there, then `done` on the loop's thread.
  virtual void run(std::function<void()> job, std::function<void()> done) = 0;

  // Waits for the job that runs, drops the rest and ends the thread; no `done` is called any more
  // unless the loop still runs.
  virtual void drain() = 0;
};

// A real thread, which starts with the first job.
class PosixDiskThread final : public DiskThread {
 public:
  explicit PosixDiskThread(EventLoop& loop) : loop_(loop) {}
  ~PosixDiskThread() override;  // as drain()

  void run(std::function<void()> job, std::function<void()> done) override;
  void drain() override;

 private:
  struct Job {
    std::function<void()> work;
    std::function<void()> done;
  };
  void work();

  EventLoop& loop_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Job> jobs_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace kafka
