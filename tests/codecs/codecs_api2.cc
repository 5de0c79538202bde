#include "tests/codecs/codecs_of.h"

namespace kafka {

std::vector<MessageCodec> api_codecs_2() {
  return codecs_of(ApiMessages2{});
}

}  // namespace kafka
