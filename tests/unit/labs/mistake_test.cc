#include "labs/common/mistake.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <fstream>
#include <sstream>

namespace kraftlab {
namespace {

namespace fs = std::filesystem;

class MistakeTest : public testing::Test {
 protected:
  MistakeTest() {
    char name[] = "/tmp/mistake-test-XXXXXX";
    folder_ = mkdtemp(name);
    fs::create_directories(folder_ / "author" / "reference");
    write("author/reference/main.py", "one\ntwo\nthree\n");
    write("author/reference/run", "#!/bin/sh\n");
  }
  ~MistakeTest() override { fs::remove_all(folder_); }

  fs::path write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
    return folder_ / name;
  }
  fs::path write_patch(const std::string& reference, const std::string& old_line) const {
    return write("author/wrong_two.patch", "Believes in two.\n\n--- " + reference +
                                               "/main.py\n+++ wrong_two/main.py\n"
                                               "@@ -1,3 +1,3 @@\n one\n-" +
                                               old_line + "\n+2\n three\n");
  }
  static std::string text_of(const fs::path& file) {
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
  }

  fs::path folder_;
};

TEST_F(MistakeTest, IsItsReferenceWithAFewOtherLines) {
  const fs::path patch = write_patch("reference", "two");
  for (int time = 0; time < 2; ++time) {  // over what the last time left
    const auto made = make_mistake(patch, folder_ / "made");
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(*made, folder_ / "made" / "wrong_two");
    EXPECT_EQ(text_of(*made / "main.py"), "one\n2\nthree\n");
    EXPECT_TRUE(fs::exists(*made / "run"));
  }
  EXPECT_EQ(text_of(folder_ / "author/reference/main.py"), "one\ntwo\nthree\n");
}

TEST_F(MistakeTest, SaysWhyAPatchCannotBeTried) {
  const auto why = [&](const fs::path& patch) {
    const auto made = make_mistake(patch, folder_ / "made");
    return made ? "made" : made.error().message;
  };
  EXPECT_NE(why(write("author/empty.patch", "no patch\n")).find("names no file"), std::string::npos);
  EXPECT_NE(why(write_patch("elsewhere", "two")).find("cannot be copied"), std::string::npos);
  EXPECT_NE(why(write_patch("reference", "not two")).find("FAILED"), std::string::npos);
}

}  // namespace
}  // namespace kraftlab
