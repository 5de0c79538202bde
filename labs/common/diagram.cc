#include "labs/common/diagram.h"

#include <fmt/format.h>

#include "labs/common/steps.h"

namespace kraftlab {
namespace {

constexpr size_t kLinesMax = 36;
constexpr size_t kAskWidth = 60;

std::string line_of(const Step& step) {
  const std::string ask = step.asked();
  std::string arrow = " ";
  for (size_t i = ask.size(); i < kAskWidth; ++i) {
    arrow += "─";
  }
  return fmt::format("  {} {:>5}  {}{}▶ {}{}\n", letter_of(step.client), step.exchange->frame, ask,
                     arrow, step.answered(), step.fault.empty() ? "" : "   ✗ " + step.fault);
}

}  // namespace

std::string draw_run(const History& history) {
  const auto [steps, clients] = course_of(history);
  std::string drawing;
  for (size_t i = 0; i < clients.size(); ++i) {
    drawing += fmt::format("  {}  {}\n", letter_of(i), clients[i]);
  }
  drawing += "\n    frame  asks" + std::string(kAskWidth - 2, ' ') + "broker\n";
  const size_t skipped = steps.size() > kLinesMax ? steps.size() - kLinesMax : 0;
  for (size_t i = 0; i < steps.size(); ++i) {
    if (skipped > 0 && i == kLinesMax / 2) {
      drawing += fmt::format("           ... {} more ...\n", skipped);
    }
    if (i < kLinesMax / 2 || i >= kLinesMax / 2 + skipped) {
      drawing += line_of(steps[i]);
    }
  }
  return drawing;
}

}  // namespace kraftlab
