// The answer to a DescribeConfigs request, as a function of configuration and metadata.
#pragma once

#include "broker/config/broker_config.h"
#include "broker/core/controller/image.h"
#include "protocol/api/32_describe_configs.h"

namespace kafka {

// `log_level` is that of this process, the only logger there is.
DescribeConfigsResponse answer_describe_configs(const DescribeConfigsRequest& request,
                                                const MetadataImage& image,
                                                const BrokerConfig& config,
                                                std::string_view log_level);

}  // namespace kafka
