// What Apache Kafka does and this broker does not yet. A setting that asks for it and would be
// ignored silently, to the harm of whoever set it, stops the start with one sentence. A row goes
// away when its feature is built.
#include <fmt/format.h>

#include <algorithm>

#include "broker/config/broker_config_checks.h"
#include "broker/config/config_table.h"

namespace kafka {
namespace {

struct Unsupported {
  std::string_view name;
  std::string_view harmless;  // values that ask for nothing, separated by ", "
  std::string_view why;
};

constexpr std::string_view java_class =
    "it names a Java class, and this broker cannot load Java classes";

constexpr Unsupported unsupported_settings[] = {
    {"alter.config.policy.class.name", "", java_class},
    {"authorizer.class.name", "",
     "access control is not supported yet, and without it everybody may do everything"},
    {"client.quota.callback.class", "", java_class},
    {"config.providers", "",
     "references such as ${file:...} would not be resolved; write the values themselves"},
    {"create.topic.policy.class.name", "", java_class},
    {"delegation.token.secret.key", "", "delegation tokens are not supported yet"},
    {"principal.builder.class",
     "org.apache.kafka.common.security.authenticator.DefaultKafkaPrincipalBuilder", java_class},
    {"remote.log.storage.system.enable", "false", "tiered storage is not supported"},
    {"replica.selector.class",
     "org.apache.kafka.common.replica.LeaderSelector, "
     "org.apache.kafka.common.replica.RackAwareReplicaSelector",
     java_class},
    {"security.providers", "", java_class},
    {"ssl.engine.factory.class", "", java_class},
    {"transaction.two.phase.commit.enable", "false",
     "transactions with a foreign coordinator are not supported"},
};

bool is_harmless(const Unsupported& row, std::string_view value) {
  const ConfigDef* def = find_broker_config(row.name);
  if (value.empty() || (def->type == ConfigType::Boolean && !to_bool(value))) {
    return true;
  }
  std::vector<std::string> harmless = split_list(row.harmless);
  return std::ranges::find(harmless, value) != harmless.end();
}

}  // namespace

Result<> check_supported(const BrokerConfig& config) {
  for (const Listener& listener : config.listeners) {
    if (listener.protocol != SecurityProtocol::Plaintext) {
      return fail(ErrorCode::InvalidConfig,
                  fmt::format("Listener {}: the security protocol {} is not supported yet, only "
                              "PLAINTEXT is",
                              listener.name, name(listener.protocol)));
    }
  }
  for (const Unsupported& row : unsupported_settings) {
    const std::string* value = config.layers().find(row.name).value;
    if (value != nullptr && !is_harmless(row, *value)) {
      bool secret = find_broker_config(row.name)->is_sensitive();
      return fail(ErrorCode::InvalidConfig, fmt::format("{}={} is not supported: {}.", row.name,
                                                        secret ? "[hidden]" : *value, row.why));
    }
  }
  return {};
}

}  // namespace kafka
