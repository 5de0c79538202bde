// The image as records, in the order of a snapshot: applied to an empty image they give it again.
//
//   FeatureLevel (metadata.version first, it says how to read the rest), RegisterBroker,
//   RegisterController, Topic with its Partitions, Config, ClientQuota, ProducerIds, access control,
//   SCRAM credentials, delegation tokens
#pragma once

#include <vector>

#include "broker/core/controller/image.h"
#include "protocol/cluster_records.h"

namespace kafka {

std::vector<MetadataRecord> image_records(const MetadataImage& image);

}  // namespace kafka
