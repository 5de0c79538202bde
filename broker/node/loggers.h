// The names under which a node logs: those of the classes of Apache Kafka that log the same things,
// so that a line's place in Kafka's own configuration of loggers and in people's searches stays.
#pragma once

#include <string_view>

namespace kafka {

inline constexpr std::string_view server_logger = "kafka.server.KafkaRaftServer";
inline constexpr std::string_view broker_logger = "kafka.server.BrokerServer";
inline constexpr std::string_view socket_logger = "kafka.network.SocketServer";
inline constexpr std::string_view client_logger = "org.apache.kafka.clients.NetworkClient";
inline constexpr std::string_view heartbeat_logger =
    "org.apache.kafka.controller.BrokerHeartbeatManager";
inline constexpr std::string_view lifecycle_logger = "kafka.server.BrokerLifecycleManager";
inline constexpr std::string_view registration_logger =
    "kafka.server.ControllerRegistrationManager";
inline constexpr std::string_view group_logger =
    "org.apache.kafka.coordinator.group.GroupCoordinatorService";
inline constexpr std::string_view partition_logger = "kafka.cluster.Partition";
inline constexpr std::string_view raft_logger = "org.apache.kafka.raft.KafkaRaftClient";
inline constexpr std::string_view publisher_logger = "kafka.server.BrokerMetadataPublisher";
inline constexpr std::string_view fetcher_logger = "kafka.server.ReplicaFetcherThread";
inline constexpr std::string_view log_manager_logger = "kafka.log.LogManager";

}  // namespace kafka
