#include "broker/core/evidence.h"

#include <algorithm>
#include <concepts>
#include <utility>

#include <fmt/format.h>

namespace kafka::evidence {
namespace {

template <std::unsigned_integral T>
void put(std::string& out, T value) {
  char bytes[sizeof(T)];
  for (size_t i = 0; i < sizeof(T); ++i) {
    bytes[i] = static_cast<char>(static_cast<uint8_t>(value >> (8 * (sizeof(T) - 1 - i))));
  }
  out.append(bytes, sizeof(T));
}

void put_bytes(std::string& out, std::string_view bytes) {
  put(out, static_cast<uint32_t>(bytes.size()));
  out.append(bytes);
}

void put_string(std::string& out, std::string_view text) {
  text = text.substr(0, UINT16_MAX);
  put(out, static_cast<uint16_t>(text.size()));
  out.append(text);
}

// Takes values off the front of an entry; once something is missing, `ok` stays false.
class Cursor {
 public:
  explicit Cursor(std::string_view bytes) : bytes_(bytes) {}

  template <std::unsigned_integral T>
  T take() {
    T value = 0;
    for (unsigned char byte : take_raw(sizeof(T))) {
      value = static_cast<T>((static_cast<uint64_t>(value) << 8) | byte);
    }
    return value;
  }

  std::string_view take_raw(size_t length) {
    if (length > bytes_.size()) {
      ok_ = false;
      return {};
    }
    std::string_view taken = bytes_.substr(0, length);
    bytes_.remove_prefix(length);
    return taken;
  }

  std::string take_bytes() { return std::string(take_raw(take<uint32_t>())); }
  std::string take_string() { return std::string(take_raw(take<uint16_t>())); }

  std::string take_rest() { return std::string(take_raw(bytes_.size())); }
  bool ok() const { return ok_; }
  bool done() const { return ok_ && bytes_.empty(); }

 private:
  std::string_view bytes_;
  bool ok_ = true;
};

bool has_holes(Type type) {
  return type == Type::Response || type == Type::CutRequest;
}

bool has_text_only(Type type) {
  return type == Type::Deed || type == Type::Event;
}

void put_body(std::string& out, const Entry& entry) {
  switch (entry.type) {
    case Type::Run:
    case Type::End:
      out.append(entry.text);
      return;
    case Type::Full:
      return;
    case Type::Connection:
    case Type::Request:
    case Type::Response:
    case Type::Disconnection:
    case Type::Fault:
    case Type::CutRequest:
    case Type::Deed:
    case Type::Event:
      break;
  }
  put(out, static_cast<uint64_t>(entry.time_us));
  put(out, entry.connection);
  if (entry.type == Type::Connection) {
    put_string(out, entry.text);
    put_string(out, entry.peer);
  } else if (entry.type == Type::Fault) {
    put(out, entry.sequence);
    out.append(entry.text);
  } else if (has_text_only(entry.type)) {
    out.append(entry.text);
  } else if (entry.type != Type::Disconnection) {
    put(out, entry.sequence);
    if (has_holes(entry.type)) {
      put(out, static_cast<uint32_t>(entry.holes.size()));
      for (const Hole& hole : entry.holes) {
        put(out, hole.position);
        put(out, hole.length);
        put_bytes(out, hole.head);
      }
    }
    put_bytes(out, entry.frame);
  }
}

void take_holes(Cursor& cursor, Entry& entry) {
  const uint32_t count = cursor.take<uint32_t>();
  for (uint32_t i = 0; i < count && cursor.ok(); ++i) {
    Hole hole;
    hole.position = cursor.take<uint32_t>();
    hole.length = cursor.take<uint32_t>();
    hole.head = cursor.take_bytes();
    entry.holes.push_back(std::move(hole));
  }
}

Result<Entry> parse(std::string_view bytes) {
  Cursor cursor(bytes);
  Entry entry;
  entry.type = static_cast<Type>(cursor.take<uint8_t>());
  switch (entry.type) {
    case Type::Run:
    case Type::End:
      entry.text = cursor.take_rest();
      return entry;
    case Type::Full:
      return entry;
    case Type::Connection:
    case Type::Request:
    case Type::Response:
    case Type::Disconnection:
    case Type::Fault:
    case Type::CutRequest:
    case Type::Deed:
    case Type::Event:
      break;
    default:
      return fail(ErrorCode::InvalidRequest,
                  fmt::format("an evidence entry has the unknown type {}",
                              static_cast<int>(entry.type)));
  }
  entry.time_us = static_cast<int64_t>(cursor.take<uint64_t>());
  entry.connection = cursor.take<uint64_t>();
  if (entry.type == Type::Connection) {
    entry.text = cursor.take_string();
    entry.peer = cursor.take_string();
  } else if (entry.type == Type::Fault) {
    entry.sequence = cursor.take<uint64_t>();
    entry.text = cursor.take_rest();
  } else if (has_text_only(entry.type)) {
    entry.text = cursor.take_rest();
  } else if (entry.type != Type::Disconnection) {
    entry.sequence = cursor.take<uint64_t>();
    if (has_holes(entry.type)) {
      take_holes(cursor, entry);
    }
    entry.frame = cursor.take_bytes();
  }
  if (!cursor.done()) {
    return fail(ErrorCode::InvalidRequest, "an evidence entry contradicts its own lengths");
  }
  return entry;
}

std::unexpected<Error> not_evidence() {
  return fail(ErrorCode::InvalidRequest,
              "this is not an evidence file: it does not begin with " + std::string(kMagic));
}

}  // namespace

void set_request(Entry& entry, std::string_view frame) {
  entry.type = frame.size() <= kWholeBytesMax ? Type::Request : Type::CutRequest;
  if (entry.type == Type::CutRequest) {
    entry.holes.push_back({.position = kCutHeadBytes,
                           .length = static_cast<uint32_t>(frame.size() - kCutHeadBytes),
                           .head = {}});
    frame = frame.substr(0, kCutHeadBytes);
  }
  entry.frame = frame;
}

void encode_into(std::string& out, const Entry& entry) {
  const size_t begin = out.size();
  put(out, uint32_t{0});
  put(out, static_cast<uint8_t>(entry.type));
  put_body(out, entry);
  std::string length;
  put(length, static_cast<uint32_t>(out.size() - begin - 4));
  out.replace(begin, 4, length);
}

std::string encode(const Entry& entry) {
  std::string out;
  encode_into(out, entry);
  return out;
}

Result<size_t> read_some(std::string_view bytes, std::vector<Entry>& into) {
  size_t taken = 0;
  while (bytes.size() - taken >= 4) {
    const uint32_t length = Cursor(bytes.substr(taken)).take<uint32_t>();
    if (length > bytes.size() - taken - 4) {
      break;  // not written to its end yet, or torn by a kill
    }
    auto entry = parse(bytes.substr(taken + 4, length));
    if (!entry) {
      return std::unexpected(entry.error());
    }
    into.push_back(std::move(*entry));
    taken += 4 + length;
  }
  return taken;
}

Result<Extent> extent_of(std::string_view file) {
  if (kMagic.starts_with(file)) {
    return Extent{};
  }
  if (!file.starts_with(kMagic)) {
    return not_evidence();
  }
  Extent extent{.bytes = kMagic.size()};
  while (file.size() - extent.bytes > 4) {
    Cursor cursor(file.substr(extent.bytes));
    const uint32_t length = cursor.take<uint32_t>();
    if (length == 0 || length > file.size() - extent.bytes - 4) {
      break;
    }
    extent.full = static_cast<Type>(cursor.take<uint8_t>()) == Type::Full;
    extent.bytes += 4 + length;
  }
  return extent;
}

Result<std::vector<Entry>> read_all(std::string_view file) {
  if (!file.starts_with(kMagic)) {
    return not_evidence();
  }
  std::vector<Entry> entries;
  const auto read = read_some(file.substr(kMagic.size()), entries);
  if (!read) {
    return std::unexpected(read.error());
  }
  return entries;
}

std::string fill_holes(const Entry& response) {
  std::string frame;
  size_t taken = 0;
  for (const Hole& hole : response.holes) {
    if (hole.position < frame.size() || hole.length > kFileBytesMax) {
      return {};  // holes out of order: not ours
    }
    const size_t before = std::min(hole.position - frame.size(), response.frame.size() - taken);
    frame.append(response.frame, taken, before);
    taken += before;
    const std::string_view head = std::string_view(hole.head).substr(0, hole.length);
    frame.append(head);
    frame.append(hole.length - head.size(), '\0');
  }
  frame.append(response.frame, taken);
  return frame;
}

}  // namespace kafka::evidence
