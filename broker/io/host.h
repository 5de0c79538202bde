// Host: the machine under a node. A loop with its network, a clock, files, a thread that may block
// on a disk, and entropy; everything else of a node is the same wherever it runs.
//
//   real_host()   this computer (host.cc)
//   SimHost       one of many in one process, under virtual time (tests/sim/sim_host.h)
#pragma once

#include <cstdint>
#include <memory>

#include "broker/core/env.h"
#include "broker/io/disk_thread.h"
#include "broker/io/event_loop.h"

namespace kafka {

class Host {
 public:
  virtual ~Host() = default;

  virtual EventLoop& loop() = 0;
  virtual Files& files() = 0;
  virtual DiskThread& disk() = 0;
  virtual int64_t wall_clock_ms() = 0;
  virtual uint64_t entropy() = 0;
  // Ends the process at once: nothing may be written any more.
  [[noreturn]] virtual void halt() = 0;
};

std::unique_ptr<Host> real_host();

}  // namespace kafka
