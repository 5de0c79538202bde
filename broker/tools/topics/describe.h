// kafka-topics.sh --describe: which lines to print, and their format. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "broker/tools/common/options.h"
#include "broker/tools/topics/topic_admin.h"

namespace kafka {

// What --describe was asked to leave out.
struct DescribeReport {
  bool under_replicated = false;
  bool unavailable = false;
  bool under_min_isr = false;
  bool at_min_isr = false;
  bool with_overrides = false;

  [[nodiscard]] static DescribeReport from(const Options& options);
  [[nodiscard]] bool picks_partitions() const {
    return under_replicated || unavailable || under_min_isr || at_min_isr;
  }
};

struct Reassignment {
  std::vector<int32_t> adding;
  std::vector<int32_t> removing;
};
using Reassignments = std::map<int32_t, Reassignment>;  // by partition, of one topic

// The lines for a topic, each with its newline; empty when the report leaves all of them out.
[[nodiscard]] std::string describe_topic(const TopicDescription& topic,
                                         const ConfigEntries& configs, const Reassignments& moving,
                                         const DescribeReport& report);

}  // namespace kafka
