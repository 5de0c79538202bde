// Every transcript in transcripts/ must play as it is written there. To write down what happens
// now, run with KRAFTLAB_REWRITE=1 and read the difference.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/unit/core/group/transcript_fixture.h"

namespace kafka::test {
namespace {

const std::filesystem::path folder =
    std::filesystem::path(KRAFTLAB_SOURCE_DIR) / "tests/unit/core/group/transcripts";

std::vector<std::string> transcripts() {
  std::vector<std::string> names;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    names.push_back(file.path().stem().string());
  }
  std::ranges::sort(names);
  return names;
}

class GroupTranscripts : public testing::TestWithParam<std::string> {};

TEST_P(GroupTranscripts, PlaysAsWritten) {
  const auto path = folder / (GetParam() + ".txt");
  std::ostringstream written;
  written << std::ifstream(path).rdbuf();
  const std::string played = GroupTranscript().play(written.str());
  if (std::getenv("KRAFTLAB_REWRITE") != nullptr) {
    std::ofstream(path) << played;
  }
  EXPECT_EQ(written.str(), played) << path;
}

INSTANTIATE_TEST_SUITE_P(All, GroupTranscripts, testing::ValuesIn(transcripts()),
                         [](const auto& transcript) { return transcript.param; });

}  // namespace
}  // namespace kafka::test
