#include "broker/core/check.h"

#include <cstdio>
#include <cstdlib>

namespace kafka {

namespace {
void (*check_handler)(const std::string& what) = nullptr;
}

void set_check_handler(void (*handler)(const std::string& what)) {
  check_handler = handler;
}

void check_failed(const char* file, int line, const char* condition, const std::string& context) {
  const std::string what = fmt::format("{}:{}: invariant broken: {}{}{}", file, line, condition,
                                       context.empty() ? "" : ": ", context);
  if (check_handler != nullptr) {
    check_handler(what);
  }
  std::fprintf(stderr, "%s\n", what.c_str());
  std::abort();
}

}  // namespace kafka
