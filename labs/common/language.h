// Language: what the labs say, in another language than English. Translations are files beside the
// English ones, and whatever has none is shown in English:
//
//   README.ru.md, hints/1.ru.md   beside README.md, hints/1.md
//   lab.ru.toml                   beside lab.toml: title, goal, first_step;
//                                 [rules."01.1"] sentence, explanation; [messages]
//   common/words.ru.toml          [messages] of the command itself
//
// [messages] is a table from English to the other language. Where the English has {} any text fits,
// which is translated in its turn and stands for {1}, {2} ... in the translation:
//
//   "frame {}: {}" = "кадр {1}: {2}"
//
// A verdict as JSON stays English: programs read it.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "labs/common/catalog.h"
#include "labs/common/verdict.h"

namespace kraftlab {

// `wanted` (--lang), else what LC_ALL, LC_MESSAGES or LANG say: "ru"; "en" for C, POSIX and none.
std::string language_of(const std::string& wanted);

// README.ru.md for README.md, where there is one.
std::filesystem::path in_language(const std::filesystem::path& file, const std::string& language);

class Translation {
 public:
  Translation() = default;  // English: everything stays as it is

  // Adds a file's messages and rules; a file that is not there adds nothing.
  Result<> add(const std::filesystem::path& toml);

  std::string operator()(std::string_view english) const { return translate(english, 0); }
  std::string sentence(const std::string& rule, std::string_view english) const;
  std::string explanation(const std::string& rule, std::string_view english) const;
  LabFiles operator()(LabFiles lab) const;  // title, goal, first step
  Verdict operator()(Verdict verdict) const;

 private:
  struct Message {
    std::vector<std::string> literals;  // the English, cut at each {}
    std::string text;
  };
  struct RuleText {
    std::string sentence;
    std::string explanation;
  };

  std::string translate(std::string_view english, int depth) const;

  std::map<std::string, std::string, std::less<>> whole_;  // without {}
  std::vector<Message> patterns_;                          // the most particular first
  std::map<std::string, RuleText> rules_;
  std::map<std::string, std::string> lab_;  // title, goal, first_step
};

}  // namespace kraftlab
