#include "tests/codecs/codecs.h"

#include <map>

namespace kafka {

// One file each, so that they compile side by side.
std::vector<MessageCodec> api_codecs_1();
std::vector<MessageCodec> api_codecs_2();
std::vector<MessageCodec> api_codecs_3();
std::vector<MessageCodec> api_codecs_4();
std::vector<MessageCodec> record_codecs();

const std::vector<MessageCodec>& all_codecs() {
  static const std::vector<MessageCodec> codecs = [] {
    std::vector<MessageCodec> all;
    for (auto* part : {api_codecs_1, api_codecs_2, api_codecs_3, api_codecs_4, record_codecs}) {
      for (const MessageCodec& codec : part()) {
        all.push_back(codec);
      }
    }
    return all;
  }();
  return codecs;
}

const MessageCodec* find_codec(std::string_view name) {
  static const auto by_name = [] {
    std::map<std::string_view, const MessageCodec*> found;
    for (const MessageCodec& codec : all_codecs()) {
      found[codec.name] = &codec;
    }
    return found;
  }();
  const auto at = by_name.find(name);
  return at == by_name.end() ? nullptr : at->second;
}

}  // namespace kafka
