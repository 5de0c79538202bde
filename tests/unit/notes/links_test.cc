// What the documents say about the tree is true: links lead to files, named symbols are in the file
// that is named, and every note can be found.
//
//   [text](../path)                   the file is there
//   `Symbol` in [text](../path)       ... and says Symbol (of `A::b` it is b that counts)
//   `broker/core/x.h`                 a path from the root: the file is there
//   `broker/core/x.h:Symbol`          ... and says Symbol
//   Note: notes/x.md                  at the head of a source: the file is there
//   | claim | verdict | shown by |    in notes/: the verdict is one of four words
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace fs = std::filesystem;

const fs::path kRoot = KRAFTLAB_SOURCE_DIR;
constexpr std::array kRooms = {"broker", "compose", "labs", "notes", "protocol", "tests"};
constexpr std::array<std::string_view, 4> kVerdicts = {"true", "false", "dated", "conditional"};

struct Document {
  fs::path path;
  std::string text;  // without code blocks; a line break counts as a space
};

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

bool is_code(const std::string& line, bool& fenced) {
  if (line.starts_with("```")) {
    fenced = !fenced;
    return true;
  }
  return fenced || line.starts_with("    ");
}

std::string prose_of(const fs::path& path) {
  std::ifstream in(path);
  std::string prose;
  bool fenced = false;
  for (std::string line; std::getline(in, line);) {
    if (!is_code(line, fenced)) {
      const size_t begin = line.find_first_not_of(' ');
      prose += begin == std::string::npos ? "" : line.substr(begin);
      prose += ' ';
    }
  }
  return prose;
}

std::vector<Document> documents() {
  std::vector<Document> found = {{kRoot / "README.md", prose_of(kRoot / "README.md")}};
  for (const char* room : kRooms) {
    for (const auto& entry : fs::recursive_directory_iterator(kRoot / room)) {
      if (entry.path().extension() == ".md") {
        found.push_back({entry.path(), prose_of(entry.path())});
      }
    }
  }
  return found;
}

void for_each_match(const std::string& text, const std::regex& pattern,
                    const std::function<void(const std::smatch&)>& visit) {
  for (std::sregex_iterator match(text.begin(), text.end(), pattern), end; match != end; ++match) {
    visit(*match);
  }
}

// A link's target as a path, or nothing if it leaves the project.
fs::path target_of(const Document& document, std::string link) {
  if (link.find("://") != std::string::npos || link.starts_with('#')) {
    return {};
  }
  return document.path.parent_path() / link.substr(0, link.find('#'));
}

bool says(const fs::path& file, const std::string& symbol) {
  const size_t scope = symbol.rfind("::");
  const std::string name = scope == std::string::npos ? symbol : symbol.substr(scope + 2);
  return std::regex_search(read(file), std::regex("\\b" + name + "\\b"));
}

TEST(Documents, EveryLinkLeadsToAFile) {
  const std::regex link(R"(\]\(([^()\s]+)\))");
  size_t links = 0;
  for (const Document& document : documents()) {
    for_each_match(document.text, link, [&](const std::smatch& match) {
      const fs::path target = target_of(document, match[1]);
      links += !target.empty();
      EXPECT_TRUE(target.empty() || fs::exists(target))
          << document.path << " links to " << match[1];
    });
  }
  EXPECT_GT(links, 200u);
}

TEST(Documents, EverySymbolIsInTheFileThatIsNamed) {
  const std::regex mention(R"(`([A-Za-z_][\w:]*)` in \[[^\]]*\]\(([^()\s]+)\))");
  size_t symbols = 0;
  for (const Document& document : documents()) {
    for_each_match(document.text, mention, [&](const std::smatch& match) {
      const fs::path target = target_of(document, match[2]);
      if (!target.empty() && fs::is_regular_file(target)) {
        ++symbols;
        EXPECT_TRUE(says(target, match[1]))
            << document.path << ": no " << match[1] << " in " << match[2];
      }
    });
  }
  EXPECT_GT(symbols, 50u);
}

TEST(Documents, EveryPathFromTheRootIsThere) {
  const std::regex path(
      R"(`((?:broker|compose|labs|notes|protocol|tests)/[\w./-]*\.(?:cc|h|md|py|txt|yml))(?::(\w[\w:]*))?`)");
  const std::regex placeholder(R"(NN|name)");  // a pattern for names, not a name
  for (const Document& document : documents()) {
    for_each_match(document.text, path, [&](const std::smatch& match) {
      const std::string file = match[1];
      if (std::regex_search(file, placeholder)) {
        return;
      }
      ASSERT_TRUE(fs::exists(kRoot / file)) << document.path << " names " << file;
      EXPECT_TRUE(!match[2].matched || says(kRoot / file, match[2]))
          << document.path << ": no " << match[2] << " in " << file;
    });
  }
}

TEST(Documents, EveryNoteThatASourceNamesIsThere) {
  const std::regex note(R"(notes/[a-z_]+\.md)");
  size_t named = 0;
  for (const char* room : {"broker", "labs", "protocol"}) {
    for (const auto& entry : fs::recursive_directory_iterator(kRoot / room)) {
      if (entry.path().extension() == ".h" || entry.path().extension() == ".cc") {
        for_each_match(read(entry.path()), note, [&](const std::smatch& match) {
          ++named;
          EXPECT_TRUE(fs::exists(kRoot / match.str())) << entry.path() << " names " << match.str();
        });
      }
    }
  }
  EXPECT_GT(named, 10u);
}

TEST(Notes, AllAreInTheIndex) {
  const std::string index = read(kRoot / "notes/README.md");
  for (const auto& entry : fs::directory_iterator(kRoot / "notes")) {
    const std::string name = entry.path().filename().string();
    const bool translated = entry.path().stem().has_extension();  // README.ru.md
    if (entry.path().extension() == ".md" && name != "README.md" && !translated) {
      EXPECT_NE(index.find("](" + name + ")"), std::string::npos) << name;
    }
  }
}

TEST(Notes, EveryClaimHasAVerdict) {
  const std::regex row(R"(^\| (.+) \| ([a-z]+) \| (.+) \|$)");
  size_t claims = 0;
  for (const auto& entry : fs::directory_iterator(kRoot / "notes")) {
    std::ifstream in(entry.path());
    bool claimed = false;  // inside a table of claims
    for (std::string line; std::getline(in, line);) {
      claimed = line.starts_with("| claim | verdict |") || (claimed && line.starts_with("|"));
      if (!claimed || line.starts_with("| claim") || line.starts_with("| ---")) {
        continue;
      }
      ++claims;
      std::smatch match;
      const bool shaped = std::regex_match(line, match, row);
      ASSERT_TRUE(shaped) << entry.path() << ": " << line;
      EXPECT_NE(std::ranges::find(kVerdicts, match[2].str()), kVerdicts.end())
          << entry.path() << ": " << line;
    }
  }
  EXPECT_GT(claims, 150u);
}

}  // namespace
