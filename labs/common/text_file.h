// A whole file as text.
#pragma once

#include <filesystem>
#include <string>

namespace kraftlab {

// Empty when there is no such file.
std::string read_file(const std::filesystem::path& path);

}  // namespace kraftlab
