// Node: one broker and/or controller. It builds and owns every part, and runs on one core thread.
//
// Cores are pure: they return what to persist, what to send and what to answer, and the node does
// it. All members below are called on the core thread only, so no part needs a lock. Time comes
// from now_ms(), read once per event.
//
// Handlers (broker/handlers) see the node through this interface and nothing else.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "broker/core/reply_to.h"
#include "protocol/api_keys.h"
#include "protocol/cluster_records.h"
#include "protocol/error.h"
#include "protocol/frame.h"
#include "protocol/message.h"
#include "protocol/result.h"
#include "protocol/uuid.h"
#include "protocol/wire.h"

namespace kafka {

class BrokerConfig;
class Controller;
class GroupCoordinator;
class MetadataImage;
class Purgatory;
class ReplicaTable;
struct Request;

// Names a timer, so that it can be cancelled; 0 is no timer.
using TimerId = uint64_t;

class Node {
 public:
  virtual ~Node() = default;

  // What it is configured to be: server.properties and --override at first, dynamic broker
  // configurations on top of them as the image brings them.
  virtual const BrokerConfig& config() const = 0;

  // The committed metadata, as applied so far.
  virtual const MetadataImage& image() const = 0;

  // decide_* of the controller; only where is_active_controller().
  virtual Controller& controller() = 0;
  virtual bool is_active_controller() const = 0;

  virtual ReplicaTable& replicas() = 0;
  virtual GroupCoordinator& groups() = 0;
  virtual Purgatory& purgatory() = 0;

  // Milliseconds since 1970, the same value for the whole of one event.
  virtual int64_t now_ms() const = 0;

  // Runs a function on the core thread at a time; never inside this call.
  virtual TimerId run_at(int64_t at_ms, std::function<void()> function) = 0;
  virtual void cancel(TimerId timer) = 0;

  // Appends records to the metadata log as one atomic batch. `done` runs once they are durable,
  // committed and applied to image(), or with the error that prevented it.
  virtual void commit(std::vector<MetadataRecord> records,
                      std::function<void(Result<>)> done) = 0;

  // Answers a request: now or later, exactly once. A reply to a connection that is gone is dropped.
  template <class Response>
  void reply(const ReplyTo& to, const Response& response) {
    Writer writer = begin_reply(to);
    const Result<> encoded = encode(response, to.api_version, writer);
    finish_reply(to, std::move(writer), encoded);
  }

  // Ends the request's place in the queue without bytes (Produce with acks=0).
  virtual void reply_nothing(const ReplyTo& to) = 0;

  // Closes the connection of a request that deserves no answer; the reason is logged.
  virtual void close_connection(const ReplyTo& to, std::string_view reason) = 0;

 protected:
  // A writer that already holds size and response header; and the end of what it wrote. A response
  // that its version cannot say is our mistake: it is logged, and the connection closed.
  virtual Writer begin_reply(const ReplyTo& to) = 0;
  virtual void finish_reply(const ReplyTo& to, Writer&& writer, const Result<>& encoded) = 0;
};

}  // namespace kafka
