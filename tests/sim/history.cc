#include "tests/sim/history.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>

namespace kafka::sim {

namespace {

struct Value {
  int producer = -1;
  int64_t number = -1;
};

std::optional<Value> parse(std::string_view text) {
  Value value;
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos) {
    return std::nullopt;
  }
  const char* middle = text.data() + colon;
  const char* end = text.data() + text.size();
  if (std::from_chars(text.data(), middle, value.producer).ptr != middle ||
      std::from_chars(middle + 1, end, value.number).ptr != end) {
    return std::nullopt;
  }
  return value;
}

std::string shown(const PartitionId& partition) {
  return fmt::format("{}-{}", partition.first.to_string(), partition.second);
}

}  // namespace

std::string History::value_of(int producer, int64_t number) {
  return fmt::format("{}:{}", producer, number);
}

void History::broken(std::string rule, const std::string& what) const {
  throw Violation(std::move(rule), what);
}

int64_t History::begin_write(int producer, const Write& write) {
  std::vector<Write>& writes = writes_[producer];
  writes.push_back(write);
  return static_cast<int64_t>(writes.size()) - 1;
}

void History::acknowledge(int producer, int64_t number, int64_t offset) {
  Write& known = write(producer, number);
  known.acknowledged = true;
  known.offset = offset;
  ++acknowledged_;
  if (offset < 0 || known.acks != -1) {
    return;
  }
  if (on_acknowledged) {
    on_acknowledged(known.partition, offset);
  }
  auto& seen = seen_[known.partition];
  const auto at = seen.find(offset);
  const std::string value = value_of(producer, number);
  if (at != seen.end() && at->second != value) {
    broken("wrong offset", fmt::format("{} was acknowledged at {} of {}, where a reader saw {}",
                                       value, offset, shown(known.partition), at->second));
  }
}

void History::read(const PartitionId& partition, int64_t offset, std::string_view value) {
  ++read_count_;
  if (on_read) {
    on_read(partition, offset);
  }
  const auto [at, is_new] = seen_[partition].try_emplace(offset, value);
  if (!is_new) {
    if (at->second != value) {
      broken("changed read", fmt::format("offset {} of {} was {} and is {}", offset,
                                         shown(partition), at->second, value));
    }
    return;
  }
  const std::optional<Value> parsed = parse(value);
  const auto producer = parsed ? writes_.find(parsed->producer) : writes_.end();
  if (producer == writes_.end() ||
      parsed->number >= static_cast<int64_t>(producer->second.size()) ||
      producer->second[static_cast<size_t>(parsed->number)].partition != partition) {
    broken("foreign read", fmt::format("offset {} of {} holds {}, which nobody wrote there", offset,
                                       shown(partition), value));
  }
  const Write& write = producer->second[static_cast<size_t>(parsed->number)];
  if (write.acks == -1 && write.acknowledged && write.offset >= 0 && write.offset != offset &&
      write.idempotent) {
    broken("wrong offset", fmt::format("{} was acknowledged at {} of {} and stands at {}", value,
                                       write.offset, shown(partition), offset));
  }
}

void History::check_complete(const PartitionId& partition, int64_t end) {
  if (deleted_.contains(partition.first)) {
    return;
  }
  std::map<int, std::map<int64_t, int64_t>> found;      // producer, number: offset
  std::map<std::pair<int, int>, int64_t> last_number;  // producer, generation
  for (const auto& [offset, text] : seen_[partition]) {
    if (offset >= end) {
      broken("lost write", fmt::format("{} at {} of {} was read before, and the log ends at {}",
                                       text, offset, shown(partition), end));
    }
    const Value value = *parse(text);
    const Write& known = write(value.producer, value.number);
    const auto [at, is_new] = found[value.producer].try_emplace(value.number, offset);
    if (!known.idempotent) {
      continue;
    }
    if (!is_new) {
      broken("duplicate", fmt::format("{} of an idempotent producer stands at {} and {} of {}",
                                      text, at->second, offset, shown(partition)));
    }
    int64_t& last = last_number.try_emplace({value.producer, known.generation}, -1).first->second;
    if (value.number < last) {
      broken("reordered", fmt::format("{} at {} of {} comes after number {}", text, offset,
                                      shown(partition), last));
    }
    last = value.number;
  }
  for (const auto& [producer, writes] : writes_) {
    for (size_t number = 0; number < writes.size(); ++number) {
      const Write& known = writes[number];
      if (known.partition != partition || !known.acknowledged || known.acks != -1) {
        continue;
      }
      if (!found[producer].contains(static_cast<int64_t>(number))) {
        broken("lost write", fmt::format("{}:{} was acknowledged at {} of {} and is not there",
                                         producer, number, known.offset, shown(partition)));
      }
    }
  }
}

}  // namespace kafka::sim
