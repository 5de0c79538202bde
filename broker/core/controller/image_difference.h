// The difference between two images, for a node whose image jumps: it fetched a snapshot instead of
// the records that lie between.
#pragma once

#include "broker/core/controller/image.h"

namespace kafka {

// Adds what differs to what `delta` holds already.
void add_difference(const MetadataImage& from, const MetadataImage& to, MetadataDelta& delta);

}  // namespace kafka
