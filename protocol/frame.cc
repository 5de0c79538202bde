#include "protocol/frame.h"

#include <string_view>

namespace kafka {
namespace {

// Tags in headers: none is defined yet, all are skipped.
void skip_tags(Reader& in) {
  for (uint32_t left = in.uvarint(); left != 0 && in.ok(); --left) {
    in.uvarint();
    in.take(in.uvarint());
  }
}

std::optional<std::string> read_client_id(Reader& in) {
  const int32_t n = in.string_length(false);
  if (n < 0) {
    return std::nullopt;
  }
  const auto bytes = in.take(static_cast<size_t>(n));
  const std::string_view text{reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  if (!is_utf8(text)) {
    in.fail("the client id is not UTF-8");
  }
  return std::string(text);
}

}  // namespace

Result<RequestFrame> decode_request_frame(std::span<const uint8_t> frame) {
  Reader in(frame);
  RequestFrame request;
  request.header.api_key = in.int16();
  request.header.api_version = in.int16();
  request.header.correlation_id = in.int32();
  const ApiInfo* api = find_api(request.header.api_key);
  if (in.ok() && api == nullptr) {
    return fail(ErrorCode::InvalidRequest,
                "there is no API with key " + std::to_string(request.header.api_key));
  }
  request.header.client_id = read_client_id(in);
  if (in.ok() && request_header_version(*api, request.header.api_version) >= 2) {
    skip_tags(in);
  }
  if (!in.ok()) {
    return detail::bad_bytes(in);
  }
  request.body = in.rest();
  return request;
}

void encode_request_header(const RequestHeader& header, Writer& out) {
  out.int16(header.api_key);
  out.int16(header.api_version);
  out.int32(header.correlation_id);
  if (header.client_id) {
    out.string(*header.client_id, false);
  } else {
    out.string_length(-1, false);
  }
  const ApiInfo* api = find_api(header.api_key);
  if (api == nullptr) {
    out.fail("a request of an unknown API");
  } else if (request_header_version(*api, header.api_version) >= 2) {
    out.uvarint(0);
  }
}

void encode_response_header(ApiKey key, int16_t api_version, int32_t correlation_id, Writer& out) {
  out.int32(correlation_id);
  if (response_header_version(api_info(key), api_version) >= 1) {
    out.uvarint(0);
  }
}

Result<ResponseFrame> decode_response_frame(std::span<const uint8_t> frame, ApiKey key,
                                            int16_t api_version) {
  Reader in(frame);
  ResponseFrame response;
  response.correlation_id = in.int32();
  if (response_header_version(api_info(key), api_version) >= 1) {
    skip_tags(in);
  }
  if (!in.ok()) {
    return detail::bad_bytes(in);
  }
  response.body = in.rest();
  return response;
}

size_t begin_frame(Writer& out) {
  const size_t begin = out.total_size();
  out.int32(0);
  return begin;
}

void end_frame(Writer& out, size_t begin) {
  const size_t size = out.total_size() - begin - frame_size_bytes;
  if (size > INT32_MAX) {
    out.fail("a frame is larger than 2 GiB");
  }
  out.patch_int32(begin, static_cast<int32_t>(size));
}

}  // namespace kafka
