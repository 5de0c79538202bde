// What DescribeConfigs, AlterConfigs and IncrementalAlterConfigs have in common.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker/config/broker_config.h"
#include "broker/core/controller/controller.h"
#include "protocol/result.h"

namespace kafka {

class Node;

inline constexpr std::string_view root_logger = "root";

// INVALID_REQUEST unless the name of a broker resource is this node's id. `what` begins the
// sentence.
Result<> check_own_id(std::string_view name, const BrokerConfig& config, std::string_view what);

// INVALID_REQUEST and the like for what can be said of an alteration without looking at any value:
// unknown kinds of resources, names that cannot be, keys given twice, sets without a value.
Result<> check_alteration(const ConfigAlteration& alteration, const BrokerConfig& config);

// What is wrong with the values for this broker; also for those of all brokers.
Result<> check_broker_alteration(const ConfigAlteration& alteration, const Controller& controller,
                                 const BrokerConfig& config);

// Where a request was received decides who checks what. A broker's listener: resources of brokers
// and loggers must be this broker's own, loggers change here, the rest goes to the active
// controller. A controller's listener: any broker's configurations may change; loggers are not
// there.
enum class AskedAt { Broker, Controller };

// Checks all alterations, has those that are allowed written as one batch, and reports on each, in
// order, once that batch is durable.
void alter_configs(Node& node, AskedAt where, std::vector<ConfigAlteration> alterations,
                   bool validate_only, std::function<void(std::vector<Result<>>)> done);

// The answer to AlterConfigs and IncrementalAlterConfigs alike: one result per resource asked for.
template <class Response, class Request>
Response alteration_response(const Request& request, const std::vector<Result<>>& results) {
  Response response;
  for (size_t i = 0; i < results.size(); ++i) {
    auto& answer = response.responses.emplace_back();
    answer.resource_type = request.resources[i].resource_type;
    answer.resource_name = request.resources[i].resource_name;
    answer.error_message = std::nullopt;
    if (!results[i]) {
      answer.error_code = static_cast<int16_t>(results[i].error().code);
      answer.error_message = results[i].error().message;
    }
  }
  return response;
}

}  // namespace kafka
