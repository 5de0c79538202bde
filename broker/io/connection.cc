#include "broker/io/connection.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "broker/core/check.h"

namespace kafka {

namespace {

constexpr int reads_per_turn = 4;  // then the others get their turn

// The whole frame two times, one after the other.
Writer repeated(const Writer& response) {
  Writer both;
  for (int i = 0; i < 2; ++i) {
    size_t done = 0;
    for (const Splice& splice : response.splices()) {
      both.raw(response.bytes().subspan(done, splice.offset - done));
      both.splice(splice.slice);
      done = splice.offset;
    }
    both.raw(response.bytes().subspan(done));
  }
  return both;
}

}  // namespace

Connection::Connection(ConnectionOwner& owner, EventLoop& loop, int fd, ConnectionInfo info,
                       int32_t max_frame_bytes, Recorder* recorder)
    : owner_(owner),
      info_(std::move(info)),
      recorder_(recorder),
      reader_(max_frame_bytes, loop.network()),
      outbox_(loop.network()),
      watch_(loop.watch(fd, *this)),
      last_active_ms_(owner.now_ms()) {}

Connection::~Connection() = default;

void Connection::start() {
  if (recorder_ != nullptr) {
    recorder_->on_connection(info_, owner_.now_ms());
  }
  await_input();
}

void Connection::on_readable() {
  awaiting_input_ = false;
  in_turn_ = true;
  for (int read = 0; read < reads_per_turn && !closed_ && !is_paused(); ++read) {
    const FrameReader::Status status = reader_.read(watch_->fd());
    note_input(status);
    handle_frames();
    note_partial_frame();
    if (status != FrameReader::Status::Full) {
      break;
    }
  }
  finish_turn();
}

void Connection::on_writable() {
  blocked_ = false;
  in_turn_ = true;
  finish_turn();
}

void Connection::note_input(FrameReader::Status status) {
  switch (status) {
    case FrameReader::Status::Full:
    case FrameReader::Status::Some:
      last_active_ms_ = owner_.now_ms();
      break;
    case FrameReader::Status::Empty:
      break;
    case FrameReader::Status::Closed:
      close("");
      break;
    case FrameReader::Status::Failed:
      close(errno == ECONNRESET ? "" : fmt::format("receiving failed: {}", std::strerror(errno)));
      break;
  }
}

void Connection::note_partial_frame() {
  if (!reader_.is_inside_frame()) {
    frame_began_ms_ = INT64_MAX;
  } else if (frame_began_ms_ == INT64_MAX) {
    frame_began_ms_ = owner_.now_ms();
  }
}

void Connection::handle_frames() {
  while (!closed_ && !is_paused()) {
    const std::optional<std::span<uint8_t>> frame = reader_.next();
    if (!frame) {
      break;
    }
    frame_began_ms_ = INT64_MAX;
    const uint64_t sequence = outbox_.open_slot();
    if (recorder_ != nullptr) {
      recorder_->on_request(info_, sequence, *frame, owner_.now_ms());
      if (recorder_->faults() != nullptr && fault_at_request(sequence, *frame)) {
        continue;
      }
    }
    owner_.on_frame(*this, sequence, *frame);
  }
  held_back_ = is_paused();
  if (!closed_ && reader_.refused_length()) {
    close(fmt::format("a request of {} bytes was announced; socket.request.max.bytes allows less",
                      *reader_.refused_length()));
  }
}

// Sends, and goes on with frames that a pause held back.
void Connection::finish_turn() {
  send();
  while (held_back_ && !closed_ && !is_paused()) {
    handle_frames();
    send();
  }
  in_turn_ = false;
  if (!closed_ && !is_paused()) {
    await_input();
  }
}

void Connection::send() {
  if (blocked_) {
    return;
  }
  const size_t queued = outbox_.queued_bytes();
  switch (outbox_.flush(watch_->fd())) {
    case Outbox::Status::Done:
      break;
    case Outbox::Status::Blocked:
      blocked_ = true;
      watch_->await_writable();
      break;
    case Outbox::Status::Failed:
      close(errno == EPIPE || errno == ECONNRESET
                ? ""
                : fmt::format("sending failed: {}", std::strerror(errno)));
      return;
  }
  if (outbox_.queued_bytes() != queued) {
    last_active_ms_ = owner_.now_ms();
  }
}

void Connection::await_input() {
  if (!awaiting_input_) {
    awaiting_input_ = true;
    watch_->await_readable();
  }
}

void Connection::reply(uint64_t sequence, Writer&& response) {
  if (closed_ || !outbox_.is_open(sequence)) {
    CHECK(closed_, "request {} of {} was answered twice", sequence, info_.id);
    return;
  }
  if (recorder_ != nullptr) {
    recorder_->on_response(info_, sequence, response.bytes(), response.splices(), owner_.now_ms());
    if (recorder_->faults() != nullptr && fault_at_response(sequence, response)) {
      return;
    }
  }
  send_delayed(sequence, std::move(response));
}

void Connection::send_delayed(uint64_t sequence, Writer&& response) {
  outbox_.fill(sequence, std::move(response));
  if (!in_turn_ && !answered_later_) {
    answered_later_ = true;
    owner_.on_answered_later(*this);
  }
}

// A lab's planned fault takes the request; true if it is not to be handled.
bool Connection::fault_at_request(uint64_t sequence, std::span<const uint8_t> frame) {
  using Do = FaultHook::AtRequest::Do;
  FaultHook::AtRequest fault = recorder_->faults()->at_request(info_, sequence, frame);
  if (fault.what == Do::Close) {
    close("a planned fault");
  } else if (fault.what == Do::Answer) {
    reply(sequence, std::move(fault.answer));
  }
  return fault.what != Do::Handle;
}

// The same for an answer; true if it is not to be sent now.
bool Connection::fault_at_response(uint64_t sequence, Writer& response) {
  using Do = FaultHook::AtResponse::Do;
  const FaultHook::AtResponse fault =
      recorder_->faults()->at_response(info_, sequence, response.bytes());
  if (fault.what == Do::Close) {
    close("a planned fault");
  } else if (fault.what == Do::Delay) {
    owner_.send_later(*this, sequence, std::move(response), fault.delay_ms);
  } else if (fault.what == Do::SendTwice) {
    response = repeated(response);
    return false;
  }
  return fault.what != Do::Send;
}

void Connection::reply_nothing(uint64_t sequence) {
  if (closed_) {
    return;
  }
  if (recorder_ != nullptr && recorder_->faults() != nullptr &&
      recorder_->faults()->at_no_response(info_, sequence)) {
    close("a planned fault");
    return;
  }
  outbox_.fill_nothing(sequence);
  if (!in_turn_ && !answered_later_) {
    answered_later_ = true;
    owner_.on_answered_later(*this);
  }
}

void Connection::flush() {
  answered_later_ = false;
  if (!closed_ && !in_turn_) {
    in_turn_ = true;
    finish_turn();
  }
}

void Connection::close(std::string_view reason) {
  if (closed_) {
    return;
  }
  closed_ = true;
  if (!reason.empty()) {
    outbox_.flush(watch_->fd());  // as far as it goes: earlier requests were answered
  }
  if (recorder_ != nullptr) {
    recorder_->on_close(info_, owner_.now_ms());
  }
  owner_.on_closed(*this, reason);
}

void Connection::release_buffers() {
  reader_.release();
  outbox_.release();
}

}  // namespace kafka
