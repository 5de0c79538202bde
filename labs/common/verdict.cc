#include "labs/common/verdict.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace kraftlab {
namespace {

struct Paint {
  const char* begin;
  const char* end;
};

Paint paint(Outcome outcome, const Style& style) {
  if (!style.colour) {
    return {"", ""};
  }
  switch (outcome) {
    case Outcome::Pass:
      return {"\x1b[1;32m", "\x1b[0m"};
    case Outcome::Fail:
      return {"\x1b[1;31m", "\x1b[0m"};
    case Outcome::Inconclusive:
      break;
  }
  return {"\x1b[1;33m", "\x1b[0m"};
}

std::string word(const Style& style, std::string_view english) {
  return style.words ? style.words(english) : std::string(english);
}

void add_line(std::string& out, const std::string& label, const std::string& text) {
  if (!text.empty()) {
    out += fmt::format("{:<10}{}\n", label, text);
  }
}

std::string render_pass(const Verdict& verdict, const Style& style) {
  const auto [begin, end] = paint(Outcome::Pass, style);
  std::string out = fmt::format("{}PASS{}  {} {}   seed {}\n", begin, end, verdict.lab,
                                verdict.title, verdict.seed);
  for (const Finding& finding : verdict.findings) {
    out += fmt::format("  {} {}\n", finding.rule, finding.sentence);
    add_line(out, "", finding.saw.empty() ? "" : word(style, "saw") + " " + finding.saw);
  }
  add_line(out, word(style, "program"), verdict.program);
  add_line(out, word(style, "evidence"), fmt::format("./lab evidence {}", verdict.run_id));
  return out;
}

std::string render_fail(const Verdict& verdict, const Finding& finding, const Style& style) {
  const auto [begin, end] = paint(Outcome::Fail, style);
  const std::string number = finding.rule.substr(finding.rule.find('.') + 1);
  std::string out =
      fmt::format("{}FAIL{}  {} {} · {} {}: {}   seed {}\n", begin, end, verdict.lab, verdict.title,
                  word(style, "rule"), number, finding.sentence, verdict.seed);
  add_line(out, word(style, "fault"), finding.fault);
  add_line(out, word(style, "expected"), finding.expected);
  add_line(out, word(style, "saw"), finding.saw);
  add_line(out, word(style, "program"), verdict.program);
  add_line(out, word(style, "look at"), finding.advice);
  add_line(out, word(style, "next"),
           fmt::format("./lab explain {}   ·   ./lab hint {}   ·   ./lab evidence {}", finding.rule,
                       verdict.lab, verdict.run_id));
  add_line(out, word(style, "again"),
           fmt::format("./lab grade {} --seed {}   {}", verdict.lab, verdict.seed,
                       word(style, "the same data and faults")));
  return out;
}

}  // namespace

std::string_view name(Outcome outcome) {
  switch (outcome) {
    case Outcome::Pass:
      return "PASS";
    case Outcome::Fail:
      return "FAIL";
    case Outcome::Inconclusive:
      break;
  }
  return "INCONCLUSIVE";
}

int exit_status(Outcome outcome) {
  switch (outcome) {
    case Outcome::Pass:
      return 0;
    case Outcome::Fail:
      return 1;
    case Outcome::Inconclusive:
      break;
  }
  return 2;
}

const Finding* Verdict::decisive() const {
  for (const Finding& finding : findings) {
    if (finding.outcome == outcome && outcome != Outcome::Pass) {
      return &finding;
    }
  }
  return nullptr;
}

std::string render(const Verdict& verdict, const Style& style) {
  if (verdict.outcome == Outcome::Pass) {
    return render_pass(verdict, style);
  }
  const Finding* finding = verdict.decisive();
  if (verdict.outcome == Outcome::Fail && finding != nullptr) {
    return render_fail(verdict, *finding, style);
  }
  const auto [begin, end] = paint(Outcome::Inconclusive, style);
  std::string out = fmt::format("{}INCONCLUSIVE{}  {} {}   seed {}\n", begin, end, verdict.lab,
                                verdict.title, verdict.seed);
  add_line(out, word(style, "why"), finding != nullptr ? finding->saw : verdict.trouble);
  add_line(out, word(style, "next"),
           word(style, verdict.yours_to_mend
                           ? "change that, or the grader cannot see what your program does"
                           : "this is the grader's trouble and says nothing about your solution; "
                             "run the same command again"));
  return out;
}

std::string to_json(const Verdict& verdict) {
  nlohmann::json findings = nlohmann::json::array();
  for (const Finding& finding : verdict.findings) {
    findings.push_back({{"rule", finding.rule},
                        {"sentence", finding.sentence},
                        {"outcome", name(finding.outcome)},
                        {"fault", finding.fault},
                        {"expected", finding.expected},
                        {"saw", finding.saw},
                        {"advice", finding.advice}});
  }
  return nlohmann::json{{"version", 1},
                        {"lab", verdict.lab},
                        {"title", verdict.title},
                        {"seed", verdict.seed},
                        {"run", verdict.run_id},
                        {"outcome", name(verdict.outcome)},
                        {"trouble", verdict.trouble},
                        {"program", verdict.program},
                        {"findings", findings}}
      .dump(2, ' ', false, nlohmann::json::error_handler_t::replace);  // a value may be any bytes
}

}  // namespace kraftlab
