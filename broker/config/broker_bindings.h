// Which property each plain field of BrokerConfig is read from.
#pragma once

#include <span>

#include "broker/config/binding.h"
#include "broker/config/broker_config.h"

namespace kafka {

std::span<const Binding<BrokerConfig>> broker_bindings();

}  // namespace kafka
