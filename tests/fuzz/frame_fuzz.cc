// A frame as it comes from a socket: header, then the body of the API that the header names.
#include <string>

#include "protocol/frame.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace kafka;
  const auto frame = decode_request_frame({data, size});
  if (!frame) {
    return 0;
  }
  Writer out;
  encode_request_header(frame->header, out);
  require(out.ok(), "a header that was read cannot be written", "frame");
  const MessageCodec* codec =
      find_codec(std::string(api_info(ApiKey{frame->header.api_key}).name) + "Request");
  require(codec != nullptr, "an API of the table has no request", "frame");
  require_stable(*codec, frame->body, frame->header.api_version);
  return 0;
}
