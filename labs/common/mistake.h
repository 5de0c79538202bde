// A mistake: a wrong solution that differs from a reference in a few lines, kept as a patch beside
// it.
//
//   labs/NN_name/author/wrong_acks_1.patch
//     Believes that the leader's word is enough.        what is wrong, in a sentence
//     --- reference_cpp/main.cc                         the reference that it is made from
//     +++ wrong_acks_1/main.cc
//     ...
#pragma once

#include <filesystem>

#include "protocol/result.h"

namespace kraftlab {

using kafka::Result;

bool is_mistake(const std::filesystem::path& solution);

// Copies the reference to a folder of the patch's name below `workshop`, as if nothing were there,
// and applies the patch; the folder. Fails with a sentence when there is no such reference, no
// `patch` on the PATH, or the reference has moved on.
Result<std::filesystem::path> make_mistake(const std::filesystem::path& patch,
                                           const std::filesystem::path& workshop);

}  // namespace kraftlab
