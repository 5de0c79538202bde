#include "tests/unit/protocol/codecs_of.h"

namespace kafka {

std::vector<Codec> api_codecs_2() { return codecs_of(ApiMessages2{}); }

}  // namespace kafka
