#include "labs/proxy/proxy.h"

#include <fmt/format.h>
#include <signal.h>
#include <spdlog/spdlog.h>

#include <chrono>

#include "protocol/api/00_produce.h"
#include "protocol/frame.h"

namespace kraftlab {
namespace {

using kafka::ApiKey;

constexpr int64_t kLastAnswersMaxMs = 2000;

int64_t wall_clock_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// A Produce with acks=0 has no answer.
bool is_answered(const kafka::RequestFrame& request) {
  if (request.header.api_key != static_cast<int16_t>(ApiKey::Produce)) {
    return true;
  }
  kafka::Reader body(request.body);
  const auto produce =
      kafka::decode_prefix<kafka::ProduceRequest>(body, request.header.api_version);
  return !produce || produce->acks != 0;
}

}  // namespace

Proxy::Proxy(BrokerAddress broker, kafka::Recorder* recorder, bool addresses_stay)
    : broker_(std::move(broker)),
      addresses_stay_(addresses_stay),
      now_ms_(wall_clock_ms()),
      timers_([this](int64_t delay_ms) { loop_.set_alarm(delay_ms); }),
      server_(loop_, timers_, now_ms_, *this) {
  loop_.before_event = [this] { now_ms_ = wall_clock_ms(); };
  loop_.after_event = [this] { finish_event(); };
  loop_.on_alarm = [this] { timers_.run_due(now_ms_); };
  server_.set_recorder(recorder);
}

kafka::Result<int32_t> Proxy::listen(const kafka::ListenAddress& own) {
  auto bound = server_.listen(own, false);
  if (bound) {
    if (!addresses_stay_) {
      told_ = Advertised{own.host, *bound};
    }
    server_.start();
  }
  return bound;
}

void Proxy::run() {
  loop_.on_signals({SIGTERM, SIGINT}, [this](int) { begin_to_stop(); });
  loop_.run();
  clients_.clear();
  leaving_.clear();
  ended_.clear();
}

void Proxy::begin_to_stop() {
  now_ms_ = wall_clock_ms();
  server_.stop();
  stopping_ = true;
  call_later(kLastAnswersMaxMs, [this] { loop_.stop(); });
  finish_event();
}

void Proxy::on_request(kafka::ConnectionInfo& connection, uint64_t sequence,
                       std::span<uint8_t> frame) {
  const auto request = kafka::decode_request_frame(frame);
  Client* client = request ? client_of(connection) : nullptr;
  if (client == nullptr) {
    server_.close(connection.id, "no broker behind it, or an unknown request");
    return;
  }
  if (is_answered(*request)) {
    client->asked.push_back(
        {sequence, static_cast<ApiKey>(request->header.api_key), request->header.api_version});
  } else {
    server_.reply_nothing(connection.id, sequence);
  }
  client->upstream->send(frame);
}

void Proxy::on_disconnect(const kafka::ConnectionInfo& connection) {
  const auto found = clients_.find(connection.id);
  if (found == clients_.end()) {
    return;
  }
  if (found->second.asked.empty()) {
    ended_.push_back(std::move(found->second.upstream));
  } else {
    leaving_[connection.id] = std::move(found->second);
  }
  clients_.erase(found);
}

// The client with its connection to the broker; nullptr when the broker is not there.
Proxy::Client* Proxy::client_of(const kafka::ConnectionInfo& connection) {
  const auto found = clients_.find(connection.id);
  if (found != clients_.end()) {
    return &found->second;
  }
  const uint64_t id = connection.id;
  auto upstream = Upstream::connect(
      loop_, broker_.host, broker_.port,
      {.on_answer = [this, id](std::span<uint8_t> frame) { on_answer(id, frame); },
       .on_end = [this, id](std::string_view reason) { drop(id, reason); }});
  if (!upstream) {
    spdlog::error("the broker cannot be reached: {}", upstream.error().message);
    return nullptr;
  }
  Client& client = clients_[id];
  client.upstream = std::move(*upstream);
  return &client;
}

void Proxy::on_answer(uint64_t connection, std::span<uint8_t> frame) {
  if (const auto left = leaving_.find(connection); left != leaving_.end()) {
    left->second.asked.pop_front();
    if (left->second.asked.empty()) {
      drop(connection, "");
    }
    return;
  }
  const auto found = clients_.find(connection);
  if (found == clients_.end() || found->second.asked.empty()) {
    return;
  }
  const Asked asked = found->second.asked.front();
  found->second.asked.pop_front();
  const auto changed = rewrite_answer(asked.key, asked.version, frame, told_);
  if (!changed) {
    spdlog::error("an answer to {} v{} cannot be read: {}", kafka::name(asked.key), asked.version,
                  changed.error().message);
    drop(connection, "an answer that cannot be read");
    return;
  }
  const std::span<const uint8_t> bytes = *changed ? std::span<const uint8_t>(**changed) : frame;
  kafka::Writer answer = server_.take_writer(connection);
  const size_t begin = kafka::begin_frame(answer);
  answer.raw(bytes);
  kafka::end_frame(answer, begin);
  server_.reply(connection, asked.sequence, std::move(answer));
}

void Proxy::drop(uint64_t connection, std::string_view reason) {
  if (const auto left = leaving_.find(connection); left != leaving_.end()) {
    ended_.push_back(std::move(left->second.upstream));
    leaving_.erase(left);
    return;
  }
  const auto found = clients_.find(connection);
  if (found != clients_.end()) {
    ended_.push_back(std::move(found->second.upstream));
    clients_.erase(found);
    server_.close(connection, reason);
  }
}

void Proxy::finish_event() {
  while (server_.finish_event()) {
  }
  ended_.clear();
  if (stopping_ && leaving_.empty()) {
    loop_.stop();
  }
}

}  // namespace kraftlab
