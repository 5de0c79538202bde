// The answer to a Metadata request, as a function of the committed metadata.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "broker/core/controller/image.h"
#include "protocol/api/03_metadata.h"

namespace kafka {

// `listener` is the one the client came in on: it is told the addresses of that listener. Fenced
// brokers are not told, but for those that were fenced a moment ago (core/replica/departures.h).
MetadataResponse answer_metadata(
    const MetadataRequest& request, int16_t version, const MetadataImage& image,
    std::string_view listener,
    const std::function<bool(int32_t)>& still_listed = [](int32_t) { return false; });

// Topics of an answer that do not exist and could.
std::vector<std::string> missing_topics(const MetadataResponse& response);

}  // namespace kafka
