#include "tests/sim/sent_frames.h"

#include <iterator>
#include <utility>

namespace kafka::sim {

namespace {

constexpr size_t frames_kept = 4;  // of a link and kind
constexpr size_t frame_bytes_max = 16 * 1024;
constexpr size_t size_bytes = 4;
// A registration of a process that is dead takes the place of the living one's, which then hears
// STALE_BROKER_EPOCH until it is started again. No connection delivers one so late (seed 5198).
constexpr int16_t broker_registration = 62;

size_t length_of(const Bytes& frame) {
  return size_t{frame[0]} << 24 | size_t{frame[1]} << 16 | size_t{frame[2]} << 8 | frame[3];
}

}  // namespace

void SentFrames::note(const Link& link, uint16_t port, Bytes& partial,
                      std::span<const uint8_t> bytes) {
  partial.insert(partial.end(), bytes.begin(), bytes.end());
  while (partial.size() >= size_bytes && partial.size() >= length_of(partial) + size_bytes) {
    const auto end = partial.begin() + static_cast<ptrdiff_t>(length_of(partial) + size_bytes);
    keep(link, {port, Bytes(partial.begin(), end)});
    partial.erase(partial.begin(), end);
  }
}

void SentFrames::keep(const Link& link, Frame frame) {
  if (frame.bytes.size() < size_bytes + 2 || frame.bytes.size() > frame_bytes_max) {
    return;
  }
  const auto api_key = static_cast<int16_t>(frame.bytes[4] << 8 | frame.bytes[5]);
  if (api_key == broker_registration) {
    return;
  }
  Kind& kind = links_[link].now[api_key];
  ++kind.sent;
  kind.newest.push_back(std::move(frame));
  if (kind.newest.size() > frames_kept) {
    kind.newest.pop_front();
  }
}

void SentFrames::process_begins(Machine from) {
  for (auto& [link, sent] : links_) {
    if (link.first == from) {
      for (auto& [api_key, kind] : std::exchange(sent.now, {})) {
        sent.earlier.insert_or_assign(api_key, std::move(kind));
      }
    }
  }
}

const SentFrames::Frame* SentFrames::some(const Link& link, Random& random) const {
  const auto found = links_.find(link);
  if (found == links_.end()) {
    return nullptr;
  }
  const auto& [now, earlier] = found->second;
  const Kinds& kinds = now.empty() || (!earlier.empty() && random.below(2) == 0) ? earlier : now;
  const auto any = [&random, &kinds]() -> const Kind& {
    return std::next(kinds.begin(), static_cast<ptrdiff_t>(random.below(kinds.size())))->second;
  };
  const Kind& one = any();
  const Kind& other = any();
  const Kind& rarer = one.sent < other.sent ? one : other;
  return &rarer.newest[random.below(rarer.newest.size())];
}

}  // namespace kafka::sim
