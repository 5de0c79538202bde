// Who sends a membership request, as the group coordinator shows it to others.
#pragma once

#include <string>

#include "broker/core/group/coordinator.h"
#include "broker/handlers/request.h"

namespace kafka {

// "/127.0.0.1", "/0:0:0:0:0:0:0:1": an address as Java prints it, which tools expect.
std::string java_address(const std::string& host);

inline GroupClient group_client(const Request& request) {
  return {request.header.client_id.value_or(""), java_address(request.connection->peer_host)};
}

}  // namespace kafka
