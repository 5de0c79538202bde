#include "tests/codecs/codecs_of.h"

namespace kafka {

std::vector<MessageCodec> record_codecs() {
  return codecs_of(RecordMessages{});
}

}  // namespace kafka
