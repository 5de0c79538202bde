#include "labs/common/evidence_watch.h"

#include <fmt/format.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>
#include <sstream>

#include "protocol/frame.h"

namespace kraftlab {
namespace {

namespace fs = std::filesystem;
namespace evidence = kafka::evidence;

std::string read_whole(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return std::move(text).str();
}

// Head and end have no time: the one stays in front, the other behind.
bool comes_before(const evidence::Entry& a, const evidence::Entry& b) {
  auto place = [](const evidence::Entry& entry) {
    return entry.type == evidence::Type::Run ? 0 : entry.type == evidence::Type::End ? 2 : 1;
  };
  return place(a) != place(b) ? place(a) < place(b) : a.time_us < b.time_us;
}

std::string client_of(const evidence::Entry& request) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(request.frame.data());
  const auto frame = kafka::decode_request_frame({bytes, request.frame.size()});
  return frame ? frame->header.client_id.value_or("") : "";
}

}  // namespace

Result<std::vector<evidence::Entry>> merged_entries(const fs::path& path) {
  auto entries = evidence::read_all(read_whole(path));
  if (!entries) {
    return entries;
  }
  std::error_code error;  // no folder: then there is no file either, as said above
  bool several = false;
  for (const auto& file : fs::directory_iterator(path.parent_path(), error)) {
    int node = 0;
    int start = 0;
    if (std::sscanf(file.path().filename().c_str(), "evidence-%d-%d", &node, &start) != 2) {
      continue;
    }
    auto written = evidence::read_all(read_whole(file.path()));
    if (!written) {
      continue;  // made a moment ago, its head not written yet
    }
    several = true;
    for (evidence::Entry& entry : *written) {
      entry.connection = evidence::node_connection(node, start, entry.connection);
      entries->push_back(std::move(entry));
    }
  }
  if (several) {
    std::ranges::stable_sort(*entries, comes_before);
  }
  return entries;
}

EvidenceWatch::EvidenceWatch(fs::path evidence)
    : evidence_(std::move(evidence)), fd_(inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {
  inotify_add_watch(fd_, evidence_.parent_path().c_str(), IN_MODIFY | IN_CREATE);
}

EvidenceWatch::~EvidenceWatch() {
  close(fd_);
}

Result<std::string> EvidenceWatch::read() {
  auto entries = merged_entries(evidence_);
  if (!entries) {
    return std::unexpected(entries.error());
  }
  std::string file(evidence::kMagic);
  for (const evidence::Entry& entry : *entries) {
    file += evidence::encode(entry);
  }
  return file;
}

std::vector<Fired> EvidenceWatch::take_fired() {
  char events[4096];
  while (::read(fd_, events, sizeof events) > 0) {
  }
  std::vector<Fired> fired;
  const auto entries = merged_entries(evidence_);
  std::map<std::pair<uint64_t, uint64_t>, const evidence::Entry*> requests;
  for (size_t i = 0; entries && i < entries->size(); ++i) {
    const evidence::Entry& entry = (*entries)[i];
    if (entry.type == evidence::Type::Request || entry.type == evidence::Type::CutRequest) {
      requests[{entry.connection, entry.sequence}] = &entry;
    } else if (entry.type == evidence::Type::Fault &&
               std::ranges::find(taken_, entry.text) == taken_.end()) {
      taken_.push_back(entry.text);
      const auto asked = requests.find({entry.connection, entry.sequence});
      fired.push_back({entry.text, asked == requests.end() ? "" : client_of(*asked->second)});
    }
  }
  return fired;
}

}  // namespace kraftlab
