// The properties of one combined node, for tests to add to.
#pragma once

#include "broker/config/broker_config.h"

namespace kafka {

inline ConfigMap node_properties(ConfigMap more = {}) {
  more.merge(ConfigMap{{"process.roles", "broker,controller"},
                       {"node.id", "1"},
                       {"listeners", "PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093"},
                       {"controller.listener.names", "CONTROLLER"},
                       {"controller.quorum.bootstrap.servers", "localhost:9093"}});
  return more;
}

inline BrokerConfig node_config(ConfigMap more = {}) {
  return parse_broker_config(node_properties(std::move(more))).value().config;
}

// Why the properties are refused; "" when they are not.
inline std::string why_refused(ConfigMap more) {
  Result<ParsedBrokerConfig> parsed = parse_broker_config(node_properties(std::move(more)));
  return parsed ? "" : parsed.error().message;
}

}  // namespace kafka
