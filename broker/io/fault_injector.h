// FaultInjector: carries out a FaultPlan (core/faults.h) at the connections of one recording broker,
// and tells the recorder each time that a fault fires. Made when kraftlab.faults is set. What the
// broker itself has to do for a fault is behind FaultEffects.
//
// Thread: the core thread.
#pragma once

#include <functional>
#include <map>
#include <utility>

#include "broker/core/faults.h"
#include "broker/io/fault_hook.h"

namespace kafka {

class FaultEffects {
 public:
  virtual ~FaultEffects() = default;

  virtual void fail_next_write() = 0;
  virtual void fail_next_sync() = 0;
  virtual void slow_disk(int64_t ms) = 0;
  virtual void move_clock(int64_t ms) = 0;
  // At the end of the event at hand: the answer that set it off is on its way first.
  virtual void rebalance_groups() = 0;
};

class FaultInjector final : public FaultHook {
 public:
  using Fired = std::function<void(const ConnectionInfo&, uint64_t sequence, const Fault&)>;

  // `effects` may be null when no fault of the plan needs the broker.
  FaultInjector(FaultPlan plan, FaultEffects* effects, Fired fired);

  AtRequest at_request(const ConnectionInfo& connection, uint64_t sequence,
                       std::span<const uint8_t> frame) override;
  AtResponse at_response(const ConnectionInfo& connection, uint64_t sequence,
                         std::span<const uint8_t> bytes) override;
  bool at_no_response(const ConnectionInfo& connection, uint64_t sequence) override;

 private:
  struct Open {  // a request whose answer is still to be looked at
    ApiKey key;
    int16_t version;
    const Fault* fault;  // null: only its topic ids are wanted
  };

  void begin(const Fault& fault);

  FaultPlan plan_;
  FaultEffects* effects_;
  Fired fired_;
  std::map<std::pair<uint64_t, uint64_t>, Open> open_;
};

}  // namespace kafka
