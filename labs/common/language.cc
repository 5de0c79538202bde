#include "labs/common/language.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <numeric>

namespace kraftlab {
namespace {

namespace fs = std::filesystem;

constexpr int kDepthMax = 4;  // of a message within a message

std::vector<std::string> cut(std::string_view pattern) {
  std::vector<std::string> literals;
  size_t from = 0;
  for (size_t at = 0; (at = pattern.find("{}", from)) != std::string_view::npos; from = at + 2) {
    literals.emplace_back(pattern.substr(from, at - from));
  }
  literals.emplace_back(pattern.substr(from));
  return literals;
}

// What begins with words of its own goes before what begins with anything; then the longer text.
std::pair<bool, size_t> weight(const std::vector<std::string>& literals) {
  return {!literals.front().empty(),
          std::accumulate(literals.begin(), literals.end(), size_t{0},
                          [](size_t sum, const std::string& text) { return sum + text.size(); })};
}

// What stands between the literals, each as short as it can be; nothing where they do not fit.
std::optional<std::vector<std::string_view>> match(const std::vector<std::string>& literals,
                                                   std::string_view text) {
  const std::string& last = literals.back();
  if (!text.starts_with(literals.front()) || text.size() < literals.front().size() + last.size() ||
      !text.ends_with(last)) {
    return std::nullopt;
  }
  std::vector<std::string_view> found;
  const size_t end = text.size() - last.size();
  size_t from = literals.front().size();
  for (size_t i = 1; i + 1 < literals.size(); ++i) {
    const size_t at = text.find(literals[i], from);
    if (at == std::string_view::npos || at + literals[i].size() > end) {
      return std::nullopt;
    }
    found.push_back(text.substr(from, at - from));
    from = at + literals[i].size();
  }
  found.push_back(text.substr(from, end - from));
  return found;
}

// The text with {1}, {2} ... in it replaced.
std::string filled(const std::string& text, const std::vector<std::string>& parts) {
  std::string out;
  for (size_t at = 0; at < text.size(); ++at) {
    const size_t number = at + 2 < text.size() && text[at] == '{' && text[at + 2] == '}'
                              ? static_cast<size_t>(text[at + 1] - '0')
                              : 0;
    if (number >= 1 && number <= parts.size()) {
      out += parts[number - 1];
      at += 2;
    } else {
      out += text[at];
    }
  }
  return out;
}

std::string text_of(const toml::node* node) {
  return node != nullptr ? node->value_or(std::string{}) : std::string{};
}

}  // namespace

std::string language_of(const std::string& wanted) {
  std::string name = wanted;
  for (const char* variable : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* value = std::getenv(variable);
    if (name.empty() && value != nullptr) {
      name = value;
    }
  }
  name = name.substr(0, name.find_first_of("_.@-"));
  const bool is_language =
      !name.empty() && name.size() <= 3 && std::ranges::all_of(name, [](char c) {
        return std::islower(static_cast<unsigned char>(c)) != 0;
      });
  return is_language ? name : "en";
}

fs::path in_language(const fs::path& file, const std::string& language) {
  fs::path translated = file;
  translated.replace_extension(language + file.extension().string());
  return fs::exists(translated) ? translated : file;
}

Result<> Translation::add(const fs::path& file) {
  if (!fs::exists(file)) {
    return {};
  }
  try {
    const toml::table table = toml::parse_file(file.string());
    for (const auto& [key, node] : table) {
      if (node.is_string()) {
        lab_[std::string(key.str())] = text_of(&node);
      }
    }
    if (const toml::table* rules = table["rules"].as_table()) {
      for (const auto& [id, rule] : *rules) {
        const toml::table* texts = rule.as_table();
        if (texts != nullptr) {
          rules_[std::string(id.str())] = {text_of(texts->get("sentence")),
                                           text_of(texts->get("explanation"))};
        }
      }
    }
    if (const toml::table* messages = table["messages"].as_table()) {
      for (const auto& [english, text] : *messages) {
        auto literals = cut(english.str());
        if (literals.size() == 1) {
          whole_[literals[0]] = text_of(&text);
        } else {
          patterns_.push_back({std::move(literals), text_of(&text)});
        }
      }
    }
  } catch (const toml::parse_error& problem) {
    return kafka::fail(kafka::ErrorCode::InvalidConfig,
                       fmt::format("{}, line {}: {}", file.string(), problem.source().begin.line,
                                   problem.description()));
  }
  std::ranges::stable_sort(patterns_, std::greater{},
                           [](const Message& message) { return weight(message.literals); });
  return {};
}

std::string Translation::translate(std::string_view english, int depth) const {
  if (const auto found = whole_.find(english); found != whole_.end()) {
    return found->second;
  }
  for (const Message& message : patterns_) {
    const auto parts = depth < kDepthMax ? match(message.literals, english) : std::nullopt;
    if (!parts) {
      continue;
    }
    std::vector<std::string> translated;
    for (const std::string_view part : *parts) {
      translated.push_back(translate(part, depth + 1));
    }
    return filled(message.text, translated);
  }
  return std::string(english);
}

std::string Translation::sentence(const std::string& rule, std::string_view english) const {
  const auto found = rules_.find(rule);
  return found == rules_.end() ? std::string(english) : found->second.sentence;
}

std::string Translation::explanation(const std::string& rule, std::string_view english) const {
  const auto found = rules_.find(rule);
  return found == rules_.end() ? std::string(english) : found->second.explanation;
}

LabFiles Translation::operator()(LabFiles lab) const {
  auto set = [&](const char* key, std::string& text) {
    const auto found = lab_.find(key);
    text = found == lab_.end() ? text : found->second;
  };
  set("title", lab.title);
  set("goal", lab.goal);
  set("first_step", lab.first_step);
  return lab;
}

Verdict Translation::operator()(Verdict verdict) const {
  for (Finding& finding : verdict.findings) {
    finding.sentence = sentence(finding.rule, finding.sentence);
    for (std::string* text : {&finding.fault, &finding.expected, &finding.saw, &finding.advice}) {
      *text = (*this)(*text);
    }
  }
  verdict.trouble = (*this)(verdict.trouble);
  verdict.program = (*this)(verdict.program);
  return verdict;
}

}  // namespace kraftlab
