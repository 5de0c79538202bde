// Faults: what one run's broker does wrong on purpose, so that a lab can ask how a client takes it.
// The property kraftlab.faults holds the plan: faults, one a line or with `;` between them.
//
//   fault  := action api [of TOPIC] at (request N | record N | offset N) [times N]
//             [after MS ms] [by MS ms] [then DEED]
//   action := lose          handled; the connection breaks before the answer
//           | refuse        not handled; the connection breaks
//           | stall         not handled and never answered; the connection stays open
//           | mute          handled and never answered; the connection stays open
//           | delay         handled; answered MS later
//           | twice         handled; the answer comes twice
//           | error NAME    not handled; every partition gets this error (Produce, OffsetCommit)
//           | fail-write    handled; the next write of records fails: KAFKA_STORAGE_ERROR
//           | fail-sync     handled; the next fsync of records fails: their directory goes offline,
//                           and with its last directory the broker ends
//           | slow-disk     handled; from now on writing records takes MS longer
//           | move-clock    handled; then the broker's clock jumps by MS (back: a negative number)
//           | rebalance     handled; then every stable group begins a new rebalance
//           | mark          handled as if nothing were; DEED is what who reads the evidence does now
//
//   lose Produce of payments at record 20
//   error NOT_ENOUGH_REPLICAS Produce of payments at record 60 after 300 ms
//   stall OffsetCommit at request 2
//   rebalance SyncGroup at request 2 times 5
//   move-clock Produce at request 10 by -3600000 ms
//   mark Produce of orders at record 40 then kill node 1
//
// A fault fires once, or `times` in a row, on a protocol event and never on a clock: the N-th
// request of its kind, the Produce that carries the N-th record sent to the topic (retries count),
// or the first OffsetCommit of an offset that is not below N. One request sets off one fault, the
// first of the plan; another that is due waits for the next request of its kind. `after` only says when the answer
// comes; lose, refuse, stall, mute, twice and mark do not take it. From fail-write to rebalance a
// fault needs the broker itself, not only its connections.
//
// Pure: requests in, decisions out. Topics named by id (Produce v13) are known from the answers to
// Metadata and CreateTopics that went out before.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/error.h"
#include "protocol/frame.h"
#include "protocol/result.h"
#include "protocol/uuid.h"

namespace kafka {

enum class FaultCount { Requests, Records, Offset };
enum class FaultAction {
  Lose,
  Refuse,
  Stall,
  Mute,
  Delay,
  Twice,
  Error,
  FailWrite,
  FailSync,
  SlowDisk,
  MoveClock,
  Rebalance,
  Mark
};

struct Fault {
  std::string text;  // as it was planned
  FaultAction action = FaultAction::Delay;
  ErrorCode error = ErrorCode::None;
  ApiKey api = ApiKey::Produce;
  std::string topic;  // empty: any
  FaultCount count = FaultCount::Requests;
  int64_t nth = 1;
  int64_t times = 1;
  int64_t after_ms = 0;
  int64_t by_ms = 0;  // of slow-disk and move-clock
  std::string deed;   // of a mark

  bool needs_broker() const {
    return action >= FaultAction::FailWrite && action <= FaultAction::Rebalance;
  }
};

class FaultPlan {
 public:
  static Result<FaultPlan> parse(std::string_view text);

  // The fault that this request sets off; nullptr for none.
  const Fault* on_request(const RequestFrame& request);

  // Learns topic ids from an answer. `frame` is without its length.
  void on_response(ApiKey key, int16_t api_version, std::span<const uint8_t> frame);

  const std::vector<Fault>& faults() const { return faults_; }

 private:
  struct Progress {
    int64_t fired = 0;
    int64_t seen = 0;
    std::set<Uuid> ids;  // of its topic
  };

  int64_t weight(const Fault& fault, const Progress& progress, const RequestFrame& request) const;

  std::vector<Fault> faults_;
  std::vector<Progress> progress_;
};

// The whole answer, its length first, that says `error` for every partition the request names.
// Fails for an API that no error can be made up for.
Result<Bytes> error_answer(const RequestFrame& request, ErrorCode error);

}  // namespace kafka
