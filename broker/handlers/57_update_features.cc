// UpdateFeatures: raises (or, where that loses nothing, lowers) the feature levels of the cluster
// (KIP-584), all that are asked for or none.
//
//   v1  upgrade type instead of "allow downgrade", validate only (KIP-778)
//   v2  no result per feature: they succeed and fail together (KIP-1022)
#include "protocol/api/57_update_features.h"

#include "broker/handlers/controller_decision.h"

namespace kafka {

void handle_update_features(Node& node, Request& request) {
  const auto message = node.decode_or_close<UpdateFeaturesRequest>(request);
  if (!message || !decides_here<UpdateFeaturesResponse>(node, request)) {
    return;
  }
  reply_when_committed(node, request.reply_to,
                       node.controller().decide_update_features(*message, request.version()));
}

}  // namespace kafka
