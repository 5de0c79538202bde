// The way back: a signal ends the loop, then the node leaves nothing half done. No client is told
// anything; its connection closes and it looks for another broker.
//
//   leadership away and fenced (metadata log) -> logs flushed, checkpoints -> .kafka_cleanshutdown
#include <csignal>

#include "broker/node/log_format.h"
#include "broker/node/node.h"
#include "broker/node/parts.h"

namespace kafka {

namespace {

constexpr std::string_view server_logger = "kafka.server.KafkaRaftServer";
constexpr std::string_view broker_logger = "kafka.server.BrokerServer";

}  // namespace

int Node::run() {
  NodeParts& parts = *parts_;
  parts.loop.on_signals({SIGINT, SIGTERM}, [&parts](int signal) {
    log_info("org.apache.kafka.common.utils.LoggingSignalHandler",
             "Terminating process due to signal {}", signal == SIGINT ? "SIGINT" : "SIGTERM");
    parts.loop.stop();
  });
  parts.loop.run();
  parts.shut_down();
  return parts.exit_code;
}

void NodeParts::shut_down() {
  read_clock();
  log_info(server_logger, "[KafkaRaftServer nodeId={}] Shutting down", config.node_id);
  server.stop();
  metadata.stop();
  disk.drain();
  if (config.is_broker) {
    log_info(broker_logger, "[BrokerServer id={}] Transition from STARTED to SHUTTING_DOWN",
             config.node_id);
    const int64_t broker_epoch = metadata.kraft().broker_epoch();
    if (const Result<MetadataDelta> left = metadata.kraft().begin_shutdown(now_ms); !left) {
      log_error(broker_logger, "The controlled shutdown failed: {}", left.error().message);
      exit_code = 1;
    }
    if (const Result<> closed = storage.close(broker_epoch, now_ms); !closed) {
      log_error(broker_logger, "The logs were not closed cleanly: {}", closed.error().message);
      exit_code = 1;
    }
  }
  if (const Result<> finished = metadata.kraft().finish_shutdown(now_ms); !finished) {
    log_error(server_logger, "The metadata log was not closed cleanly: {}",
              finished.error().message);
    exit_code = 1;
  }
  if (recorder) {
    recorder->flush();
  }
  log_info(server_logger, "[KafkaRaftServer nodeId={}] shut down completed", config.node_id);
}

}  // namespace kafka
