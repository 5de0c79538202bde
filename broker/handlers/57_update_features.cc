// UpdateFeatures: raises (or, where that loses nothing, lowers) the feature levels of the cluster
// (KIP-584), all that are asked for or none.
//
//   v1  upgrade type instead of "allow downgrade", validate only (KIP-778)
//   v2  no result per feature: they succeed and fail together (KIP-1022)
//
// kraft.version is raft's: it is written as control records, after the others are committed.
#include "protocol/api/57_update_features.h"

#include <algorithm>

#include "broker/core/controller/features.h"
#include "broker/handlers/controller_decision.h"

namespace kafka {

void handle_update_features(Node& node, Request& request) {
  const auto message = node.decode_or_close<UpdateFeaturesRequest>(request);
  if (!message || !decides_here<UpdateFeaturesResponse>(node, request)) {
    return;
  }
  auto decision = node.controller().decide_update_features(*message, request.version());
  const auto& updates = message->feature_updates;
  const auto kraft = std::ranges::find_if(
      updates, [](const auto& update) { return update.feature == kraft_version_feature; });
  if (kraft == updates.end() || message->validate_only || decision.reply.error_code != 0) {
    reply_when_committed(node, request.reply_to, std::move(decision));
    return;
  }
  const int16_t level = kraft->max_version_level;
  node.commit(std::move(decision.records), [&node, level, to = request.reply_to,
                                            reply = std::move(decision.reply)](Result<> others) {
    if (!others) {
      node.reply(to, failed_response<UpdateFeaturesResponse>(others.error()));
      return;
    }
    node.upgrade_kraft_version(level, [&node, to, reply](const Result<>& written) {
      node.reply(to, written ? reply : failed_response<UpdateFeaturesResponse>(written.error()));
    });
  });
}

}  // namespace kafka
