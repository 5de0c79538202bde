// SentFrames: requests that went over each link, kept for a second delivery.
//
// They outlive the connection and the process that sent them: what a broker of an earlier life or a
// deposed leader once asked for may come when nobody expects it. Of each link and kind of request
// (API key) the newest few of the process and of those before it are kept, so that the rare ones
// are not crowded out by fetches, nor the last words of a process by what the next one says.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <span>
#include <string>
#include <utility>

#include "broker/core/env.h"
#include "protocol/record_batch.h"

namespace kafka::sim {

using Machine = int32_t;  // 10.0.x.y is machine 256 x + y
using Link = std::pair<Machine, Machine>;  // from, to

class SentFrames {
 public:
  struct Frame {
    uint16_t port;  // that it was sent to
    Bytes bytes;
  };

  // Takes in what a client sent; `partial` is what it had sent of a frame before, and afterwards.
  void note(const Link& link, uint16_t port, Bytes& partial, std::span<const uint8_t> bytes);
  // What was sent from there was of an earlier process.
  void process_begins(Machine from);
  // By chance, of this process or an earlier one, of the rarer of two kinds; null when nothing was
  // sent.
  const Frame* some(const Link& link, Random& random) const;

 private:
  struct Kind {
    uint64_t sent = 0;
    std::deque<Frame> newest;
  };
  using Kinds = std::map<int16_t, Kind>;  // by API key
  struct Sent {
    Kinds now;
    Kinds earlier;
  };
  void keep(const Link& link, Frame frame);

  std::map<Link, Sent> links_;
};

}  // namespace kafka::sim
