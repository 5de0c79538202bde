#include "labs/common/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>

namespace kraftlab {

std::string shown(const std::string& value) {
  constexpr size_t longest = 60;
  std::string text;
  for (const char c : value.substr(0, longest)) {
    text += c >= 0x20 && c < 0x7f ? c : '.';
  }
  return fmt::format("\"{}{}\"", text, value.size() > longest ? "..." : "");
}

std::string told(std::string text) {
  std::ranges::replace_if(text, [](unsigned char c) { return c < 0x20 || c == 0x7f; }, ' ');
  text.resize(text.find_last_not_of(' ') + 1);
  return text;
}

std::string counted(size_t count, const std::string& noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::map<std::string, std::vector<StoredRecord>> by_value(const std::vector<StoredRecord>& stored) {
  std::map<std::string, std::vector<StoredRecord>> places;
  for (const StoredRecord& record : stored) {
    places[record.value.value_or("")].push_back(record);
  }
  return places;
}

std::vector<std::string> missing_from(const std::vector<StoredRecord>& stored,
                                      const std::vector<std::string>& wanted) {
  const auto places = by_value(stored);
  std::vector<std::string> missing;
  std::ranges::copy_if(wanted, std::back_inserter(missing),
                       [&](const std::string& value) { return !places.contains(value); });
  return missing;
}

const SentRecord* last_sent(const std::vector<SentRecord>& sent, const std::string& value) {
  for (const SentRecord& record : sent | std::views::reverse) {
    if (record.value == value) {
      return &record;
    }
  }
  return nullptr;
}

std::string fate_of(const std::vector<SentRecord>& sent, const std::string& value) {
  const SentRecord* last = last_sent(sent, value);
  if (last == nullptr) {
    return "no Produce request carried it";
  }
  if (last->acks == 0) {
    return fmt::format("frame {} carried it with acks = 0: whether it is stored, nobody is told",
                       last->frame);
  }
  if (last->error < 0) {
    return fmt::format("frame {} carried it and got no answer", last->frame);
  }
  return fmt::format("frame {} carried it and was answered {}; it was not sent again", last->frame,
                     kafka::name(static_cast<kafka::ErrorCode>(last->error)));
}

std::string missing_line(const std::vector<std::string>& missing, size_t wanted,
                         const std::vector<SentRecord>& sent) {
  return fmt::format("{} of {} are missing; the first is {}: {}", missing.size(), wanted,
                     shown(missing.front()), fate_of(sent, missing.front()));
}

uint64_t WordMaker::number(uint64_t low, uint64_t high) {
  return low + random_() % (high - low + 1);
}

std::string WordMaker::word(size_t letters) {
  static constexpr std::string_view consonants = "bdfgklmnprstvz";
  static constexpr std::string_view vowels = "aeiou";
  while (true) {
    std::string word;
    for (size_t i = 0; i < letters; ++i) {
      const std::string_view from = i % 2 == 0 ? consonants : vowels;
      word += from[random_() % from.size()];
    }
    if (given_.insert(word).second) {
      return word;
    }
  }
}

}  // namespace kraftlab
