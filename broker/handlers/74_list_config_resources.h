// The answer to a ListConfigResources request, as a function of the committed metadata.
#pragma once

#include <cstdint>

#include "broker/core/controller/image.h"
#include "protocol/api/74_list_config_resources.h"

namespace kafka {

ListConfigResourcesResponse answer_list_config_resources(const ListConfigResourcesRequest& request,
                                                         int16_t version,
                                                         const MetadataImage& image);

}  // namespace kafka
