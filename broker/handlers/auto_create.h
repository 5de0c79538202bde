// Topics that come into being because a client asked for them: by name in Metadata, or a
// coordinator's own topic in FindCoordinator.
#pragma once

#include <functional>
#include <string>

#include "broker/config/broker_config.h"
#include "protocol/api/19_create_topics.h"
#include "protocol/result.h"

namespace kafka {

class Node;

// Asks the active controller for the topic with what the broker's configuration says about it:
// partitions, replicas and configurations of its own for __consumer_offsets, __transaction_state and
// __share_group_state, the defaults for any other. `done` runs when the topic is committed, or with
// the reason why it will not be; a topic that is there is not an error. Where the controller is
// another node, the topic may come to this one's image a moment later. Who asks for a topic that is
// asked for already waits for the same answer.
void auto_create_topic(Node& node, const std::string& name,
                       std::function<void(Result<>)> done = {});

// The topic as it is asked of the controller.
CreateTopicsRequest::CreatableTopic auto_created_topic(const std::string& name,
                                                       const BrokerConfig& config);

}  // namespace kafka
