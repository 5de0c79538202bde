// Which changes of configurations are allowed, per kind of resource. Topics: topic_config.h.
//
// `values` is the whole set of a resource's own values as it would be after the change.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "broker/config/broker_config.h"
#include "protocol/result.h"

namespace kafka {

// INVALID_CONFIG: unknown names, bad values, and limits that the broker sets for groups.
Result<> check_group_configs(const ConfigMap& values, const BrokerConfig& broker);

// INVALID_REQUEST for names and intervals, INVALID_CONFIG for patterns, as in Apache Kafka.
Result<> check_client_metrics_configs(const ConfigMap& values);

// INVALID_REQUEST when one of the names cannot be changed while the broker runs, or not for all
// brokers at once (`cluster_wide`: resource ""). Setting and deleting alike.
Result<> check_dynamic_names(const std::vector<std::string>& names, bool cluster_wide);

// INVALID_REQUEST when a running broker cannot take these values: bad texts, contradictions between
// them, thread counts that jump too far. `values` replaces the dynamic layer of this broker, or of
// all (`cluster_wide`).
Result<> check_dynamic_values(const ConfigMap& values, bool cluster_wide,
                              const BrokerConfig& broker);

}  // namespace kafka
