// NodeParts: a log directory in which the disk failed (KIP-112, KIP-858).
//
//   a log breaks -> its directory is offline (storage.h) -> the controller hears of it, moves leaders
//                                                           and shrinks ISRs
//                \-> it was the last one, or that of the metadata log -> this process ends
#include <fmt/format.h>

#include "broker/handlers/controller_decision.h"
#include "broker/node/log_format.h"
#include "broker/node/loggers.h"
#include "broker/node/node.h"
#include "broker/node/parts.h"

namespace kafka {

// At the end of an event, before anything else of it is finished.
void NodeParts::look_after_directories() {
  storage.lower_checkpoints();
  const auto failed = storage.take_failed_offline();
  for (const Storage::Directory* directory : failed) {
    log_error(log_manager_logger, "Stopping serving logs in dir {}: {}", directory->files->path(),
              directory->news.failure->message);
    const bool holds_metadata =
        directory->properties.directory_id == storage.metadata_directory_id();
    if (holds_metadata ||
        storage.offline_directory_ids().size() == storage.directories().size()) {
      halt(log_manager_logger,
           fmt::format("Shutdown broker because {} failed. Start it again when the disk is well: "
                       "what was written is checked then",
                       holds_metadata ? "the directory of the metadata log" : "all log dirs have"));
    }
  }
  if (!failed.empty()) {
    tell_offline_directories();
  }
}

// With the next heartbeat, which comes at once. A node that is the whole cluster sends none.
void NodeParts::tell_offline_directories() {
  if (!alone) {
    lifecycle->report_now();
    return;
  }
  BrokerHeartbeatRequest request;
  request.broker_id = config.node_id;
  request.broker_epoch = node->broker_epoch();
  request.offline_log_dirs = storage.offline_directory_ids();
  auto decision = node->controller().decide_heartbeat(request);
  if (!decision) {
    log_error(log_manager_logger, "The partitions of the failed directories stay where they are: {}",
              decision.error().message);
    return;
  }
  commit_batches(*node, std::move(decision->batches), [](const Result<>& committed) {
    if (!committed) {
      log_error(log_manager_logger, "The failed directories could not be written down: {}",
                committed.error().message);
    }
  });
}

}  // namespace kafka
