#include "broker/tools/reassign/proposal.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <random>
#include <set>

#include "broker/core/controller/image.h"
#include "broker/core/controller/placement.h"
#include "broker/tools/common/text.h"

namespace kafka {

namespace {

// An image of just these brokers, all of them alive.
ToolResult<MetadataImage> image_of(AdminClient& client, const std::vector<int32_t>& brokers,
                                   bool ignore_racks) {
  const auto nodes = client.nodes();
  if (!nodes) {
    return std::unexpected(nodes.error());
  }
  MetadataImage image;
  size_t with_rack = 0;
  size_t known = 0;
  for (const ClusterNode& node : *nodes) {
    if (std::ranges::count(brokers, node.id) == 0) {
      continue;
    }
    ++known;
    with_rack += node.rack ? 1 : 0;
    RegisterBrokerRecord record;
    record.broker_id = node.id;
    record.fenced = false;
    record.rack = ignore_racks ? std::nullopt : node.rack;
    if (const auto applied = image.apply(record); !applied) {
      return tool_failure(reassignment_failed, applied.error().message);
    }
  }
  if (!ignore_racks && with_rack != 0 && with_rack != known) {
    return tool_failure("org.apache.kafka.server.common.AdminOperationException",
                        "Not all brokers have rack information. Add --disable-rack-aware in "
                        "command line to make replica assignment without rack information.");
  }
  return image;
}

}  // namespace

ToolResult<std::vector<int32_t>> parse_broker_list(const std::string& text) {
  std::vector<int32_t> brokers;
  std::set<int32_t> twice;
  for (const std::string& item : split(text, ',')) {
    const auto number = parse_number(item, INT32_MIN, INT32_MAX);
    if (!number) {
      return tool_failure("java.lang.NumberFormatException",
                          fmt::format("For input string: \"{}\"", item));
    }
    const auto broker = static_cast<int32_t>(*number);
    if (std::ranges::count(brokers, broker) > 0) {
      twice.insert(broker);
    }
    brokers.push_back(broker);
  }
  if (!twice.empty()) {
    return tool_failure(
        reassignment_failed,
        fmt::format("Broker list contains duplicate entries: [{}]", fmt::join(twice, ", ")));
  }
  return brokers;
}

ToolResult<ReassignmentPlan> propose_replicas(AdminClient& client, const ReassignmentPlan& present,
                                              const std::vector<int32_t>& brokers,
                                              bool ignore_racks) {
  const auto image = image_of(client, brokers, ignore_racks);
  if (!image) {
    return std::unexpected(image.error());
  }
  std::random_device entropy;
  SeededRandom random((uint64_t{entropy()} << 32) | entropy());
  ReassignmentPlan proposed;
  for (auto at = present.begin(); at != present.end();) {
    Placement placement(*image, random);  // for the partitions of one topic
    const std::string& topic = at->first.topic;
    const auto factor = static_cast<int32_t>(at->second.replicas.size());
    if (const auto enough = placement.check(factor); !enough) {
      return std::unexpected(
          server_error(static_cast<int16_t>(enough.error().code), enough.error().message));
    }
    for (; at != present.end() && at->first.topic == topic; ++at) {
      proposed[at->first] = {
          placement.next(factor),
          std::vector<std::string>(static_cast<size_t>(factor), std::string(any_log_dir))};
    }
  }
  return proposed;
}

}  // namespace kafka
