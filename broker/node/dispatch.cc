// From a frame to a handler: the request header, the registry, the version.
//
// What Apache Kafka 4.3 does with a request that it does not offer, and so do we: ApiVersions in a
// version that is too new gets a v0 answer with error 35 and the list of versions, so that the
// client can come down; anything else closes the connection, because even the place of the error in
// the answer would be a guess.
#include <fmt/format.h>

#include <algorithm>

#include "broker/handlers/registry.h"
#include "broker/handlers/request.h"
#include "broker/node/node.h"
#include "broker/node/parts.h"

namespace kafka {

namespace {

// What is offered, cut to what is described: Produce is offered from v0 on and served from v3 on.
VersionRange served_versions(const ApiInfo& api, bool on_controller_listener) {
  const VersionRange& offered = on_controller_listener ? api.on_controller : api.on_broker;
  return {std::max(offered.min, api.described.min), std::min(offered.max, api.described.max)};
}

}  // namespace

void NodeParts::on_request(ConnectionInfo& connection, uint64_t sequence,
                           std::span<uint8_t> frame) {
  const Result<RequestFrame> parsed = decode_request_frame(frame);
  if (!parsed) {
    server.close(connection.id, fmt::format("no request header: {}", parsed.error().message));
    return;
  }
  Request request;
  request.header = parsed->header;
  request.reply_to = {connection.id, sequence, parsed->header.api_key, parsed->header.api_version,
                      parsed->header.correlation_id};
  request.connection = &connection;
  request.body = frame.subspan(frame.size() - parsed->body.size());
  request.received_ms = now_ms;
  if (request.header.client_id && *request.header.client_id != connection.client_id) {
    connection.client_id = *request.header.client_id;
  }
  const RegistryRow* row = find_handler(request.header.api_key, connection.is_controller_listener);
  if (row == nullptr) {
    server.close(connection.id, fmt::format("API {} is not offered on listener {}",
                                            request.header.api_key, connection.listener));
    return;
  }
  const ApiInfo& api = api_info(row->key);
  const VersionRange served = served_versions(api, connection.is_controller_listener);
  if (!served.contains(request.header.api_version) && row->key != ApiKey::ApiVersions) {
    server.close(connection.id, fmt::format("{} v{} is not served; {} to {} are", api.name,
                                            request.header.api_version, served.min, served.max));
    return;
  }
  row->handler(*node, request);
}

void NodeParts::on_disconnect(const ConnectionInfo& connection) {
  purgatory.drop_connection(connection.id);
}

}  // namespace kafka
