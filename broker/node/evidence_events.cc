#include "broker/node/evidence_events.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <variant>

namespace kafka {

EvidenceEvents::Said& EvidenceEvents::said_of(const Partition& partition) {
  auto [found, is_new] = said_.try_emplace(partition.key());
  if (is_new) {
    found->second.name = to_string(partition.name());
  }
  return found->second;
}

void EvidenceEvents::on_moved(const Partition& partition) {
  Said& said = said_of(partition);
  const int64_t log_end = partition.log().log_end_offset();
  const int64_t high_watermark = partition.high_watermark();
  if (log_end == said.log_end && high_watermark == said.high_watermark) {
    return;
  }
  said.log_end = log_end;
  said.high_watermark = high_watermark;
  text_.assign(said.name).append(": log end ").append(fmt::format_int(log_end).c_str());
  text_.append(", high watermark ").append(fmt::format_int(high_watermark).c_str());
  recorder_.on_event(text_);
}

void EvidenceEvents::on_role(const Partition& partition) {
  Said& said = said_of(partition);
  const std::vector<int32_t>& in_sync = partition.isr().committed();
  if (partition.leader() == said.leader && partition.leader_epoch() == said.leader_epoch &&
      in_sync == said.in_sync) {
    return;
  }
  said.leader = partition.leader();
  said.leader_epoch = partition.leader_epoch();
  said.in_sync = in_sync;
  recorder_.on_event(fmt::format("{}: leader {}, epoch {}, in sync {}",
                                 said.name, said.leader, said.leader_epoch,
                                 fmt::join(in_sync, ", ")));
}

void EvidenceEvents::on_group_append(const GroupAppend& append) {
  for (const GroupRecord& record : append.records) {
    const auto* group = std::get_if<MetadataOfGroup>(&record);
    if (group == nullptr) {
      continue;
    }
    std::string text = group->value ? fmt::format("group {}: generation {}, {} members",
                                                  group->key.group, group->value->generation,
                                                  group->value->members.size())
                                    : fmt::format("group {}: gone", group->key.group);
    std::string& said = said_of_groups_[group->key.group];
    if (said != text) {
      recorder_.on_event(text);
      said = std::move(text);
    }
  }
}

}  // namespace kafka
