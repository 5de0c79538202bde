// The answer to a DescribeTopicPartitions request, as a function of the committed metadata.
#pragma once

#include <cstdint>
#include <string_view>

#include "broker/core/controller/image.h"
#include "protocol/api/75_describe_topic_partitions.h"

namespace kafka {

// `partitions_max` is the broker's own limit; the client's may be lower.
DescribeTopicPartitionsResponse answer_describe_topic_partitions(
    const DescribeTopicPartitionsRequest& request, const MetadataImage& image,
    std::string_view listener, int32_t partitions_max);

}  // namespace kafka
