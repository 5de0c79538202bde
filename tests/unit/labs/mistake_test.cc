#include "labs/common/mistake.h"

#include "labs/common/text_file.h"
#include "tests/unit/labs/folder_fixture.h"

namespace kraftlab {
namespace {

namespace fs = std::filesystem;

class MistakeTest : public FolderTest {
 protected:
  MistakeTest() {
    fs::create_directories(folder_ / "author" / "reference");
    write("author/reference/main.py", "one\ntwo\nthree\n");
    write("author/reference/run", "#!/bin/sh\n");
  }

  fs::path write_patch(const std::string& reference, const std::string& old_line) const {
    return write("author/wrong_two.patch", "Believes in two.\n\n--- " + reference +
                                               "/main.py\n+++ wrong_two/main.py\n"
                                               "@@ -1,3 +1,3 @@\n one\n-" +
                                               old_line + "\n+2\n three\n");
  }
};

TEST_F(MistakeTest, IsItsReferenceWithAFewOtherLines) {
  const fs::path patch = write_patch("reference", "two");
  for (int time = 0; time < 2; ++time) {  // over what the last time left
    const auto made = make_mistake(patch, folder_ / "made");
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(*made, folder_ / "made" / "wrong_two");
    EXPECT_EQ(read_file(*made / "main.py"), "one\n2\nthree\n");
    EXPECT_TRUE(fs::exists(*made / "run"));
  }
  EXPECT_EQ(read_file(folder_ / "author/reference/main.py"), "one\ntwo\nthree\n");
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
