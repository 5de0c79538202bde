// PeerConnection: one outgoing connection of Peers.
//
//   Idle --send--> Backoff --time--> Resolving --> Connecting --> Handshake --> Ready
//     ^                                                (ApiVersions sent)         |
//     +--------------------- any failure: every call ends ------------------------+
//
// Calls that come before Ready wait in `waiting_`; from then on they are encoded and queued at once
// and stand in `in_flight_`, oldest first, until their answers come in that order.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "broker/io/event_loop.h"
#include "broker/io/frame_reader.h"
#include "broker/io/outbox.h"
#include "broker/io/resolver.h"
#include "broker/io/timers.h"
#include "protocol/api_keys.h"
#include "protocol/result.h"
#include "protocol/wire.h"

namespace kafka {

class Peers;
struct PeerAddress;

// The body of an answer, and the version it is written in.
struct PeerAnswer {
  std::span<const uint8_t> body;
  int16_t version = 0;
};

struct PeerCall {
  uint64_t id = 0;
  ApiKey key = ApiKey::ApiVersions;
  VersionRange versions;  // that we speak
  std::function<Result<>(int16_t version, Writer& out)> encode;
  std::function<bool(Result<PeerAnswer>)> done;  // false: the answer could not be read
  TimerId timer = 0;
  int16_t version = 0;         // once sent
  int32_t correlation_id = 0;  // once sent
};

class PeerConnection final : public ReadyHandler {
 public:
  static constexpr size_t calls_max = 10'000;
  static constexpr int32_t answer_bytes_max = 128 * 1024 * 1024;

  PeerConnection(Peers& peers, const PeerAddress& address, std::string client_id);
  ~PeerConnection() override;

  void send(PeerCall call, int64_t timeout_ms);
  void flush();
  // Ends the connection and every call on it.
  void close(const Error& why);

  void on_readable() override;
  void on_writable() override;

 private:
  enum class State : uint8_t { Idle, Backoff, Resolving, Connecting, Handshake, Ready };

  void dial();
  void connect_next(std::string_view why_not);
  void on_connected();
  void on_frame(std::span<const uint8_t> frame);
  bool on_versions(std::span<const uint8_t> body);
  void transmit(PeerCall call);
  void enqueue(PeerCall call, int16_t version);
  void on_timeout(uint64_t call_id);
  void fail_later(PeerCall call, const Error& why);
  void lose(const std::string& why);
  std::string shown() const;

  Peers& peers_;
  const PeerAddress& address_;
  std::string client_id_;
  State state_ = State::Idle;
  std::vector<NetAddress> candidates_;
  size_t next_candidate_ = 0;
  std::unique_ptr<Watch> watch_;
  FrameReader reader_{answer_bytes_max};
  Outbox outbox_;
  bool blocked_ = false;
  bool unsent_ = false;
  std::deque<PeerCall> waiting_;
  std::deque<PeerCall> in_flight_;
  std::map<int16_t, VersionRange> offered_;
  int32_t last_correlation_id_ = 0;
  uint64_t attempts_ = 0;  // tells a late name lookup from the current one
  int64_t failing_since_ms_ = -1;
  int64_t retry_at_ms_ = 0;
  TimerId retry_timer_ = 0;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace kafka
