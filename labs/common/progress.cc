#include "labs/common/progress.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <fstream>
#include <sstream>

#include "labs/common/text_file.h"

namespace kraftlab {
namespace {

std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> fields;
  std::istringstream in(line);
  for (std::string field; std::getline(in, field, '\t');) {
    fields.push_back(field);
  }
  return fields;
}

}  // namespace

Progress::Progress(std::filesystem::path file) : file_(std::move(file)) {
  std::ifstream in(file_);
  for (std::string line; std::getline(in, line);) {
    if (!line.empty() && line[0] != '#') {
      rows_.push_back(split(line));
    }
  }
}

Passed Progress::first_pass(const std::string& lab) const {
  for (const auto& row : rows_) {
    if (row.size() >= 3 && row[0] == "passed" && row[1] == lab) {
      return {row[2], row.size() > 3 ? row[3] : ""};
    }
  }
  return {};
}

int Progress::hints_read(const std::string& lab) const {
  int most = 0;
  for (const auto& row : rows_) {
    if (row.size() >= 3 && row[0] == "hint" && row[1] == lab) {
      most = std::max(most, std::atoi(row[2].c_str()));
    }
  }
  return most;
}

bool Progress::note_passed(const std::string& lab, const std::string& run_id) {
  return append(fmt::format("passed\t{}\t{:%Y-%m-%dT%H:%M:%SZ}\t{}", lab,
                            fmt::gmtime(std::time(nullptr)), run_id));
}

bool Progress::note_hint(const std::string& lab, int number) {
  return append(fmt::format("hint\t{}\t{}", lab, number));
}

bool Progress::append(const std::string& line) {
  std::error_code ignored;  // the open below tells
  std::filesystem::create_directories(file_.parent_path(), ignored);
  const std::string before = read_file(file_);
  std::ofstream out(file_, std::ios::app);
  if (before.empty()) {
    out << "# kraftlab progress 1\n";
  } else if (!before.ends_with('\n')) {  // cut short, or edited by hand
    out << '\n';
  }
  out << line << "\n" << std::flush;
  rows_.push_back(split(line));
  return static_cast<bool>(out);
}

}  // namespace kraftlab
