// Which changes of configurations are allowed, per kind of resource. Topics: topic_config.h.
//
// `values` is the whole set of a resource's own values as it would be after the change.
#pragma once

#include "broker/config/broker_config.h"
#include "protocol/result.h"

namespace kafka {

// INVALID_CONFIG: unknown names, bad values, and limits that the broker sets for groups.
Result<> check_group_configs(const ConfigMap& values, const BrokerConfig& broker);

// INVALID_REQUEST for names and intervals, INVALID_CONFIG for patterns, as in Apache Kafka.
Result<> check_client_metrics_configs(const ConfigMap& values);

// INVALID_REQUEST when a running broker cannot take these values: names that need a restart or
// cannot hold for all brokers at once, bad texts, contradictions between values, thread counts that
// jump too far. `values` takes the place of this broker's dynamic layer, or of the cluster's
// (`cluster_wide`: resource "").
Result<> check_dynamic_configs(const ConfigMap& values, bool cluster_wide,
                               const BrokerConfig& broker);

}  // namespace kafka
