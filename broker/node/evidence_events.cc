#include "broker/node/evidence_events.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <variant>

namespace kafka {

void EvidenceEvents::on_moved(const Partition& partition) {
  Said& said = said_[partition.key()];
  const int64_t log_end = partition.log().log_end_offset();
  const int64_t high_watermark = partition.high_watermark();
  if (log_end == said.log_end && high_watermark == said.high_watermark) {
    return;
  }
  said.log_end = log_end;
  said.high_watermark = high_watermark;
  recorder_.on_event(fmt::format("{}: log end {}, high watermark {}", to_string(partition.name()),
                                 log_end, high_watermark));
}

void EvidenceEvents::on_role(const Partition& partition) {
  Said& said = said_[partition.key()];
  const std::vector<int32_t>& in_sync = partition.isr().committed();
  if (partition.leader() == said.leader && partition.leader_epoch() == said.leader_epoch &&
      in_sync == said.in_sync) {
    return;
  }
  said.leader = partition.leader();
  said.leader_epoch = partition.leader_epoch();
  said.in_sync = in_sync;
  recorder_.on_event(fmt::format("{}: leader {}, epoch {}, in sync {}",
                                 to_string(partition.name()), said.leader, said.leader_epoch,
                                 fmt::join(in_sync, ", ")));
}

void EvidenceEvents::on_group_append(const GroupAppend& append) {
  for (const GroupRecord& record : append.records) {
    const auto* group = std::get_if<MetadataOfGroup>(&record);
    if (group == nullptr) {
      continue;
    }
    recorder_.on_event(group->value ? fmt::format("group {}: generation {}, {} members",
                                                  group->key.group, group->value->generation,
                                                  group->value->members.size())
                                    : fmt::format("group {}: gone", group->key.group));
  }
}

}  // namespace kafka
