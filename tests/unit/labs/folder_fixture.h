// A test with a folder of its own, which is gone after it.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace kraftlab {

class FolderTest : public testing::Test {
 protected:
  FolderTest() {
    std::string name = std::filesystem::temp_directory_path() / "lab-test-XXXXXX";
    folder_ = mkdtemp(name.data());
  }
  ~FolderTest() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
    return folder_ / name;
  }

  std::filesystem::path folder_;
};

}  // namespace kraftlab
