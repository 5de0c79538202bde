#include <fmt/core.h>

#include <array>
#include <filesystem>
#include <fstream>

#include "broker/tools/common/text.h"
#include "broker/tools/links/links.h"

namespace kafka {

namespace {

constexpr int64_t node_max = 1000;

// The inode of the socket at 127.0.0.1:from that is connected to 127.0.0.1:to.
std::optional<std::string> inode_of_connection(uint16_t from, uint16_t to) {
  const std::string near = fmt::format("0100007F:{:04X}", from);
  const std::string far = fmt::format("0100007F:{:04X}", to);
  std::ifstream table("/proc/net/tcp");
  std::string line;
  while (std::getline(table, line)) {
    std::vector<std::string> fields;
    for (const std::string& field : split(line, ' ')) {
      if (!field.empty()) {
        fields.push_back(field);
      }
    }
    if (fields.size() > 9 && fields[1] == near && fields[2] == far && fields[9] != "0") {
      return fields[9];
    }
  }
  return std::nullopt;
}

bool owns_socket(pid_t process, const std::string& inode) {
  const std::string wanted = "socket:[" + inode + "]";
  std::error_code failed;
  std::filesystem::directory_iterator file(fmt::format("/proc/{}/fd", process), failed);
  for (; !failed && file != std::filesystem::directory_iterator(); file.increment(failed)) {
    std::error_code closed;  // meanwhile: then it is not the one
    if (std::filesystem::read_symlink(file->path(), closed) == wanted) {
      return true;
    }
  }
  return false;  // or the process is gone
}

}  // namespace

std::optional<Link> parse_link(std::string_view text) {
  const std::vector<std::string> parts = split(text, ':');
  if (parts.size() != 3) {
    return std::nullopt;
  }
  const auto node = parse_number(parts[0], 0, node_max);
  const auto listen_port = parse_number(parts[1], 1, UINT16_MAX);
  const auto target_port = parse_number(parts[2], 1, UINT16_MAX);
  if (!node || !listen_port || !target_port) {
    return std::nullopt;
  }
  return Link{static_cast<int>(*node), static_cast<uint16_t>(*listen_port),
              static_cast<uint16_t>(*target_port)};
}

void Cuts::heal(int node) {
  std::erase_if(pairs_, [&](const auto& cut) { return cut.first == node || cut.second == node; });
}

std::string Cuts::to_string() const {
  std::string out;
  for (const auto& [a, b] : pairs_) {
    out += fmt::format("{}{}-{}", out.empty() ? "" : " ", a, b);
  }
  return out;
}

int owner_of_connection(uint16_t from, uint16_t to, const std::map<int, pid_t>& processes) {
  const auto inode = inode_of_connection(from, to);
  for (const auto& [node, process] : processes) {
    if (inode && owns_socket(process, *inode)) {
      return node;
    }
  }
  return 0;
}

}  // namespace kafka
