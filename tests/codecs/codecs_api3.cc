#include "tests/codecs/codecs_of.h"

namespace kafka {

std::vector<MessageCodec> api_codecs_3() {
  return codecs_of(ApiMessages3{});
}

}  // namespace kafka
