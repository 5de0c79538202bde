// The way back: a signal, then the node leaves nothing half done. No client is told anything; its
// connection closes and it looks for another broker.
//
//   alone:   leadership away and fenced (metadata log) -> logs flushed, checkpoints -> marker
//   cluster: ask the controller to move leaderships away, serve on meanwhile  (broker_lifecycle.h)
//            -> hand over the metadata quorum -> the same
//
// What is waited for has a bound: a cluster that does not answer is left without its consent. A
// second signal ends all waiting.
#include <csignal>
#include <utility>

#include "broker/node/log_format.h"
#include "broker/node/loggers.h"
#include "broker/node/node.h"
#include "broker/node/parts.h"

namespace kafka {

namespace {

constexpr int64_t hand_over_ms = 300;      // what a successor may take to be elected
constexpr int64_t hand_over_look_ms = 10;  // between two looks whether it was

}  // namespace

int Node::run() {
  NodeParts& parts = *parts_;
  parts.loop.on_signals({SIGINT, SIGTERM}, [&parts](int signal) {
    log_info("org.apache.kafka.common.utils.LoggingSignalHandler",
             "Terminating process due to signal {}", signal == SIGINT ? "SIGINT" : "SIGTERM");
    parts.begin_stop();
  });
  parts.loop.run();
  return shut_down();
}

int Node::shut_down() {
  parts_->shut_down();
  return parts_->exit_code;
}

void NodeParts::begin_stop() {
  if (std::exchange(stopping, true)) {
    loop.stop();
    return;
  }
  log_info(server_logger, "[KafkaRaftServer nodeId={}] Shutting down", config.node_id);
  if (alone) {
    loop.stop();
  } else if (config.is_broker && config.controlled_shutdown_enable) {
    lifecycle->begin_shutdown();  // then leave_quorum()
  } else {
    leave_quorum(now_ms);
  }
}

// A leader of the metadata quorum hands over to its best follower; the others of the quorum may
// need this node's vote until a successor is there.
void NodeParts::leave_quorum(int64_t began_ms) {
  if (!config.is_controller || metadata.kraft().is_only_voter()) {
    loop.stop();
    return;
  }
  if (began_ms == now_ms) {
    metadata.resign();
  }
  if (metadata.kraft().handed_over() || now_ms - began_ms >= hand_over_ms) {
    loop.stop();
    return;
  }
  timers.run_at(now_ms + hand_over_look_ms, now_ms, [this, began_ms] { leave_quorum(began_ms); });
}

void NodeParts::shut_down() {
  read_clock();
  server.stop();
  if (fetchers) {
    fetchers->stop();
    isr->stop();
    directories->stop();
  }
  metadata.stop();
  peers.stop();
  disk.drain();
  if (logs_open) {
    close_broker();
  }
  const Result<> closed =
      alone ? metadata.kraft().finish_shutdown(now_ms) : metadata.kraft().close(now_ms);
  if (!closed) {
    log_error(server_logger, "The metadata log was not closed cleanly: {}", closed.error().message);
    exit_code = 1;
  }
  if (recorder) {
    recorder->flush();
  }
  log_info(server_logger, "[KafkaRaftServer nodeId={}] shut down completed", config.node_id);
}

void NodeParts::close_broker() {
  log_info(broker_logger, "[BrokerServer id={}] Transition from STARTED to SHUTTING_DOWN",
           config.node_id);
  if (alone) {
    if (const Result<> left = metadata.kraft().begin_shutdown(now_ms); !left) {
      log_error(broker_logger, "The controlled shutdown failed: {}", left.error().message);
      exit_code = 1;
    }
  }
  if (const Result<> closed = storage.close(node->broker_epoch(), now_ms); !closed) {
    log_error(broker_logger, "The logs were not closed cleanly: {}", closed.error().message);
    exit_code = 1;
  }
}

}  // namespace kafka
