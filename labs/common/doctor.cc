// doctor: is everything here that the labs need, and if not, what to type.
#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>

#include "labs/common/command_kit.h"
#include "labs/common/commands.h"

namespace kraftlab {
namespace {

namespace fs = std::filesystem;

constexpr uintmax_t kFreeBytesMin = 500u << 20;

enum class Weight { Must, Nice };

class Examination {
 public:
  void check(Weight weight, bool fine, const std::string& what, const std::string& remedy) {
    const char* mark = fine ? "ok" : weight == Weight::Must ? "MISSING" : "not here";
    fmt::print("{:<9}{}{}\n", mark, what, fine ? "" : "\n         → " + remedy);
    failed_ = failed_ || (!fine && weight == Weight::Must);
  }
  bool failed() const { return failed_; }

 private:
  bool failed_ = false;
};

bool writable(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  return access(folder.c_str(), W_OK) == 0;
}

bool python_has(const Places& places, const std::string& module) {
  const fs::path python = places.labs() / "common/bin/lab-python";
  const std::string command =
      fmt::format("'{}' -c 'import {}' >/dev/null 2>&1", python.string(), module);
  return std::system(command.c_str()) == 0;
}

}  // namespace

int examine_machine(const Places& places) {
  using enum Weight;
  Examination examination;
  for (const char* tool : {"kafka-server-start.sh", "kafka-storage.sh", "kafka-topics.sh"}) {
    examination.check(Must, access((places.dist / "bin" / tool).c_str(), X_OK) == 0,
                      fmt::format("{}/bin/{}", short_path(places, places.dist), tool),
                      "./lab build");
  }
  for (const fs::path& folder : {places.state, places.work()}) {
    examination.check(Must, writable(folder), short_path(places, folder) + " can be written",
                      "make the checkout yours: chown -R $(id -un) " + folder.string());
  }
  std::error_code error;
  const fs::space_info space = fs::space(places.root, error);
  examination.check(Must, !error && space.available >= kFreeBytesMin, "500 MB of free disk",
                    "free some space; old runs in .lab/runs may go");
  examination.check(Must, load_catalog(places.labs()).has_value(), "the labs can be read",
                    "git status: is a lab.toml half edited?");
  examination.check(Nice, on_path("g++"), "g++, for solutions in C++", "apt-get install g++");
  examination.check(Nice, fs::exists("/usr/include/librdkafka/rdkafkacpp.h"),
                    "librdkafka's headers, for solutions in C++",
                    "apt-get install librdkafka-dev");
  examination.check(Nice, python_has(places, "confluent_kafka"),
                    "confluent-kafka, for solutions in Python",
                    "python3 -m venv .lab/venv && .lab/venv/bin/pip install confluent-kafka");
  examination.check(Nice, on_path("go"), "go, for solutions in Go", "apt-get install golang");
  examination.check(Nice, on_path("kcat"), "kcat, to look around", "apt-get install kcat");
  fmt::print("\n{}\n", examination.failed() ? "Mend what is MISSING, then run ./lab doctor again."
                                            : "Everything that must be here is here.");
  return examination.failed() ? 1 : 0;
}

}  // namespace kraftlab
