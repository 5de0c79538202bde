// DescribeCluster: cluster id, controller, and the nodes that can be reached on the listener that
// was asked: brokers on a broker listener, controllers on a controller listener (KIP-700).
//
//   v1  endpoint type: a tool says which of the two it means (KIP-919)
//   v2  fenced brokers on demand (KIP-1073)
#include "protocol/api/60_describe_cluster.h"

#include <fmt/format.h>

#include <algorithm>

#include "broker/core/controller/image.h"
#include "broker/core/controller/kraft.h"
#include "broker/handlers/authorized_operations.h"
#include "broker/node/node.h"

namespace kafka {
namespace {

constexpr int8_t broker_endpoint = 1;
constexpr int8_t controller_endpoint = 2;

// A tool that was pointed at the wrong port is told so.
Result<> check_endpoint_type(const Request& request, int8_t wanted) {
  const bool at_controller = request.connection->is_controller_listener;
  if (wanted != broker_endpoint && wanted != controller_endpoint) {
    return fail(ErrorCode::UnsupportedEndpointType,
                fmt::format("Unsupported endpoint type {}", wanted));
  }
  if (wanted == (at_controller ? controller_endpoint : broker_endpoint)) {
    return {};
  }
  // v0 has no endpoint type and no error code for it.
  return fail(request.version() == 0 ? ErrorCode::InvalidRequest
                                     : ErrorCode::MismatchedEndpointType,
              fmt::format("The request was sent to a {} listener and asks for {}s.",
                          at_controller ? "controller" : "broker",
                          at_controller ? "broker" : "controller"));
}

void add_brokers(const MetadataImage& image, std::string_view listener, bool with_fenced,
                 DescribeClusterResponse& response) {
  for (const auto& [id, broker] : image.brokers()) {
    const Endpoint* endpoint = broker.endpoint(listener);
    if (endpoint != nullptr && (with_fenced || !broker.fenced)) {
      auto& described = response.brokers.emplace_back();
      described.broker_id = id;
      described.host = endpoint->host;
      described.port = endpoint->port;
      described.rack = broker.rack;
      described.is_fenced = broker.fenced;
    }
  }
}

void add_controllers(const MetadataImage& image, std::string_view listener,
                     DescribeClusterResponse& response) {
  for (const auto& [id, controller] : image.controllers()) {
    if (const Endpoint* endpoint = controller.endpoint(listener)) {
      auto& described = response.brokers.emplace_back();
      described.broker_id = id;
      described.host = endpoint->host;
      described.port = endpoint->port;
    }
  }
}

}  // namespace

void handle_describe_cluster(Node& node, Request& request) {
  const auto message = node.decode_or_close<DescribeClusterRequest>(request);
  if (!message) {
    return;
  }
  DescribeClusterResponse response;
  if (auto valid = check_endpoint_type(request, message->endpoint_type); !valid) {
    response.error_code = static_cast<int16_t>(valid.error().code);
    response.error_message = valid.error().message;
    node.reply(request.reply_to, response);
    return;
  }
  const MetadataImage& image = node.image();
  const ConnectionInfo& connection = *request.connection;
  response.endpoint_type = message->endpoint_type;
  response.cluster_id = image.cluster_id();
  if (connection.is_controller_listener) {
    response.controller_id = node.kraft().raft().leader_id();
    add_controllers(image, connection.listener, response);
  } else {
    add_brokers(image, connection.listener, message->include_fenced_brokers, response);
    // Clients of brokers cannot reach a controller: they are told a broker that passes on what they
    // ask, the same one as in Metadata. (Apache Kafka names any one.)
    const auto alive = std::ranges::find_if_not(
        response.brokers, &DescribeClusterResponse::DescribeClusterBroker::is_fenced);
    response.controller_id = alive == response.brokers.end() ? -1 : alive->broker_id;
  }
  if (message->include_cluster_authorized_operations) {
    response.cluster_authorized_operations = cluster_operations;
  }
  node.reply(request.reply_to, response);
}

}  // namespace kafka
