// The border of the core: no file under protocol/, broker/core/ or broker/config/ knows a socket, a
// clock, a thread, the OS's files or global randomness. Time, disks and chance come in as arguments.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace {

namespace fs = std::filesystem;

constexpr std::array kForbiddenIncludes = {
    "<boost/asio", "<boost/beast", "<thread>",     "<mutex>",      "<condition_variable>",
    "<future>",    "<sys/socket",  "<netinet/",    "<arpa/inet",   "<poll.h>",
    "<sys/epoll",  "<pthread.h>",  "<unistd.h>",   "<fcntl.h>",    "<ctime>",
    "<time.h>",    "<sys/time.h>", "<filesystem>", "<fstream>",    "<spdlog/",
    "broker/io/",  "broker/node/", "broker/handlers/"};
constexpr std::array kForbiddenWords = {"std::random_device", "system_clock", "steady_clock",
                                        "getenv("};

std::string offence_in(const std::string& line) {
  const bool include = line.starts_with("#include");
  for (std::string_view word : kForbiddenIncludes) {
    if (include && line.find(word) != std::string::npos) {
      return std::string(word);
    }
  }
  for (std::string_view word : kForbiddenWords) {
    if (!include && line.find(word) != std::string::npos) {
      return std::string(word);
    }
  }
  return {};
}

TEST(Border, TheCoreIsPure) {
  size_t files = 0;
  for (const char* room : {"protocol", "broker/core", "broker/config"}) {
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(KRAFTLAB_SOURCE_DIR) / room)) {
      const std::string extension = entry.path().extension().string();
      if (extension != ".h" && extension != ".cc") {
        continue;
      }
      ++files;
      std::ifstream in(entry.path());
      int number = 0;
      for (std::string line; std::getline(in, line);) {
        ++number;
        const std::string offence = offence_in(line);
        EXPECT_TRUE(offence.empty()) << entry.path().string() << ":" << number << " uses " << offence;
      }
    }
  }
  EXPECT_GT(files, 100u);
}

TEST(Border, AnOffenceIsSeen) {
  EXPECT_EQ(offence_in("#include <thread>"), "<thread>");
  EXPECT_EQ(offence_in("#include <sys/socket.h>"), "<sys/socket");
  EXPECT_EQ(offence_in("  auto now = std::chrono::system_clock::now();"), "system_clock");
  EXPECT_EQ(offence_in("#include <vector>"), "");
}

}  // namespace
