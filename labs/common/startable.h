// Whether a solution's `run` can be started at all, asked before a run is made for it.
#pragma once

#include <filesystem>

#include "protocol/result.h"

namespace kraftlab {

using kafka::Result;

// Fails with a sentence that says what is wrong with the file and what mends it.
Result<> is_startable(const std::filesystem::path& run);

}  // namespace kraftlab
