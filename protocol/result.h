// Result<T>: the value of an operation, or the Kafka error it ends with.
//
// An expected failure (bad input, a fenced epoch, a missing topic) is an Error that carries the
// error code a client will see and one sentence for people. A broken invariant is not an Error:
// that is CHECK (broker/core/check.h).
#pragma once

#include <expected>
#include <string>
#include <utility>

#include "protocol/error.h"

namespace kafka {

struct Error {
  ErrorCode code = ErrorCode::UnknownServerError;
  std::string message;

  friend bool operator==(const Error&, const Error&) = default;
};

template <class T = void>
using Result = std::expected<T, Error>;

// Makes the failing side of a Result: `return fail(ErrorCode::InvalidRequest, "negative size");`
[[nodiscard]] inline std::unexpected<Error> fail(ErrorCode code, std::string message = {}) {
  return std::unexpected<Error>(Error{code, std::move(message)});
}

}  // namespace kafka
