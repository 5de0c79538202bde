// MetadataDriver: runs Kraft, the metadata side of the node.
//
//   commit(records) -> append, apply to the controller   now
//   end of the event -> one fsync for all of them        on the disk thread
//   fsync done -> high watermark, image, publish(delta)  then every `done`, in order
//
// So many commits of one event cost one fsync, and no answer leaves before its records are durable.
// A failed fsync of the metadata log is fatal for the node: what is on disk is unknown then.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "broker/core/controller/kraft.h"
#include "broker/io/disk_thread.h"
#include "broker/io/timers.h"

namespace kafka {

class MetadataDriver {
 public:
  struct Callbacks {
    std::function<void(const MetadataDelta&)> publish;
    std::function<void(const Error&)> fatal;
  };

  MetadataDriver(DiskThread& disk, Timers& timers, const int64_t& now_ms)
      : disk_(disk), timers_(timers), now_ms_(now_ms) {}

  void own(std::unique_ptr<Kraft> kraft, Callbacks callbacks);
  Kraft& kraft() { return *kraft_; }
  const Kraft& kraft() const { return *kraft_; }

  void commit(std::vector<MetadataRecord> records, std::function<void(Result<>)> done);

  // At the end of every event: starts the fsync that commits ask for.
  void finish_event();
  void start_ticking();
  void stop();  // what waits is answered with NOT_CONTROLLER

 private:
  void flush();
  void on_flushed();
  void tick();

  struct Waiting {
    int64_t offset;
    std::function<void(Result<>)> done;
  };

  DiskThread& disk_;
  Timers& timers_;
  const int64_t& now_ms_;
  std::unique_ptr<Kraft> kraft_;
  Callbacks callbacks_;
  std::deque<Waiting> waiting_;
  bool dirty_ = false;     // something was appended since the last flush began
  bool flushing_ = false;  // one at a time
  bool stopped_ = false;
};

}  // namespace kafka
