#include "tests/sim/shrink.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace kafka::sim {

namespace {
constexpr int shrink_runs_max = 300;
}

Shrunk shrink_list(std::vector<size_t> items, int runs_max,
                   const std::function<bool(const std::vector<size_t>& some)>& fails) {
  Shrunk shrunk{std::move(items), 0};
  std::vector<size_t>& needed = shrunk.needed;
  for (size_t piece = std::max<size_t>(1, needed.size() / 2);;) {
    bool any = false;
    for (size_t at = 0; at < needed.size() && shrunk.runs < runs_max;) {
      std::vector<size_t> fewer = needed;
      const auto begin = fewer.begin() + static_cast<ptrdiff_t>(at);
      const size_t length = std::min(piece, needed.size() - at);
      fewer.erase(begin, begin + static_cast<ptrdiff_t>(length));
      ++shrunk.runs;
      if (fails(fewer)) {
        needed = std::move(fewer);
        any = true;
      } else {
        at += length;
      }
    }
    if (shrunk.runs >= runs_max || (piece == 1 && !any)) {
      return shrunk;
    }
    piece = std::max<size_t>(1, piece / 2);
  }
}

std::set<size_t> shrink(RunOptions options, const Outcome& failed,
                        const std::function<void(const std::string&)>& say) {
  options.trace = false;
  std::set<size_t> all;
  std::vector<size_t> struck;  // the others had not happened yet
  for (size_t i = 0; i < failed.faults.size(); ++i) {
    all.insert(i);
    if (static_cast<double>(failed.faults[i].at_us) / 1e6 <= failed.simulated_s) {
      struck.push_back(i);
    }
  }
  const auto all_but = [&all](const std::vector<size_t>& some) {
    std::set<size_t> others = all;
    for (const size_t i : some) {
      others.erase(i);
    }
    return others;
  };
  const Shrunk shrunk =
      shrink_list(struck, shrink_runs_max, [&](const std::vector<size_t>& some) {
        options.without = all_but(some);
        return !run_seed(options).ok();
      });
  say(fmt::format("shrunk to {} of {} faults in {} runs", shrunk.needed.size(),
                  failed.faults.size(), shrunk.runs));
  return all_but(shrunk.needed);
}

}  // namespace kafka::sim
