#include "tests/codecs/codecs_of.h"

namespace kafka {

std::vector<MessageCodec> api_codecs_4() {
  return codecs_of(ApiMessages4{});
}

}  // namespace kafka
