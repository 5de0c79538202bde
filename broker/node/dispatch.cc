// From a frame to a handler: the request header, the registry, the version.
//
// What Apache Kafka 4.3 does with a request that it does not offer, and so do we: ApiVersions in a
// version that is too new gets a v0 answer with error 35 and the list of versions, so that the
// client can come down; anything else closes the connection, because even the place of the error in
// the answer would be a guess.
//
// What only the active controller can decide (`decided_by` in the registry) is passed on to it when
// a client asks a broker that is not that: handlers/58_envelope.cc.
#include <fmt/format.h>

#include <algorithm>

#include "broker/handlers/58_envelope.h"
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
  dispatch(connection, sequence, frame);
}

void NodeParts::call_here(ConnectionInfo& from, std::span<uint8_t> frame, LocalCalls::Done done) {
  from.id = LocalCalls::connection_id;
  dispatch(from, local_calls.open(std::move(done)), frame);
}

void NodeParts::close_connection(const ReplyTo& to, std::string_view reason) {
  if (to.connection_id == LocalCalls::connection_id) {
    local_calls.finish(to.sequence, {});
  } else {
    server.close(to.connection_id, reason);
  }
}

void NodeParts::dispatch(ConnectionInfo& connection, uint64_t sequence, std::span<uint8_t> frame) {
  const Result<RequestFrame> parsed = decode_request_frame(frame);
  if (!parsed) {
    close_connection({connection.id, sequence, 0, 0, 0},
                     fmt::format("no request header: {}", parsed.error().message));
    return;
  }
  Request request;
  request.header = parsed->header;
  request.reply_to = {connection.id, sequence, parsed->header.api_key, parsed->header.api_version,
                      parsed->header.correlation_id};
  request.connection = &connection;
  request.frame = frame;
  request.body = frame.subspan(frame.size() - parsed->body.size());
  request.received_ms = now_ms;
  if (request.header.client_id && *request.header.client_id != connection.client_id) {
    connection.client_id = *request.header.client_id;
  }
  const RegistryRow* row = find_handler(request.header.api_key, connection.is_controller_listener);
  if (row == nullptr) {
    close_connection(request.reply_to, fmt::format("API {} is not offered on listener {}",
                                                   request.header.api_key, connection.listener));
    return;
  }
  const ApiInfo& api = api_info(row->key);
  const VersionRange served = served_versions(api, connection.is_controller_listener);
  if (!served.contains(request.header.api_version) && row->key != ApiKey::ApiVersions) {
    close_connection(request.reply_to,
                     fmt::format("{} v{} is not served; {} to {} are", api.name,
                                 request.header.api_version, served.min, served.max));
    return;
  }
  lost_clients->on_request(request);
  if (row->decided_by == DecidedBy::Controller && !connection.is_controller_listener &&
      !node->is_active_controller()) {
    forward_to_controller(*node, request, row->handler);
    return;
  }
  row->handler(*node, request);
}

void NodeParts::on_disconnect(const ConnectionInfo& connection) {
  purgatory.drop_connection(connection.id);
  failures->on_disconnect(connection);
  lost_clients->on_disconnect(connection);
  departures.on_disconnect(connection.id, metadata.kraft().image(), now_ms);
}

}  // namespace kafka
