// The faults of SimFiles: operations that fail, power losses, flipped bits.
#include <algorithm>

#include "broker/core/check.h"
#include "broker/core/sim_files.h"

namespace kafka {

namespace {

constexpr std::string_view operation_names[] = {"create", "read",   "write",  "truncate",
                                                "fsync",  "rename", "remove", "list"};

}  // namespace

std::unexpected<Error> SimFiles::error(std::string_view operation, const std::string& path,
                                       std::string_view reason) {
  return fail(ErrorCode::KafkaStorageError, fmt::format("{} {}: {}", operation, path, reason));
}

void SimFiles::fail_next(FileOperation operation, std::string path_part, int after) {
  faults_.push_back({operation, std::move(path_part), after});
}

Result<> SimFiles::attempt(FileOperation operation, const std::string& path) {
  ++counts_[operation];
  for (auto fault = faults_.begin(); fault != faults_.end(); ++fault) {
    if (fault->operation == operation && path.find(fault->path_part) != std::string::npos &&
        fault->after-- == 0) {
      faults_.erase(fault);
      return error(operation_names[static_cast<size_t>(operation)], path, "Input/output error");
    }
  }
  return {};
}

int64_t SimFiles::count(FileOperation operation) const {
  const auto found = counts_.find(operation);
  return found == counts_.end() ? 0 : found->second;
}

void SimFiles::power_loss(Random& random) {
  // Names: some prefix of the journal reached the disk.
  const size_t kept = random.below(journal_.size() + 1);
  for (size_t i = 0; i < kept; ++i) {
    apply(durable_nodes_, journal_[i]);
  }
  journal_.clear();
  nodes_ = durable_nodes_;
  // Contents: each sector that was not synced is new or old by itself, and so is the size.
  for (auto& [path, node] : nodes_) {
    if (node->bytes != node->durable) {
      const size_t shorter = std::min(node->bytes.size(), node->durable.size());
      const size_t longer = std::max(node->bytes.size(), node->durable.size());
      Bytes mixed(shorter + random.below(longer - shorter + 1));
      for (size_t at = 0; at < mixed.size(); at += sector_bytes) {
        const Bytes& source = random.below(2) == 0 ? node->bytes : node->durable;
        const size_t end = std::min({at + sector_bytes, mixed.size(), source.size()});
        for (size_t i = at; i < end; ++i) {
          mixed[i] = source[i];
        }
      }
      node->bytes = mixed;
    }
    // A copy: Files of the life before must not write to what the next life reads.
    node = std::make_shared<Node>(*node);
    node->durable = node->bytes;
  }
  durable_nodes_ = nodes_;
}

void SimFiles::flip_bit(const std::string& path, int64_t position, int bit) {
  nodes_.at(path)->bytes.at(static_cast<size_t>(position)) ^= static_cast<uint8_t>(1 << bit);
}

}  // namespace kafka
