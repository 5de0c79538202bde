// History: a run as the broker saw it. Each request stands beside its response, in the order in
// which the broker read the requests. Messages are decoded when a rule asks for them.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "labs/common/run_data.h"
#include "protocol/api_keys.h"
#include "protocol/frame.h"
#include "protocol/message.h"

namespace kraftlab {

struct Exchange {
  uint64_t frame = 0;  // 1, 2, 3 ...: how findings name it
  int64_t time_us = 0;
  uint64_t connection = 0;
  std::string listener;
  std::string peer;
  kafka::RequestHeader header;
  std::string request;                  // body
  bool cut = false;                     // it was long: only its beginning is known, then zeros
  std::optional<std::string> response;  // body, holes filled with zeros behind the batch header
  int64_t response_time_us = 0;
  std::string fault;  // the planned fault that it set off (core/faults.h)
};

// What the grader did to a node: "node 1 killed".
struct Deed {
  int64_t time_us = 0;
  int node = 0;
  std::string text;
  uint64_t after_frame = 0;  // the last that was read before it
};

// What became of a broker's own state: "orders-0: log end 146, high watermark 140" (evidence.h).
struct Event {
  int64_t time_us = 0;
  int node = 0;  // 0: the only one
  std::string text;
  uint64_t after_frame = 0;
};

struct History {
  RunData run;
  std::optional<RunEnd> end;  // none: the run was cut short
  bool full = false;          // the recording reached its limit
  std::vector<Exchange> exchanges;
  std::vector<Deed> deeds;
  std::vector<Event> events;

  // The exchange that set off the n-th planned fault; nullptr when it did not fire.
  const Exchange* fault(size_t n) const;
  // "the answer to frame 118 (Produce) was lost after its append (fired)"; empty if it did not.
  std::string fault_line(size_t n) const;
};

// Reads an evidence file's content. Fails when it is not one, or says nothing of its run.
Result<History> read_history(std::string_view evidence);

// The body of an exchange as a message; an Error when the bytes are not one.
template <class Message>
Result<Message> decode_body(const std::string& body, int16_t version) {
  return kafka::decode<Message>(
      std::span<const uint8_t>(reinterpret_cast<const uint8_t*>(body.data()), body.size()),
      version);
}

// Calls fn(exchange, request, response or nullptr) for each exchange of Request's API key whose
// request can be read, in order. A body that cannot be read is passed over: the broker refused it.
template <class RequestMessage, class ResponseMessage, class Function>
void for_each(const History& history, Function fn) {
  for (const Exchange& exchange : history.exchanges) {
    if (exchange.header.api_key != static_cast<int16_t>(RequestMessage::key)) {
      continue;
    }
    auto request = decode_body<RequestMessage>(exchange.request, exchange.header.api_version);
    if (!request) {
      continue;
    }
    std::optional<ResponseMessage> response;
    if (exchange.response) {
      auto decoded = decode_body<ResponseMessage>(*exchange.response, exchange.header.api_version);
      if (decoded) {
        response = std::move(*decoded);
      }
    }
    fn(exchange, *request, response ? &*response : nullptr);
  }
}

// One line for people: "frame 12  connection 3 (kcat)  Produce v9 -> ...".
std::string describe(const Exchange& exchange);
std::string describe(const Event& event);

// The same exchange with both messages in full, as one line of JSON.
std::string describe_json(const Exchange& exchange);
std::string describe_json(const Deed& deed);
std::string describe_json(const Event& event);

}  // namespace kraftlab
