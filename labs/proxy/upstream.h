// Upstream: the proxy's connection to the real broker on behalf of one client. Frames go out as
// they came; answers come back whole, in the broker's order.
//
// Thread: the loop's.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "broker/io/event_loop.h"
#include "broker/io/frame_reader.h"
#include "protocol/result.h"

namespace kraftlab {

class Upstream final : public kafka::ReadyHandler {
 public:
  static constexpr int32_t answer_bytes_max = 128 * 1024 * 1024;

  struct Events {
    std::function<void(std::span<uint8_t> frame)> on_answer;
    std::function<void(std::string_view reason)> on_end;  // once; destroy it after the event
  };

  // Connects to a broker on this machine, which takes microseconds or fails.
  static kafka::Result<std::unique_ptr<Upstream>> connect(kafka::EventLoop& loop,
                                                          const std::string& host, int32_t port,
                                                          Events events);

  void send(std::span<const uint8_t> frame);

  void on_readable() override;
  void on_writable() override;

 private:
  explicit Upstream(Events events) : events_(std::move(events)), reader_(answer_bytes_max) {}

  void end(std::string_view reason);

  Events events_;
  kafka::FrameReader reader_;
  std::unique_ptr<kafka::Watch> watch_;
  std::string unsent_;
  bool ended_ = false;
};

}  // namespace kraftlab
