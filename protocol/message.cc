#include "protocol/message.h"

#include <string>

namespace kafka::detail {

std::unexpected<Error> bad_version(int version) {
  return fail(ErrorCode::UnsupportedVersion,
              "version " + std::to_string(version) + " of the message does not exist");
}

std::unexpected<Error> bad_bytes(const Reader& in) {
  return fail(ErrorCode::InvalidRequest,
              std::string(in.error()) + " (at byte " + std::to_string(in.error_position()) + ")");
}

std::unexpected<Error> bad_value(const Writer& out) {
  return fail(ErrorCode::UnsupportedVersion, out.error());
}

}  // namespace kafka::detail
