// LocalCalls: requests that no connection brought: those of this node to its own controller, and
// those that came in an Envelope. They run through dispatch like any other; their ReplyTo names the
// connection below, and the answer's bytes come back here.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <utility>

namespace kafka {

class LocalCalls {
 public:
  static constexpr uint64_t connection_id = UINT64_MAX;  // no socket ever has it

  // The answer without its size, header first; empty when the request deserves none. The bytes live
  // while the function runs.
  using Done = std::function<void(std::span<const uint8_t> answer)>;

  // The sequence for ReplyTo.
  uint64_t open(Done done) {
    waiting_.emplace(++last_, std::move(done));
    return last_;
  }
  void finish(uint64_t sequence, std::span<const uint8_t> answer) {
    if (auto found = waiting_.extract(sequence)) {
      found.mapped()(answer);
    }
  }

 private:
  std::map<uint64_t, Done> waiting_;
  uint64_t last_ = 0;
};

}  // namespace kafka
