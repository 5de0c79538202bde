#include "tests/sim/faults.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace kafka::sim {

namespace {

struct KindInfo {
  std::string_view name;
  uint64_t weight;
  int64_t min_us;
  int64_t max_us;
};

constexpr std::array<KindInfo, fault_kinds> kinds{{
    {"kill -9", 4, 50'000, 3'000'000},
    {"power loss", 3, 200'000, 4'000'000},
    {"clean stop", 2, 300'000, 3'000'000},
    {"pause", 3, 100'000, 4'000'000},
    {"one-way cut", 4, 100'000, 6'000'000},
    {"cut", 3, 100'000, 6'000'000},
    {"isolation", 2, 500'000, 12'000'000},
    {"broken connection", 4, 0, 0},
    {"slow links", 2, 500'000, 5'000'000},
    {"replay", 8, 0, 0},
    {"fsync failure", 1, 500'000, 3'000'000},
    {"write failure", 1, 500'000, 3'000'000},
    {"full disk", 1, 500'000, 3'000'000},
    {"broken client", 2, 0, 0},
}};

const KindInfo& info(FaultKind kind) {
  return kinds[static_cast<size_t>(kind)];
}

int64_t between(Random& random, int64_t low, int64_t high) {
  return low + static_cast<int64_t>(random.below(static_cast<uint64_t>(high - low + 1)));
}

FaultKind choose(Random& random, const std::vector<FaultKind>& present) {
  uint64_t total = 0;
  for (const FaultKind kind : present) {
    total += info(kind).weight;
  }
  uint64_t at = random.below(total);
  for (const FaultKind kind : present) {
    if (at < info(kind).weight) {
      return kind;
    }
    at -= info(kind).weight;
  }
  return present.back();
}

}  // namespace

std::string name(FaultKind kind) {
  return std::string(info(kind).name);
}

std::string to_string(const Fault& fault) {
  std::string text = fmt::format("{:>9.3f} s  {:<18} node {}",
                                 static_cast<double>(fault.at_us) / 1e6, name(fault.kind),
                                 fault.node);
  if (fault.other != 0) {
    text += fmt::format(", {} {}", fault.other < 256 ? "node" : "client", fault.other % 256);
  }
  if (fault.for_us != 0) {
    text += fmt::format(", {:.3f} s", static_cast<double>(fault.for_us) / 1e6);
  }
  return text;
}

std::vector<FaultKind> draw_kinds(Random& random) {
  std::vector<FaultKind> present;
  for (size_t kind = 0; kind < fault_kinds; ++kind) {
    if (random.below(100) < 60) {
      present.push_back(static_cast<FaultKind>(kind));
    }
  }
  if (present.empty()) {
    present = {FaultKind::Kill, FaultKind::CutOneWay};
  }
  return present;
}

std::vector<Fault> plan_faults(Random& random, const std::vector<FaultKind>& kinds_present,
                               int32_t nodes, const std::vector<int32_t>& clients,
                               int64_t run_us) {
  const int64_t begin_us = std::min<int64_t>(2'500'000, run_us / 10);
  const int64_t end_us = run_us * 3 / 4;
  const int64_t least = std::max<int64_t>(2, 10 * run_us / 60'000'000);
  const int64_t count = between(random, least, least * 4);
  std::vector<Fault> faults;
  for (int64_t i = 0; i < count; ++i) {
    Fault fault;
    fault.kind = choose(random, kinds_present);
    fault.at_us = between(random, begin_us, end_us);
    fault.node = static_cast<int32_t>(1 + random.below(static_cast<uint64_t>(nodes)));
    fault.for_us = between(random, info(fault.kind).min_us, info(fault.kind).max_us);
    fault.draw = random.next();
    switch (fault.kind) {
      case FaultKind::CutOneWay:
      case FaultKind::CutBothWays:
      case FaultKind::BreakConnection:
      case FaultKind::Replay:
        fault.other = random.below(3) == 0
                          ? clients[random.below(clients.size())]
                          : static_cast<int32_t>(1 + random.below(static_cast<uint64_t>(nodes)));
        break;
      case FaultKind::KillClient:
        fault.other = clients[random.below(clients.size())];
        break;
      default:
        break;
    }
    faults.push_back(fault);
  }
  std::ranges::sort(faults, {}, &Fault::at_us);
  return faults;
}

}  // namespace kafka::sim
