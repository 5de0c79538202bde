#include "broker/node/lost_clients_watch.h"

#include "broker/config/broker_config.h"
#include "broker/core/controller/image.h"
#include "broker/node/log_format.h"
#include "broker/node/node.h"
#include "protocol/api/03_metadata.h"

namespace kafka {

namespace {
constexpr std::string_view lost_clients_logger = "kafka.server.KafkaApis";
}

void LostClientsWatch::on_request(const Request& request) {
  const ConnectionInfo& connection = *request.connection;
  if (connection.id == last_served_ || connection.is_controller_listener) {
    return;
  }
  const auto key = static_cast<ApiKey>(request.header.api_key);
  if (!LostClients::is_greeting(key)) {
    last_served_ = connection.id;
    if (served_.insert(connection.id).second) {
      clients_.on_served(connection.listener, connection.peer_host, connection.client_id);
    }
  } else if (key == ApiKey::Metadata && !served_.contains(connection.id)) {
    on_metadata(request);
  }
}

void LostClientsWatch::on_metadata(const Request& request) {
  const Result<MetadataRequest> asked = request.decode<MetadataRequest>();
  if (!asked) {
    return;  // its handler will say so
  }
  const ConnectionInfo& connection = *request.connection;
  MetadataVisit visit;
  visit.connection_id = connection.id;
  visit.listener = connection.listener;
  visit.peer_host = connection.peer_host;
  visit.client_id = connection.client_id;
  visit.all_topics = !asked->topics;
  visit.names_topics = asked->topics && !asked->topics->empty();
  visit.brokers_told = node_.image().brokers().size();
  clients_.on_metadata(visit, node_.now_ms());
  look();
}

void LostClientsWatch::on_disconnect(const ConnectionInfo& connection) {
  clients_.on_disconnect(connection.id);
  served_.erase(connection.id);
}

void LostClientsWatch::look() {
  for (const LostClient& client : clients_.take_lost(node_.now_ms())) {
    report(client);
  }
  const int64_t next = clients_.next_check_ms();
  if (next < next_look_ms_) {
    next_look_ms_ = next;
    node_.run_at(next, [this] {
      next_look_ms_ = INT64_MAX;
      look();
    });
  }
}

void LostClientsWatch::report(const LostClient& client) const {
  const Listener* advertised = node_.config().advertised(client.listener);
  if (advertised == nullptr) {
    return;
  }
  log_warn(lost_clients_logger,
           "The client \"{}\" at {} asked listener {} for metadata {} and then for nothing else: "
           "it seems that it cannot reach {}, the address it was told. Change {}://{} in "
           "advertised.listeners to an address that can be reached from there; if other clients "
           "need this one, give that client's network a listener of its own (listeners, "
           "advertised.listeners, listener.security.protocol.map).",
           client.client_id, client.peer_host, client.listener,
           client.waits ? std::string("and waits")
                        : fmt::format("on {} connections", client.connections),
           to_string(HostPort{advertised->host, advertised->port}), advertised->name,
           to_string(HostPort{advertised->host, advertised->port}));
}

}  // namespace kafka
