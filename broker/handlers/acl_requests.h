// What the requests about ACLs have in common: without an authorizer there are none.
#pragma once

#include "broker/config/broker_config.h"
#include "protocol/error.h"
#include "protocol/result.h"

namespace kafka {

inline bool has_authorizer(const BrokerConfig& config) {
  return !config.text("authorizer.class.name").value_or("").empty();
}

}  // namespace kafka
