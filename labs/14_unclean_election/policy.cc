#include "labs/14_unclean_election/policy.h"

#include <algorithm>

#include "protocol/api/33_alter_configs.h"
#include "protocol/api/44_incremental_alter_configs.h"

namespace kraftlab {

Policy policy_of(const History& history, std::string_view topic) {
  Policy policy;
  for_each<kafka::IncrementalAlterConfigsRequest, kafka::IncrementalAlterConfigsResponse>(
      history, [&](const Exchange& exchange, const kafka::IncrementalAlterConfigsRequest& request,
                   const auto*) {
        for (const auto& resource : request.resources) {
          for (const auto& config : resource.configs) {
            if (resource.resource_name == topic && config.name == kPolicy) {
              policy = {exchange.frame, config.value.value_or("")};
            }
          }
        }
      });
  // The older request replaces all that the topic says.
  for_each<kafka::AlterConfigsRequest, kafka::AlterConfigsResponse>(
      history,
      [&](const Exchange& exchange, const kafka::AlterConfigsRequest& request, const auto*) {
        for (const auto& resource : request.resources) {
          if (resource.resource_name != topic || exchange.frame < policy.frame) {
            continue;
          }
          const auto said = std::ranges::find(resource.configs, kPolicy,
                                              &kafka::AlterConfigsRequest::AlterableConfig::name);
          policy = {exchange.frame, said == resource.configs.end() ? "" : said->value.value_or("")};
        }
      });
  return policy;
}

}  // namespace kraftlab
