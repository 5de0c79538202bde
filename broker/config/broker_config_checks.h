// What must hold between the configurations of a node, beyond each value by itself.
#pragma once

#include <string>
#include <vector>

#include "broker/config/broker_config.h"
#include "protocol/result.h"

namespace kafka {

// The rules of Apache Kafka: roles and listeners fit, limits do not contradict each other.
Result<> check_broker_config(const BrokerConfig& config);

// What Apache Kafka does and this broker does not yet, where going on would mislead.
Result<> check_supported(const BrokerConfig& config);

// What is allowed and probably not meant.
std::vector<std::string> broker_config_warnings(const BrokerConfig& config);

}  // namespace kafka
