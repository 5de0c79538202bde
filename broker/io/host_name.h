// The name under which other machines are told to dial this one, when a listener is advertised
// without a host: what the system's resolver calls the address of its host name, as in Apache
// Kafka. Often that is not what clients can reach; advertised.listeners says it better.
#pragma once

#include <string>

namespace kafka {

// "localhost" when the machine has no name that resolves.
std::string canonical_host_name();

}  // namespace kafka
