#include <map>

#include "tests/codecs/codecs.h"

namespace kafka {

// One file each, so that they compile side by side.
std::vector<Codec> api_codecs_1();
std::vector<Codec> api_codecs_2();
std::vector<Codec> api_codecs_3();
std::vector<Codec> api_codecs_4();
std::vector<Codec> record_codecs();

const std::vector<Codec>& all_codecs() {
  static const std::vector<Codec> codecs = [] {
    std::vector<Codec> all;
    for (auto* part : {api_codecs_1, api_codecs_2, api_codecs_3, api_codecs_4, record_codecs}) {
      for (const Codec& codec : part()) {
        all.push_back(codec);
      }
    }
    return all;
  }();
  return codecs;
}

const Codec* find_codec(std::string_view name) {
  static const auto by_name = [] {
    std::map<std::string_view, const Codec*> found;
    for (const Codec& codec : all_codecs()) {
      found[codec.name] = &codec;
    }
    return found;
  }();
  const auto at = by_name.find(name);
  return at == by_name.end() ? nullptr : at->second;
}

}  // namespace kafka
