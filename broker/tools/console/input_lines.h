// InputLines: the lines of a stream, as Java reads them: they end with \n, \r\n or \r.
#pragma once

#include <cstdio>
#include <optional>
#include <string>

namespace kafka {

class InputLines {
 public:
  explicit InputLines(std::FILE* stream) : stream_(stream) {}

  // Without its end; nullopt when there is no further line. A last one needs no end.
  [[nodiscard]] std::optional<std::string> next() {
    std::string line;
    int c = getc_unlocked(stream_);
    if (c == '\n' && after_return_) {
      c = getc_unlocked(stream_);  // the second half of \r\n
    }
    after_return_ = false;
    bool any = false;
    for (; c != EOF; c = getc_unlocked(stream_)) {
      any = true;
      if (c == '\n' || c == '\r') {
        after_return_ = c == '\r';
        break;
      }
      line += static_cast<char>(c);
    }
    return any ? std::optional(std::move(line)) : std::nullopt;
  }

 private:
  std::FILE* stream_;
  bool after_return_ = false;
};

}  // namespace kafka
