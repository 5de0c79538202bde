// Prints the description of every message as JSON, one a line, for tests/peers/schemas_test.py.
#include <cstdio>

#include "tests/codecs/codecs.h"

int main() {
  for (const kafka::MessageCodec& codec : kafka::all_codecs()) {
    std::puts(codec.describe().c_str());
  }
}
