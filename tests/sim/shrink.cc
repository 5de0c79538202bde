#include "tests/sim/shrink.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace kafka::sim {

namespace {
constexpr int runs_max = 300;
}

std::set<size_t> shrink(RunOptions options, const Outcome& failed,
                        const std::function<void(const std::string&)>& say) {
  options.trace = false;
  std::vector<size_t> needed;
  for (size_t i = 0; i < failed.faults.size(); ++i) {
    if (static_cast<double>(failed.faults[i].at_us) / 1e6 <= failed.simulated_s) {
      needed.push_back(i);
    } else {
      options.without.insert(i);  // it had not happened yet
    }
  }
  int runs = 0;
  for (size_t piece = std::max<size_t>(1, needed.size() / 2);;) {
    bool any = false;
    for (size_t at = 0; at < needed.size() && runs < runs_max;) {
      RunOptions fewer = options;
      const size_t end = std::min(at + piece, needed.size());
      fewer.without.insert(needed.begin() + static_cast<ptrdiff_t>(at),
                           needed.begin() + static_cast<ptrdiff_t>(end));
      ++runs;
      if (run_seed(fewer).ok()) {
        at = end;
        continue;
      }
      options.without = fewer.without;
      needed.erase(needed.begin() + static_cast<ptrdiff_t>(at),
                   needed.begin() + static_cast<ptrdiff_t>(end));
      any = true;
    }
    if (piece == 1 && (!any || runs >= runs_max)) {
      break;
    }
    piece = std::max<size_t>(1, piece / 2);
  }
  say(fmt::format("shrunk to {} of {} faults in {} runs", needed.size(), failed.faults.size(),
                  runs));
  return options.without;
}

}  // namespace kafka::sim
