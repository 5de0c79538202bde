// CHECK(condition, "context {}", value): an invariant of ours that must hold. Always on, in every
// build: a broker that has lost an invariant stops before it writes what is wrong.
#pragma once

#include <fmt/format.h>

#include <string>
#include <utility>

namespace kafka {

// Prints file, line, the condition and the context to stderr, then aborts.
[[noreturn]] void check_failed(const char* file, int line, const char* condition,
                               const std::string& context);

// Called first with what would be printed; a simulation throws out of it, to name its seed.
void set_check_handler(void (*handler)(const std::string& what));

inline std::string check_context() {
  return {};
}
template <class... Args>
std::string check_context(fmt::format_string<Args...> format, Args&&... args) {
  return fmt::format(format, std::forward<Args>(args)...);
}

}  // namespace kafka

#define CHECK(condition, ...)                                                                     \
  do {                                                                                            \
    if (!(condition)) [[unlikely]] {                                                              \
      ::kafka::check_failed(__FILE__, __LINE__, #condition, ::kafka::check_context(__VA_ARGS__)); \
    }                                                                                             \
  } while (false)
