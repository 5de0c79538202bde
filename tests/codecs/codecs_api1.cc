#include "tests/codecs/codecs_of.h"

namespace kafka {

std::vector<MessageCodec> api_codecs_1() {
  return codecs_of(ApiMessages1{});
}

}  // namespace kafka
