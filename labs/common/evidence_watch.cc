#include "labs/common/evidence_watch.h"

#include <fmt/format.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <ranges>

#include "protocol/frame.h"

namespace kraftlab {
namespace {

namespace fs = std::filesystem;
namespace evidence = kafka::evidence;

// Head and end have no time: the one stays in front, the other behind.
bool comes_before(const evidence::Entry* a, const evidence::Entry* b) {
  auto place = [](const evidence::Entry* entry) {
    return entry->type == evidence::Type::Run ? 0 : entry->type == evidence::Type::End ? 2 : 1;
  };
  return place(a) != place(b) ? place(a) < place(b) : a->time_us < b->time_us;
}

bool is_request(const evidence::Entry& entry) {
  return entry.type == evidence::Type::Request || entry.type == evidence::Type::CutRequest;
}

}  // namespace

EvidenceWatch::EvidenceWatch(fs::path evidence)
    : evidence_(std::move(evidence)), fd_(inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {
  inotify_add_watch(fd_, evidence_.parent_path().c_str(), IN_MODIFY | IN_CREATE);
  files_.push_back({.path = evidence_});
}

EvidenceWatch::~EvidenceWatch() {
  close(fd_);
}

void EvidenceWatch::find_files() {
  std::error_code error;  // no folder: then there is no file either, and follow() says so
  for (const auto& found : fs::directory_iterator(evidence_.parent_path(), error)) {
    File file{.path = found.path()};
    if (std::sscanf(file.path.filename().c_str(), "evidence-%d-%d", &file.node, &file.start) == 2 &&
        std::ranges::find(files_, file.path, &File::path) == files_.end()) {
      files_.push_back(std::move(file));
    }
  }
}

// What was written since the last time.
Result<> EvidenceWatch::follow(File& file) {
  std::ifstream in(file.path, std::ios::binary);
  in.seekg(file.read_to);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  std::string_view unread = bytes;
  if (file.read_to == 0) {
    if (!unread.starts_with(evidence::kMagic)) {
      return file.node > 0 && unread.size() < evidence::kMagic.size()
                 ? Result<>{}  // made a moment ago, its head not written yet
                 : kafka::fail(kafka::ErrorCode::InvalidRequest,
                               file.path.string() + " is not an evidence file");
    }
    unread.remove_prefix(evidence::kMagic.size());
  }
  const size_t known = entries_.size();
  const auto taken = evidence::read_some(unread, entries_);
  if (!taken) {
    return std::unexpected(taken.error());
  }
  file.read_to += static_cast<std::streamoff>(bytes.size() - unread.size() + *taken);
  for (evidence::Entry& entry :
       entries_ | std::views::drop(file.node > 0 ? known : entries_.size())) {
    entry.connection = evidence::node_connection(file.node, file.start, entry.connection);
  }
  return {};
}

Result<> EvidenceWatch::follow() {
  find_files();
  for (File& file : files_) {
    if (auto followed = follow(file); !followed) {
      return followed;
    }
  }
  return {};
}

Result<std::string> EvidenceWatch::read() {
  if (auto followed = follow(); !followed) {
    return std::unexpected(followed.error());
  }
  std::vector<const evidence::Entry*> in_order;
  for (const evidence::Entry& entry : entries_) {
    in_order.push_back(&entry);
  }
  if (files_.size() > 1) {
    std::ranges::stable_sort(in_order, comes_before);
  }
  std::string file(evidence::kMagic);
  for (const evidence::Entry* entry : in_order) {
    file += evidence::encode(*entry);
  }
  return file;
}

// Of the request that set it off.
std::string EvidenceWatch::client_of(const evidence::Entry& fault) const {
  for (const evidence::Entry& entry : entries_ | std::views::reverse) {
    if (is_request(entry) && entry.connection == fault.connection &&
        entry.sequence == fault.sequence) {
      const auto* bytes = reinterpret_cast<const uint8_t*>(entry.frame.data());
      const auto frame = kafka::decode_request_frame({bytes, entry.frame.size()});
      return frame ? frame->header.client_id.value_or("") : "";
    }
  }
  return "";
}

std::vector<Fired> EvidenceWatch::take_fired() {
  char events[4096];
  while (::read(fd_, events, sizeof events) > 0) {
  }
  (void)follow();  // what cannot be read has set nothing off; read() will say so
  std::vector<Fired> fired;
  for (; looked_at_ < entries_.size(); ++looked_at_) {
    const evidence::Entry& entry = entries_[looked_at_];
    if (entry.type == evidence::Type::Fault &&
        std::ranges::find(taken_, entry.text) == taken_.end()) {
      taken_.push_back(entry.text);
      fired.push_back({entry.text, client_of(entry)});
    }
  }
  return fired;
}

}  // namespace kraftlab
