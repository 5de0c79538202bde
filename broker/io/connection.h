// Connection: one client. Frames in, responses out, in order, with bounds on both.
//
// Reading and answering are one turn of the loop: read once, hand every whole frame to the sink,
// send what was answered. Responses that come later (a parked fetch) are sent when the server
// flushes at the end of that event.
//
// Limits: a frame is at most socket.request.max.bytes; at most `requests_in_flight_max` requests
// wait for an answer; nothing is read while the client does not take its responses. A connection
// over a limit is paused, not closed, except for a refused frame length.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "broker/handlers/request.h"
#include "broker/io/event_loop.h"
#include "broker/io/frame_reader.h"
#include "broker/io/outbox.h"
#include "broker/io/recorder.h"

namespace kafka {

class Connection;

// What a connection needs from above; the Server is that.
class ConnectionOwner {
 public:
  virtual ~ConnectionOwner() = default;
  // A whole request. It is answered through the connection, in this call or later.
  virtual void on_frame(Connection& connection, uint64_t sequence, std::span<uint8_t> frame) = 0;
  // The connection is over; the owner deletes it after the event, not inside this call.
  virtual void on_closed(Connection& connection, std::string_view reason) = 0;
  // A response was filled outside of the connection's own turn: call flush() before the event ends.
  virtual void on_answered_later(Connection& connection) = 0;
  // Calls connection.send_delayed(sequence, response) in so many ms, if the connection is there then.
  virtual void send_later(Connection& connection, uint64_t sequence, Writer&& response,
                          int64_t delay_ms) = 0;
  virtual int64_t now_ms() const = 0;
};

class Connection : public ReadyHandler {
 public:
  static constexpr size_t requests_in_flight_max = 128;

  Connection(ConnectionOwner& owner, EventLoop& loop, int fd, ConnectionInfo info,
             int32_t max_frame_bytes, Recorder* recorder);
  ~Connection() override;

  void start();

  ConnectionInfo& info() { return info_; }
  Writer take_writer() { return outbox_.take_writer(); }
  void reply(uint64_t sequence, Writer&& response);
  void reply_nothing(uint64_t sequence);
  void send_delayed(uint64_t sequence, Writer&& response);  // what a planned fault held back
  void flush();

  // Sends what is ready, then ends the connection. An empty reason is an ordinary end.
  void close(std::string_view reason);
  bool is_closed() const { return closed_; }

  int64_t last_active_ms() const { return last_active_ms_; }
  // When the request began that has not arrived whole; INT64_MAX without one. Whoever sends one
  // byte a minute is active and still not welcome.
  int64_t frame_began_ms() const { return frame_began_ms_; }
  // Gives buffers back; they come again with the next request.
  void release_buffers();
  bool holds_buffers() const { return reader_.capacity() > 0; }

  void on_readable() override;
  void on_writable() override;

 private:
  void handle_frames();
  void finish_turn();
  void send();
  void await_input();
  bool is_paused() const { return blocked_ || outbox_.slots() >= requests_in_flight_max; }
  void note_input(FrameReader::Status status);
  void note_partial_frame();
  bool fault_at_request(uint64_t sequence, std::span<const uint8_t> frame);
  bool fault_at_response(uint64_t sequence, Writer& response);

  ConnectionOwner& owner_;
  ConnectionInfo info_;
  Recorder* recorder_;
  FrameReader reader_;
  Outbox outbox_;
  std::unique_ptr<Watch> watch_;
  int64_t last_active_ms_ = 0;
  int64_t frame_began_ms_ = INT64_MAX;
  bool awaiting_input_ = false;
  bool in_turn_ = false;       // inside on_readable or flush: replies are sent at its end
  bool answered_later_ = false;
  bool blocked_ = false;       // the client does not take its responses
  bool held_back_ = false;     // frames may be left in the reader since a pause
  bool closed_ = false;
};

}  // namespace kafka
