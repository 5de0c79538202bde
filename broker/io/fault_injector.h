// FaultInjector: carries out a FaultPlan (core/faults.h) at the connections of one recording broker,
// and tells the recorder each time that a fault fires. Made when kraftlab.faults is set.
//
// Thread: the core thread.
#pragma once

#include <functional>
#include <map>
#include <utility>

#include "broker/core/faults.h"
#include "broker/io/fault_hook.h"

namespace kafka {

class FaultInjector final : public FaultHook {
 public:
  using Fired = std::function<void(const ConnectionInfo&, uint64_t sequence, const Fault&)>;

  FaultInjector(FaultPlan plan, Fired fired) : plan_(std::move(plan)), fired_(std::move(fired)) {}

  AtRequest at_request(const ConnectionInfo& connection, uint64_t sequence,
                       std::span<const uint8_t> frame) override;
  AtResponse at_response(const ConnectionInfo& connection, uint64_t sequence,
                         std::span<const uint8_t> bytes) override;

 private:
  struct Open {  // a request whose answer is still to be looked at
    ApiKey key;
    int16_t version;
    const Fault* fault;  // null: only its topic ids are wanted
  };

  FaultPlan plan_;
  Fired fired_;
  std::map<std::pair<uint64_t, uint64_t>, Open> open_;
};

}  // namespace kafka
