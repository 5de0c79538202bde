#include "tests/sim/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "tests/sim/world.h"

namespace kafka::sim {

namespace {

const Shape& draw_shape(Random& draw, const std::string& name) {
  if (!name.empty()) {
    const auto named = std::ranges::find(shapes(), name, &Shape::name);
    if (named == shapes().end()) {
      throw Violation("set up", fmt::format("there is no shape {}", name));
    }
    return *named;
  }
  static constexpr size_t by_draw[] = {0, 0, 0, 0, 0, 1, 2, 2, 3, 3};
  return shapes()[by_draw[draw.below(std::size(by_draw))]];
}

}  // namespace

int64_t draw_between(Random& draw, int64_t low, int64_t high) {
  return low + static_cast<int64_t>(draw.below(static_cast<uint64_t>(high - low + 1)));
}

ClusterPlan draw_cluster(Random& draw, const std::string& shape, bool power_losses) {
  const auto between = [&](int64_t low, int64_t high) { return draw_between(draw, low, high); };
  ClusterPlan plan;
  ClusterSettings& settings = plan.settings;
  settings.shape = draw_shape(draw, shape);
  settings.dynamic_voters = draw.below(2) == 0;
  settings.clock_skew_ms_max = draw.below(2) == 0 ? 0 : 5'000;
  static constexpr int64_t sync_us[] = {3'000, 3'000, 3'000, 60'000, 60'000, 300'000};
  settings.sync_us_max = sync_us[draw.below(std::size(sync_us))];
  plan.latency_us_max = draw.below(3) == 0 ? 20'000 : 800;
  plan.buffer_bytes = draw.below(3) == 0 ? 4'096 : 256 * 1024;
  const int copies = std::min(3, settings.shape.broker_count());
  ConfigMap& p = settings.properties;
  p["auto.create.topics.enable"] = "false";
  p["offsets.topic.num.partitions"] = "2";
  p["offsets.topic.replication.factor"] = std::to_string(copies);
  p["min.insync.replicas"] = std::to_string(draw_min_insync(draw, power_losses));
  p["group.initial.rebalance.delay.ms"] = "100";
  p["replica.lag.time.max.ms"] = std::to_string(between(1'500, 8'000));
  p["broker.session.timeout.ms"] = std::to_string(between(3'000, 9'000));
  p["broker.heartbeat.interval.ms"] = std::to_string(between(300, 2'000));
  p["replica.high.watermark.checkpoint.interval.ms"] = std::to_string(between(500, 5'000));
  p["log.flush.offset.checkpoint.interval.ms"] = std::to_string(between(1'000, 60'000));
  p["log.roll.ms"] = std::to_string(between(3'000, 120'000));
  p["metadata.log.max.record.bytes.between.snapshots"] = std::to_string(between(2'000, 60'000));
  p["leader.imbalance.check.interval.seconds"] = std::to_string(between(2, 300));
  if (draw.below(3) == 0) {  // followers come nearer by a batch or two at a time
    p["replica.fetch.max.bytes"] = std::to_string(between(1'500, 4'000));
    p["replica.fetch.response.max.bytes"] = p["replica.fetch.max.bytes"];
  }
  p["num.replica.fetchers"] = std::to_string(between(1, 3));
  p["fetch.purgatory.purge.interval.requests"] = "1000";
  return plan;
}

int32_t draw_min_insync(Random& draw, bool power_losses) {
  const bool drawn_two = draw.below(2) == 0;
  return drawn_two || power_losses ? 2 : 1;
}

}  // namespace kafka::sim
