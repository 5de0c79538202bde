// What a process is, where it listens, and how it treats connections and topics.
#include "broker/config/tables/rows.h"

namespace kafka {

using enum ConfigType;
using enum ConfigScope;

constexpr ConfigDef server_rows_table[] = {
    {"process.roles", List, no_value, filled_list_of("broker, controller"), ReadOnly,
     "What this process is: broker serves clients, controller takes part in the metadata quorum, "
     "and broker,controller does both in one process."},
    {"node.id", Int, no_value, at_least(0), ReadOnly,
     "The number of this node, unique in the cluster. It names the node in the metadata and must "
     "match meta.properties in every log directory."},
    {"broker.id", Int, "-1", any_value(), ReadOnly,
     "The older name of node.id. When both are set they must agree."},
    {"broker.rack", String, no_value, any_value(), ReadOnly,
     "The rack, or availability zone, this broker stands in. Replicas of a partition are spread "
     "over racks when every broker has one."},
    {"listeners", List, "PLAINTEXT://:9092", filled_list_of(), PerBroker,
     "The sockets to listen on, as NAME://host:port. An empty host means every address; a name "
     "that is not a security protocol needs an entry in listener.security.protocol.map."},
    {"advertised.listeners", List, no_value, filled_list_of(), ReadOnly,
     "The addresses that clients and other brokers are told to dial, one per listener. They must "
     "be reachable from where the clients stand; unset, they are those of listeners."},
    {"listener.security.protocol.map", String,
     "SASL_SSL:SASL_SSL,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT", any_value(),
     PerBroker,
     "Which security protocol each listener name speaks, as NAME:PROTOCOL pairs. Controller "
     "listeners that are missing here speak PLAINTEXT as long as no other protocol is in use."},
    {"controller.listener.names", List, no_value, filled_list_of(), ReadOnly,
     "The names of the listeners that controllers serve. A broker dials controllers with the "
     "security protocol of the first one."},
    {"inter.broker.listener.name", String, no_value, any_value(), ReadOnly,
     "The listener that brokers use to talk to each other. Unset, it is the listener named like "
     "security.inter.broker.protocol."},
    {"early.start.listeners", List, no_value, list_of(), ReadOnly,
     "Listeners that may accept connections before authorization is ready. Unset, these are the "
     "controller listeners."},
    {"socket.send.buffer.bytes", Int, "102400", any_value(), ReadOnly,
     "The size of the kernel's send buffer of a client connection. -1 leaves it to the operating "
     "system."},
    {"socket.receive.buffer.bytes", Int, "102400", any_value(), ReadOnly,
     "The size of the kernel's receive buffer of a client connection. -1 leaves it to the "
     "operating system."},
    {"socket.request.max.bytes", Int, "104857600", at_least(1), ReadOnly,
     "The largest request that is accepted. A connection that announces a larger one is closed "
     "before anything is allocated for it."},
    {"socket.listen.backlog.size", Int, "50", at_least(1), ReadOnly,
     "How many connections may wait to be accepted. The operating system may lower it, on Linux to "
     "net.core.somaxconn."},
    {"socket.connection.setup.timeout.ms", Long, "10000", any_value(), ReadOnly,
     "How long this node waits for its own outgoing connections to be established, at the first "
     "attempt."},
    {"socket.connection.setup.timeout.max.ms", Long, "30000", any_value(), ReadOnly,
     "The upper bound of the wait for an outgoing connection, which doubles with each failed "
     "attempt in a row."},
    {"connections.max.idle.ms", Long, "600000", any_value(), ReadOnly,
     "A connection on which nothing has arrived for this long is closed."},
    {"connections.max.reauth.ms", Long, "0", any_value(), ReadOnly,
     "After this long a client that authenticated by SASL must do so again or lose its connection. "
     "0 never asks again."},
    {"connection.failed.authentication.delay.ms", Int, "100", at_least(0), ReadOnly,
     "How long the closing of a connection is put off after failed authentication, which slows "
     "down guessing."},
    {"max.connections", Int, "2147483647", at_least(0), ClusterWide,
     "How many connections this broker accepts at a time. Further ones wait, except on the "
     "listener between brokers."},
    {"max.connections.per.ip", Int, "2147483647", at_least(0), ClusterWide,
     "How many connections one address may hold at a time. Further ones are closed."},
    {"max.connections.per.ip.overrides", String, "", any_value(), ClusterWide,
     "Exceptions to max.connections.per.ip, as address:count pairs separated by commas."},
    {"max.connection.creation.rate", Int, "2147483647", at_least(0), ClusterWide,
     "How many new connections per second this broker accepts. What exceeds it waits."},
    {"queued.max.requests", Int, "500", at_least(1), ReadOnly,
     "How many requests may wait to be handled before no more are read from the sockets."},
    {"queued.max.request.bytes", Long, "-1", any_value(), ReadOnly,
     "How many bytes of requests may wait to be handled before no more are read from the sockets. "
     "-1 sets no limit."},
    {"num.network.threads", Int, "3", at_least(1), ClusterWide,
     "How many threads Apache Kafka reads and writes sockets with, per listener. This broker does "
     "that work on its one core thread."},
    {"num.io.threads", Int, "8", at_least(1), ClusterWide,
     "How many threads Apache Kafka handles requests with. This broker handles them on its one "
     "core thread."},
    {"background.threads", Int, "10", at_least(1), ClusterWide,
     "How many threads Apache Kafka runs its periodic chores with. This broker runs them from one "
     "timer heap."},
    {"request.timeout.ms", Int, "30000", any_value(), ReadOnly,
     "How long this node waits for the answer to a request of its own before it sends it again or "
     "gives up."},
    {"config.providers", List, "", list_of(), ClusterWide,
     "Names of plugins that fetch parts of the configuration from elsewhere. They are Java "
     "classes, which this broker cannot load."},
    {"server.max.startup.time.ms", Long, "9223372036854775807", at_least(0), ReadOnly,
     "How long a start may take before it is called a failure. For tests.", internal_row},
    {"unstable.api.versions.enable", Boolean, "false", any_value(), ReadOnly,
     "Offer versions of requests that are still in development.", internal_row},
    {"unstable.feature.versions.enable", Boolean, "false", any_value(), ReadOnly,
     "Allow levels of features that are still in development.", internal_row},
    {"controlled.shutdown.enable", Boolean, "true", any_value(), ReadOnly,
     "When stopped, hand leadership to other brokers first, so that clients see no error."},
    {"delete.topic.enable", Boolean, "true", any_value(), ReadOnly,
     "Whether topics may be deleted. If not, every attempt is refused."},
    {"auto.create.topics.enable", Boolean, "true", any_value(), ReadOnly,
     "Whether a topic that a client asks for, and that does not exist, is created with the default "
     "number of partitions."},
    {"num.partitions", Int, "1", at_least(1), ReadOnly,
     "How many partitions a topic gets when whoever creates it does not say."},
    {"default.replication.factor", Int, "1", any_value(), ReadOnly,
     "How many replicas a partition gets when whoever creates the topic does not say."},
    {"create.topic.policy.class.name", Class, no_value, any_value(), ReadOnly,
     "A Java class that may refuse the creation of topics. This broker cannot load Java classes."},
    {"alter.config.policy.class.name", Class, no_value, any_value(), ReadOnly,
     "A Java class that may refuse changes of configurations. This broker cannot load Java "
     "classes."},
    {"max.request.partition.size.limit", Int, "2000", at_least(1), ReadOnly,
     "The most partitions that one answer describes; the client asks for the rest with a cursor."},
    {"telemetry.max.bytes", Int, "1048576", at_least(1), ReadOnly,
     "The largest package of metrics that a client may push, as it travels."},
    // Ours, not Apache Kafka's.
    {"kraftlab.evidence.path", String, no_value, any_value(), ReadOnly,
     "A file that every request and response is recorded in, for the grading of labs. Unset, "
     "nothing is recorded.",
     internal_row},
    {"kraftlab.faults", String, no_value, any_value(), ReadOnly,
     "Faults that this broker is to show to its clients in the run of a lab, as core/faults.h "
     "describes them. They need kraftlab.evidence.path, where each says that it fired.",
     internal_row},
};

std::span<const ConfigDef> server_rows() {
  return server_rows_table;
}

}  // namespace kafka
