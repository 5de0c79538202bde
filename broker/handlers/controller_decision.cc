#include "broker/handlers/controller_decision.h"

namespace kafka {

void commit_batches(Node& node, RecordBatches batches, std::function<void(Result<>)> done) {
  if (batches.empty()) {
    node.commit({}, std::move(done));
    return;
  }
  // They are committed in order: when the last one is, all are. When one cannot be appended, this
  // controller has lost its leadership, and the last one says so, too.
  for (size_t i = 0; i + 1 < batches.size(); ++i) {
    node.commit(std::move(batches[i]), [](const Result<>&) {});
  }
  node.commit(std::move(batches.back()), std::move(done));
}

}  // namespace kafka
