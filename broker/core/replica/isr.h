// Isr: the in-sync replicas of a partition, as its leader sees them.
//
// Only the controller changes the ISR. The leader proposes (AlterPartition), names the partition
// epoch that its proposal is based on, and the controller takes it only if nothing has changed
// since: compare and set. Until the answer is there the leader does not know which of two sets
// holds, so it commits records only when all of both have them:
//
//   proposal   committed     while it is in flight, the high watermark waits for
//   expand     {1, 2}        {1, 2, 3}     3 may count already
//   shrink     {1, 2, 3}     {1, 2, 3}     3 may count still
//
// This largest possible set is the "maximal" ISR of KIP-497. One proposal at a time.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace kafka {

class Isr {
 public:
  const std::vector<int32_t>& committed() const { return committed_; }
  // What was proposed and not answered yet.
  const std::optional<std::vector<int32_t>>& proposed() const { return proposed_; }

  bool holds(int32_t id) const { return contains(committed_, id); }
  // Whether the high watermark has to wait for it: in the maximal ISR.
  bool may_hold(int32_t id) const { return holds(id) || (proposed_ && contains(*proposed_, id)); }

  // From the metadata log, or from the controller's answer: whatever was proposed is settled.
  void commit(std::vector<int32_t> isr) {
    committed_ = std::move(isr);
    proposed_.reset();
  }
  void propose(std::vector<int32_t> isr) { proposed_ = std::move(isr); }
  // The controller said that it did not take the proposal, and never will.
  void withdraw() { proposed_.reset(); }

 private:
  static bool contains(const std::vector<int32_t>& set, int32_t id) {
    return std::ranges::find(set, id) != set.end();
  }

  std::vector<int32_t> committed_;
  std::optional<std::vector<int32_t>> proposed_;
};

}  // namespace kafka
