#include <fmt/format.h>

#include <algorithm>

#include "labs/common/diagram.h"
#include "labs/common/steps.h"

namespace kraftlab {
namespace {

constexpr size_t kRowsMax = 400;
constexpr int kRow = 34;
constexpr int kLane = 120;   // between two clients
constexpr int kAsk = 430;    // from the last client to the broker
constexpr int kLeft = 90;
constexpr int kTop = 70;
constexpr int kAnswer = 300;  // right of the broker

constexpr const char* kStyle = R"(
:root { color-scheme: light dark; --ink: #1c2430; --soft: #6b7686; --line: #c4ccd6; --good: #1a7f4b;
        --bad: #c0322b; --paper: #ffffff; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e9ee; --soft: #98a3b3; --line: #3c4654; --good: #4cc38a; --bad: #ff7a70;
          --paper: #14181e; }
}
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
       max-width: 1100px; margin: 2em auto; padding: 0 1em; }
h1 { font-size: 1.3em; } .pass { color: var(--good); } .fail { color: var(--bad); }
ol { list-style: none; padding: 0; } li { margin: .3em 0; } small { color: var(--soft); display: block; }
.drawing { overflow-x: auto; } svg { font: 12px ui-monospace, monospace; }
svg text { fill: var(--ink); } svg .soft { fill: var(--soft); } svg .bad { fill: var(--bad); }
svg .head { font-weight: bold; text-anchor: middle; }
svg line { stroke: var(--line); } svg .arrow { stroke: var(--ink); } svg .lost { stroke: var(--bad); }
svg .tip { fill: var(--ink); } svg .lost-tip { fill: var(--bad); }
)";

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default: out += c;
    }
  }
  return out;
}

// Where things stand in the drawing.
class Sheet {
 public:
  Sheet(size_t clients, size_t rows)
      : clients_(static_cast<int>(std::max<size_t>(clients, 1))), rows_(static_cast<int>(rows)) {}

  int lane(size_t client) const { return kLeft + static_cast<int>(client) * kLane; }
  int broker() const { return kLeft + (clients_ - 1) * kLane + kAsk; }
  int width() const { return broker() + kAnswer; }
  int height() const { return kTop + rows_ * kRow + 20; }
  int row(size_t number) const { return kTop + static_cast<int>(number) * kRow + 20; }

 private:
  int clients_;
  int rows_;
};

std::string life_line(const Sheet& sheet, int x, const std::string& name,
                      const std::string& title) {
  return fmt::format(
      "<g><title>{3}</title><text class=\"head\" x=\"{0}\" y=\"24\">{2}</text></g>"
      "<line x1=\"{0}\" y1=\"36\" x2=\"{0}\" y2=\"{1}\"/>\n",
      x, sheet.height(), escaped(name), escaped(title));
}

// The question as an arrow with its words above it, the answer beside the broker.
std::string arrow_of(const Sheet& sheet, const Step& step, size_t number) {
  const int from = sheet.lane(step.client);
  const int to = sheet.broker();
  const int y = sheet.row(number);
  const bool lost = !step.fault.empty();
  std::string svg = fmt::format(
      "<text class=\"soft\" x=\"8\" y=\"{}\">{}</text>"
      "<text x=\"{}\" y=\"{}\">{}</text>"
      "<line class=\"{}\" x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\"/>"
      "<path class=\"{}\" d=\"M{} {} l-8 -4 v8 z\"/>",
      y + 4, step.exchange->frame, from + 10, y - 5, escaped(step.asked()),
      lost ? "arrow lost" : "arrow", from, y, to, y, lost ? "lost-tip" : "tip", to, y);
  svg += fmt::format("<text x=\"{}\" y=\"{}\">{}</text>", to + 12, y - 1,
                     escaped(step.answered()));
  if (lost) {
    svg += fmt::format("<text class=\"bad\" x=\"{}\" y=\"{}\">✗ {}</text>", to + 12, y + 13,
                       escaped(step.fault));
  }
  return svg + "\n";
}

std::string drawing_of(const Course& course) {
  const size_t rows = std::min(course.steps.size(), kRowsMax);
  const Sheet sheet(course.clients.size(), rows);
  std::string svg = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" "
      "viewBox=\"0 0 {0} {1}\" role=\"img\">\n", sheet.width(), sheet.height());
  for (size_t i = 0; i < course.clients.size(); ++i) {
    svg += life_line(sheet, sheet.lane(i), letter_of(i), course.clients[i]);
  }
  svg += life_line(sheet, sheet.broker(), "broker", "broker");
  for (size_t i = 0; i < rows; ++i) {
    svg += arrow_of(sheet, course.steps[i], i);
  }
  return svg + "</svg>\n";
}

std::string findings_of(const Verdict& verdict, const Translation& words) {
  std::string html = "<ol>\n";
  for (const Finding& finding : words(verdict).findings) {
    const bool fine = finding.outcome == Outcome::Pass;
    html += fmt::format("<li><span class=\"{}\">{}</span> {} {}<small>{}</small></li>\n",
                        fine ? "pass" : "fail", fine ? "✓" : "✗", finding.rule,
                        escaped(finding.sentence), escaped(finding.saw));
  }
  return html + "</ol>\n";
}

}  // namespace

std::string page_of_run(const History& history, const Verdict& verdict, const Translation& words) {
  const Course course = course_of(history);
  const std::string title =
      fmt::format("{} {} {} · seed {}", name(verdict.outcome), verdict.lab, verdict.title,
                  verdict.seed);
  std::string html = fmt::format(
      "<!doctype html>\n<html><head><meta charset=\"utf-8\"><title>{0}</title>\n"
      "<style>{1}</style></head>\n<body>\n<h1 class=\"{2}\">{0}</h1>\n",
      escaped(title), kStyle, verdict.outcome == Outcome::Pass ? "pass" : "fail");
  html += findings_of(verdict, words);
  html += fmt::format("<h2>{}</h2>\n<ul>\n", escaped(words("What you saw")));
  for (size_t i = 0; i < course.clients.size(); ++i) {
    html += fmt::format("<li><b>{}</b> {}</li>\n", letter_of(i), escaped(course.clients[i]));
  }
  html += "</ul>\n<div class=\"drawing\">\n" + drawing_of(course) + "</div>\n";
  if (course.steps.size() > kRowsMax) {
    html += fmt::format("<p>… {} more: ./lab evidence {}</p>\n", course.steps.size() - kRowsMax,
                        verdict.run_id);
  }
  return html + "</body></html>\n";
}

}  // namespace kraftlab
