#include "broker/io/peer_connection.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "broker/core/check.h"
#include "broker/core/versions.h"
#include "broker/io/peers.h"
#include "broker/node/log_format.h"
#include "broker/node/loggers.h"
#include "protocol/api/18_api_versions.h"

namespace kafka {

namespace {

constexpr int16_t api_versions_version = 4;
constexpr int32_t answers_per_turn = 8;  // then the others get their turn
constexpr int64_t backoff_min_ms = 20;
constexpr int64_t backoff_max_ms = 1000;
constexpr int64_t backoff_share = 8;  // of the time since the address was last reached

}  // namespace

PeerConnection::PeerConnection(Peers& peers, const PeerAddress& address, std::string client_id)
    : peers_(peers), address_(address), client_id_(std::move(client_id)) {}

PeerConnection::~PeerConnection() {
  *alive_ = false;
  peers_.timers_.cancel(retry_timer_);
  for (const std::deque<PeerCall>* calls : {&waiting_, &in_flight_}) {
    for (const PeerCall& call : *calls) {
      peers_.timers_.cancel(call.timer);
    }
  }
}

std::string PeerConnection::shown() const {
  return fmt::format("{}:{} ({})", address_.host, address_.port, address_.channel);
}

// --- calls

void PeerConnection::send(PeerCall call, int64_t timeout_ms) {
  if (waiting_.size() + in_flight_.size() >= calls_max) {
    fail_later(std::move(call), {ErrorCode::NetworkException,
                                 fmt::format("{} calls wait for {} already", calls_max, shown())});
    return;
  }
  call.timer = peers_.timers_.run_at(peers_.now_ms_ + timeout_ms, peers_.now_ms_,
                                     [this, id = call.id] { on_timeout(id); });
  if (state_ == State::Ready) {
    transmit(std::move(call));
    return;
  }
  waiting_.push_back(std::move(call));
  if (state_ == State::Idle) {
    dial();
  }
}

// The version is known now: the highest that both sides speak.
void PeerConnection::transmit(PeerCall call) {
  const auto offered = offered_.find(static_cast<int16_t>(call.key));
  VersionRange common;
  if (offered != offered_.end()) {
    common = {std::max(call.versions.min, offered->second.min),
              std::min(call.versions.max, offered->second.max)};
  }
  if (common.empty()) {
    peers_.timers_.cancel(call.timer);
    fail_later(std::move(call),
               {ErrorCode::UnsupportedVersion,
                fmt::format("{} is not offered by {} in a version that this node speaks",
                            api_info(call.key).name, shown())});
    return;
  }
  enqueue(std::move(call), common.max);
}

void PeerConnection::enqueue(PeerCall call, int16_t version) {
  call.version = version;
  call.correlation_id = ++last_correlation_id_;
  Writer writer = outbox_.take_writer();
  const size_t begin = begin_frame(writer);
  encode_request_header({static_cast<int16_t>(call.key), version, call.correlation_id, client_id_},
                        writer);
  const Result<> encoded = call.encode(version, writer);
  end_frame(writer, begin);
  if (!encoded || !writer.ok()) {
    peers_.timers_.cancel(call.timer);
    fail_later(std::move(call),
               encoded ? Error{ErrorCode::InvalidRequest, writer.error()} : encoded.error());
    return;
  }
  outbox_.fill(outbox_.open_slot(), std::move(writer));
  in_flight_.push_back(std::move(call));
  if (!unsent_) {
    unsent_ = true;
    peers_.unsent_.push_back(this);
  }
}

void PeerConnection::fail_later(PeerCall call, const Error& why) {
  peers_.loop_.post([done = std::move(call.done), why] { done(std::unexpected(why)); });
}

void PeerConnection::on_timeout(uint64_t call_id) {
  const auto by_id = [call_id](const PeerCall& call) { return call.id == call_id; };
  const auto sent = std::ranges::find_if(in_flight_, by_id);
  if (sent != in_flight_.end()) {
    PeerCall call = std::move(*sent);
    in_flight_.erase(sent);
    const std::string why =
        fmt::format("{} did not answer {} in time", shown(), api_info(call.key).name);
    fail_later(std::move(call), {ErrorCode::RequestTimedOut, why});
    close({ErrorCode::NetworkException, why});
    return;
  }
  const auto unsent = std::ranges::find_if(waiting_, by_id);
  CHECK(unsent != waiting_.end(), "call {} timed out and is not there", call_id);
  PeerCall call = std::move(*unsent);
  waiting_.erase(unsent);
  fail_later(std::move(call),
             {ErrorCode::RequestTimedOut, fmt::format("{} could not be reached in time", shown())});
}

// --- connecting

void PeerConnection::dial() {
  if (peers_.now_ms_ < retry_at_ms_) {
    state_ = State::Backoff;
    retry_timer_ = peers_.timers_.run_at(retry_at_ms_, peers_.now_ms_, [this] {
      retry_timer_ = 0;
      state_ = State::Idle;
      dial();
    });
    return;
  }
  if (waiting_.empty()) {  // they timed out meanwhile
    state_ = State::Idle;
    return;
  }
  next_candidate_ = 0;
  if (const std::optional<NetAddress> numeric = Resolver::numeric(address_.host, address_.port)) {
    candidates_ = {*numeric};
    connect_next({});
    return;
  }
  state_ = State::Resolving;
  peers_.resolver_->resolve(address_.host, address_.port,
                            [this, attempt = ++attempts_,
                             alive = alive_](const Result<std::vector<NetAddress>>& addresses) {
                              if (!*alive || attempt != attempts_ || state_ != State::Resolving) {
                                return;
                              }
                              if (!addresses) {
                                lose(addresses.error().message);
                                return;
                              }
                              candidates_ = *addresses;
                              connect_next({});
                            });
}

void PeerConnection::connect_next(std::string_view why_not) {
  std::string why(why_not);
  watch_.reset();
  while (next_candidate_ < candidates_.size()) {
    const std::expected<int, int> fd =
        peers_.loop_.network().start_connect(candidates_[next_candidate_++]);
    if (fd) {
      state_ = State::Connecting;
      watch_ = peers_.loop_.watch(*fd, *this);
      watch_->await_writable();
      return;
    }
    why = std::strerror(fd.error());
  }
  lose(fmt::format("{} cannot be reached: {}", shown(), why));
}

void PeerConnection::on_connected() {
  state_ = State::Handshake;
  reader_ = FrameReader(answer_bytes_max, peers_.loop_.network());
  outbox_ = Outbox(peers_.loop_.network());
  blocked_ = false;
  PeerCall call;
  call.key = ApiKey::ApiVersions;
  call.encode = [](int16_t version, Writer& out) {
    ApiVersionsRequest request;
    request.client_software_name = "kraftlab";
    request.client_software_version = kraftlab_version;
    return kafka::encode(request, version, out);
  };
  call.done = [this](const Result<PeerAnswer>& answer) {
    return !answer.has_value() || on_versions(answer->body);
  };
  call.timer = peers_.timers_.run_at(peers_.now_ms_ + backoff_max_ms * 10, peers_.now_ms_,
                                     [this] { on_timeout(0); });
  enqueue(std::move(call), api_versions_version);
  watch_->await_readable();
}

bool PeerConnection::on_versions(std::span<const uint8_t> body) {
  Reader reader(body);
  const auto response = decode_prefix<ApiVersionsResponse>(reader, api_versions_version);
  if (!response || response->error_code != 0) {
    return false;
  }
  offered_.clear();
  for (const auto& api : response->api_keys) {
    offered_[api.api_key] = {api.min_version, api.max_version};
  }
  state_ = State::Ready;
  failing_since_ms_ = -1;
  retry_at_ms_ = 0;
  std::deque<PeerCall> waiting;
  waiting.swap(waiting_);
  for (PeerCall& call : waiting) {
    transmit(std::move(call));
  }
  return true;
}

// --- the socket

void PeerConnection::on_writable() {
  if (state_ == State::Connecting) {
    const int error = peers_.loop_.network().connect_outcome(watch_->fd());
    if (error != 0) {
      connect_next(std::strerror(error));
    } else {
      on_connected();
    }
    return;
  }
  blocked_ = false;
  flush();
}

void PeerConnection::flush() {
  unsent_ = false;
  if (watch_ == nullptr || blocked_ || state_ < State::Handshake) {
    return;
  }
  switch (outbox_.flush(watch_->fd())) {
    case Outbox::Status::Done:
      break;
    case Outbox::Status::Blocked:
      blocked_ = true;
      watch_->await_writable();
      break;
    case Outbox::Status::Failed:
      lose(fmt::format("sending to {} failed: {}", shown(), std::strerror(errno)));
      break;
  }
}

void PeerConnection::on_readable() {
  for (int32_t turn = 0; turn < answers_per_turn && watch_ != nullptr; ++turn) {
    const FrameReader::Status status = reader_.read(watch_->fd());
    if (status == FrameReader::Status::Closed || status == FrameReader::Status::Failed) {
      lose(status == FrameReader::Status::Closed
               ? fmt::format("{} closed the connection", shown())
               : fmt::format("receiving from {} failed: {}", shown(), std::strerror(errno)));
      return;
    }
    while (watch_ != nullptr) {
      const std::optional<std::span<uint8_t>> frame = reader_.next();
      if (!frame) {
        break;
      }
      on_frame(*frame);
    }
    if (watch_ != nullptr && reader_.refused_length()) {
      lose(fmt::format("{} announced an answer of {} bytes", shown(), *reader_.refused_length()));
      return;
    }
    if (status != FrameReader::Status::Full) {
      break;
    }
  }
  if (watch_ != nullptr) {
    watch_->await_readable();
  }
}

void PeerConnection::on_frame(std::span<const uint8_t> frame) {
  if (in_flight_.empty()) {
    lose(fmt::format("{} answered what nobody asked", shown()));
    return;
  }
  PeerCall call = std::move(in_flight_.front());
  in_flight_.pop_front();
  peers_.timers_.cancel(call.timer);
  const Result<ResponseFrame> parsed = decode_response_frame(frame, call.key, call.version);
  bool readable = parsed && parsed->correlation_id == call.correlation_id;
  if (readable) {
    readable = call.done(PeerAnswer{parsed->body, call.version});
  } else {
    fail_later(std::move(call),
               {ErrorCode::CorruptMessage,
                fmt::format("an answer of {} is not one to the question asked", shown())});
  }
  if (!readable && watch_ != nullptr) {
    lose(fmt::format("an answer of {} to {} v{} cannot be read", shown(), api_info(call.key).name,
                     call.version));
  }
}

// --- the end

// The connection broke, or never came to be.
void PeerConnection::lose(const std::string& why) {
  const bool was_open = state_ == State::Handshake || state_ == State::Ready;
  log_debug(client_logger, "{}", why);
  close({ErrorCode::NetworkException, why});
  if (failing_since_ms_ < 0) {
    failing_since_ms_ = peers_.now_ms_;
  }
  const int64_t share = (peers_.now_ms_ - failing_since_ms_) / backoff_share;
  retry_at_ms_ = peers_.now_ms_ + std::clamp(share, backoff_min_ms, backoff_max_ms);
  if (was_open) {
    peers_.loop_.post([&peers = peers_, alive = alive_, address = address_] {
      if (*alive) {
        for (const auto& callback : peers.on_disconnect_) {
          callback(address);
        }
      }
    });
  }
}

void PeerConnection::close(const Error& why) {
  watch_.reset();
  peers_.timers_.cancel(std::exchange(retry_timer_, 0));
  ++attempts_;
  state_ = State::Idle;
  for (std::deque<PeerCall>* calls : {&in_flight_, &waiting_}) {
    std::deque<PeerCall> ended;
    ended.swap(*calls);
    for (PeerCall& call : ended) {
      peers_.timers_.cancel(call.timer);
      if (call.id != 0) {  // 0 is our own ApiVersions
        fail_later(std::move(call), why);
      }
    }
  }
}

}  // namespace kafka
