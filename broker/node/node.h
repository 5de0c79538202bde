// Node: one broker and/or controller. It builds and owns every part, and runs on one core thread.
//
// Cores are pure: they return what to persist, what to send and what to answer, and the node does
// it. All members below are called on the core thread only, so no part needs a lock. Time comes
// from now_ms(), read once per event.
//
// Handlers (broker/handlers) see the node through this interface and nothing else; the parts
// themselves are listed in node/parts.h.
//
//   node.cc      what handlers ask for        parts.h/.cc  what the node is made of
//   dispatch.cc  from a frame to a handler    startup.cc   from a configuration to a served port
//   shutdown.cc  the way back                 *_driver     run the outputs of one core each
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "broker/core/raft/raft_messages.h"
#include "broker/core/reply_to.h"
#include "broker/handlers/request.h"
#include "protocol/cluster_records.h"
#include "protocol/frame.h"
#include "protocol/message.h"
#include "protocol/result.h"
#include "protocol/wire.h"

namespace kafka {

class BatchValidator;
class BrokerConfig;
class BrokerFailures;
class Controller;
class ControllerCall;
class Departures;
class FetchSessions;
class GroupCoordinator;
class Host;
class Kraft;
class MetadataImage;
class Peers;
class Purgatory;
class Random;
class ReplicaTable;
class Storage;
struct GroupOutput;
struct NodeParts;

// Names a timer, so that it can be cancelled; 0 is no timer.
using TimerId = uint64_t;

class Node {
 public:
  // Everything up to the moment when clients are served, where this node forms the quorum alone;
  // else what can be done without others, and the rest happens in run(). The error is one sentence
  // for whoever started the program.
  static Result<std::unique_ptr<Node>> start(BrokerConfig config);  // on this computer
  static Result<std::unique_ptr<Node>> start(BrokerConfig config, std::unique_ptr<Host> host);
  ~Node();
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  // Serves until a signal (SIGINT, SIGTERM) or stop(), then shuts down cleanly. The result is the
  // exit code of the process.
  int run();
  void stop();  // any thread
  // The end of run(), for whoever runs the host's loop himself; the exit code.
  int shut_down();

  // The port that a listener really has, for one configured with port 0.
  int32_t port_of(std::string_view listener) const;

  // ---- what handlers ask for

  // What it is configured to be: server.properties and --override at first, dynamic broker
  // configurations on top of them as the image brings them.
  const BrokerConfig& config() const;
  // The committed metadata, as applied so far.
  const MetadataImage& image() const;
  // decide_* of the controller; only where is_active_controller().
  Controller& controller();
  bool is_active_controller() const;
  const Kraft& kraft() const;

  ReplicaTable& replicas();
  Storage& storage();
  GroupCoordinator& groups();
  // Appends, answers and re-arms timers as the group coordinator said.
  void run(GroupOutput output);
  Purgatory& purgatory();
  Departures& departures();  // brokers that seem to be gone, or just went
  FetchSessions& fetch_sessions();
  BatchValidator& batch_validator();  // one for all requests: reused, it allocates nothing
  Random& random();

  // Connections to other nodes.
  Peers& peers();

  // Asks the active controller: this node when it is that, else over the network. A controller that
  // is gone, unknown or no longer active is tried again until `timeout_ms` are over; then, or with
  // an error that trying again does not mend, `done` gets the error. It runs on the core thread,
  // exactly once and never inside this call. Errors inside a response are the caller's to read.
  // Defined in node/to_controller.h.
  template <Message Request, Message Response>
  void to_controller(const Request& request, std::function<void(Result<Response>)> done,
                     int64_t timeout_ms = to_controller_timeout_ms,
                     std::string_view channel = "forward");
  static constexpr int64_t to_controller_timeout_ms = 30'000;

  void ask_controller(std::shared_ptr<ControllerCall> call);
  void retry_at_controller(std::shared_ptr<ControllerCall> call, const Error& why);

  // Runs a request that no connection brought, as one that came to the controller listener: of this
  // node itself, or of the client that `from` describes. `done` gets the answer's frame without its
  // size, or nothing if the request deserves no answer; now or later, once.
  using LocalDone = std::function<void(std::span<const uint8_t> answer)>;
  void call_here(std::span<uint8_t> frame, LocalDone done);
  void call_here(ConnectionInfo& from, std::span<uint8_t> frame, LocalDone done);

  // Topics that clients made necessary and the controller was asked for, with who waits
  // (handlers/auto_create.h).
  std::map<std::string, std::vector<std::function<void(Result<>)>>>& topics_on_demand();

  // Milliseconds since 1970, the same value for the whole of one event.
  int64_t now_ms() const;

  // Runs a function on the core thread at a time; never inside this call.
  TimerId run_at(int64_t at_ms, std::function<void()> function);
  void cancel(TimerId timer);

  // Appends records to the metadata log as one atomic batch. `done` runs once they are durable,
  // committed and applied to image(), or with the error that prevented it. Without records it runs
  // when all that was appended before is: at once, if nothing waits.
  void commit(std::vector<MetadataRecord> records, std::function<void(Result<>)> done);
  // The same for kraft.version, which raft writes itself.
  void upgrade_kraft_version(int16_t level, std::function<void(Result<>)> done);

  // Hands a message of the metadata quorum to raft, whose answer goes to `to`.
  void ask_raft(const ReplyTo& to, RaftRequest request);

  // Which brokers this controller heard of, and by which connection.
  BrokerFailures& failures();

  // This broker's id, -1 where there is only a controller.
  int32_t broker_id() const;
  // The epoch of this broker's registration; -1 before that.
  int64_t broker_epoch() const;

  // A producer id that nobody was given before, from this broker's block.
  void allocate_producer_id(std::function<void(Result<int64_t>)> done);

  // ---- answers

  // The body of a request, or nothing: bytes that are no such message close the connection.
  template <class Message>
  std::optional<Message> decode_or_close(const Request& request) {
    Result<Message> message = request.decode<Message>();
    if (!message) {
      close_connection(request.reply_to, message.error().message);
      return std::nullopt;
    }
    return std::move(*message);
  }

  // Answers a request: now or later, exactly once. A reply to a connection that is gone is dropped.
  template <class Response>
  void reply(const ReplyTo& to, const Response& response) {
    Writer writer = begin_reply(to);
    const Result<> encoded = encode(response, to.api_version, writer);
    finish_reply(to, std::move(writer), encoded);
  }

  // The same with an answer that is written already: header and body, without the size.
  void reply_frame(const ReplyTo& to, std::span<const uint8_t> frame);

  // Ends the request's place in the queue without bytes (Produce with acks=0).
  void reply_nothing(const ReplyTo& to);

  // Closes the connection of a request that deserves no answer; the reason is logged.
  void close_connection(const ReplyTo& to, std::string_view reason);

  // Who asked; null when that connection is gone.
  ConnectionInfo* connection(const ReplyTo& to);

 private:
  explicit Node(std::unique_ptr<NodeParts> parts);

  // A writer that already holds size and response header; and the end of what it wrote. A response
  // that its version cannot say is our mistake: it is logged, and the connection closed.
  Writer begin_reply(const ReplyTo& to);
  void finish_reply(const ReplyTo& to, Writer&& writer, const Result<>& encoded);

  std::unique_ptr<NodeParts> parts_;
};

}  // namespace kafka
