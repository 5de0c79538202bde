#include "tests/unit/protocol/codecs_of.h"

namespace kafka {

std::vector<Codec> record_codecs() { return codecs_of(RecordMessages{}); }

}  // namespace kafka
