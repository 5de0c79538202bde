#include "labs/common/history.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "broker/core/evidence.h"
#include "protocol/inspect.h"

namespace kraftlab {
namespace {

namespace evidence = kafka::evidence;

std::span<const uint8_t> as_bytes(const std::string& text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

std::string as_text(std::span<const uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Turns entries into exchanges; knows where each connection's open requests wait.
class Assembler {
 public:
  explicit Assembler(History& history) : history_(history) {}

  void connection(const evidence::Entry& entry) { connections_[entry.connection] = &entry; }

  void request(const evidence::Entry& entry) {
    const std::string whole = evidence::fill_holes(entry);
    auto frame = kafka::decode_request_frame(as_bytes(whole));
    if (!frame) {
      return;  // the broker could not read it either, and closed the connection
    }
    Exchange exchange;
    exchange.frame = ++frames_;
    exchange.time_us = entry.time_us;
    exchange.connection = entry.connection;
    exchange.header = frame->header;
    exchange.request = as_text(frame->body);
    exchange.cut = entry.type == evidence::Type::CutRequest;
    if (auto found = connections_.find(entry.connection); found != connections_.end()) {
      exchange.listener = found->second->text;
      exchange.peer = found->second->peer;
    }
    open_[{entry.connection, entry.sequence}] = history_.exchanges.size();
    history_.exchanges.push_back(std::move(exchange));
  }

  void response(const evidence::Entry& entry) {
    auto found = open_.find({entry.connection, entry.sequence});
    if (found == open_.end()) {
      return;
    }
    Exchange& exchange = history_.exchanges[found->second];
    const std::string whole = evidence::fill_holes(entry);
    auto frame = kafka::decode_response_frame(as_bytes(whole),
                                              static_cast<kafka::ApiKey>(exchange.header.api_key),
                                              exchange.header.api_version);
    if (frame) {
      exchange.response = as_text(frame->body);
      exchange.response_time_us = entry.time_us;
    }
    open_.erase(found);
  }

  void fault(const evidence::Entry& entry) {
    if (auto found = open_.find({entry.connection, entry.sequence}); found != open_.end()) {
      history_.exchanges[found->second].fault = entry.text;
    }
  }

 private:
  History& history_;
  uint64_t frames_ = 0;
  std::map<uint64_t, const evidence::Entry*> connections_;
  std::map<std::pair<uint64_t, uint64_t>, size_t> open_;
};

Result<> take(const evidence::Entry& entry, Assembler& assembler, History& history,
              bool& described) {
  switch (entry.type) {
    case evidence::Type::Run: {
      auto run = parse_run_data(entry.text);
      if (!run) {
        return std::unexpected(run.error());
      }
      history.run = std::move(*run);
      described = true;
      break;
    }
    case evidence::Type::End: {
      auto end = parse_run_end(entry.text);
      if (!end) {
        return std::unexpected(end.error());
      }
      history.end = *end;
      break;
    }
    case evidence::Type::Connection:
      assembler.connection(entry);
      break;
    case evidence::Type::Request:
    case evidence::Type::CutRequest:
      assembler.request(entry);
      break;
    case evidence::Type::Response:
      assembler.response(entry);
      break;
    case evidence::Type::Fault:
      assembler.fault(entry);
      break;
    case evidence::Type::Disconnection:
      break;
    case evidence::Type::Deed:
      history.deeds.push_back({entry.time_us, static_cast<int>(entry.connection), entry.text,
                               history.exchanges.size()});
      break;
    case evidence::Type::Event:
      history.events.push_back({entry.time_us, evidence::node_of(entry.connection), entry.text,
                                history.exchanges.size()});
      break;
    case evidence::Type::Full:
      history.full = true;
      break;
  }
  return {};
}

std::string body_of(const Exchange& exchange, kafka::Direction direction,
                    kafka::Notation notation) {
  const std::string& body =
      direction == kafka::Direction::Request ? exchange.request : *exchange.response;
  return kafka::inspect(exchange.header.api_key, exchange.header.api_version, direction, notation,
                        as_bytes(body));
}

// Names of groups may hold any bytes.
std::string json_line(const char* kind, const std::string& text, int64_t time_us, int node) {
  const nlohmann::ordered_json line = {{kind, text}, {"time_us", time_us}, {"node", node}};
  return line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string quoted(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

// "connection 7"; in a run on several nodes "node 2, connection 7", and which of its starts it was
// (evidence.h: node_connection).
std::string shown_connection(uint64_t connection) {
  const int node = evidence::node_of(connection);
  if (node == 0) {
    return fmt::format("connection {}", connection);
  }
  const auto start = connection >> 40 & 0xff;
  return fmt::format("node {}{}, connection {}", node,
                     start > 1 ? fmt::format(" (start {})", start) : "",
                     connection & 0xff'ffff'ffff);
}

}  // namespace

const Exchange* History::fault(size_t n) const {
  for (const Exchange& exchange : exchanges) {
    if (n < run.faults.size() && exchange.fault == run.faults[n]) {
      return &exchange;
    }
  }
  return nullptr;
}

std::string History::fault_line(size_t n) const {
  const Exchange* exchange = fault(n);
  if (exchange == nullptr) {
    return {};
  }
  const std::string api(kafka::name(static_cast<kafka::ApiKey>(exchange->header.api_key)));
  const std::string& plan = exchange->fault;
  const std::string what = plan.substr(0, plan.find(' '));
  const std::string frame = fmt::format("frame {} ({})", exchange->frame, api);
  if (what == "lose") {
    return fmt::format("the answer to {} was lost after the broker had done it (fired)", frame);
  }
  if (what == "error") {
    const size_t begin = plan.find(' ') + 1;
    return fmt::format("{} was not done and answered with {} (fired)", frame,
                       plan.substr(begin, plan.find(' ', begin) - begin));
  }
  if (what == "mute") {
    return fmt::format("the program was killed when {} was done and not yet answered (fired)",
                       frame);
  }
  if (what == "stall") {
    return fmt::format("the program was killed when {} was sent and not yet done (fired)", frame);
  }
  if (const size_t then = plan.find(" then "); what == "mark" && then != std::string::npos) {
    return fmt::format("{} came: {} (fired)", frame, plan.substr(then + 6));
  }
  return fmt::format("{}: {} (fired)", frame, plan);
}

Result<History> read_history(std::string_view evidence_file) {
  auto entries = evidence::read_all(evidence_file);
  if (!entries) {
    return std::unexpected(entries.error());
  }
  History history;
  Assembler assembler(history);
  bool described = false;
  for (const evidence::Entry& entry : *entries) {
    if (auto taken = take(entry, assembler, history, described); !taken) {
      return std::unexpected(taken.error());
    }
  }
  if (!described) {
    return kafka::fail(kafka::ErrorCode::InvalidRequest,
                       "the evidence does not say which run it is of");
  }
  return history;
}

std::string describe(const Exchange& exchange) {
  using enum kafka::Direction;
  const auto key = static_cast<kafka::ApiKey>(exchange.header.api_key);
  std::string line =
      fmt::format("frame {:<4} {} ({}, {})  {} v{}\n      asks    {}\n", exchange.frame,
                  shown_connection(exchange.connection), exchange.peer,
                  exchange.header.client_id.value_or("no client id"), kafka::name(key),
                  exchange.header.api_version, body_of(exchange, Request, kafka::Notation::Text));
  if (!exchange.fault.empty()) {
    line += fmt::format("      fault   {}\n", exchange.fault);
  }
  line += exchange.response
              ? fmt::format("      gets    {}", body_of(exchange, Response, kafka::Notation::Text))
              : "      gets    no answer";
  return line;
}

std::string describe(const Event& event) {
  const std::string where = event.node > 0 ? fmt::format("node {}  ", event.node) : "";
  return fmt::format("        now  {}{}", where, event.text);
}

std::string describe_json(const Deed& deed) {
  return json_line("deed", deed.text, deed.time_us, deed.node);
}

std::string describe_json(const Event& event) {
  return json_line("event", event.text, event.time_us, event.node);
}

std::string describe_json(const Exchange& exchange) {
  using enum kafka::Direction;
  const auto key = static_cast<kafka::ApiKey>(exchange.header.api_key);
  return fmt::format(
      R"({{"frame":{},"time_us":{},"connection":{},"listener":{},"peer":{},"api":"{}",)"
      R"("version":{},"correlation_id":{},"request":{},"response_time_us":{},"response":{},)"
      R"("fault":{}}})",
      exchange.frame, exchange.time_us, exchange.connection, quoted(exchange.listener),
      quoted(exchange.peer),
      kafka::name(key), exchange.header.api_version, exchange.header.correlation_id,
      body_of(exchange, Request, kafka::Notation::Json), exchange.response_time_us,
      exchange.response ? body_of(exchange, Response, kafka::Notation::Json) : "null",
      quoted(exchange.fault));
}

}  // namespace kraftlab
