#include "broker/handlers/74_list_config_resources.h"

#include <gtest/gtest.h>

#include "protocol/error.h"
#include "tests/unit/node/cluster_image.h"

namespace kafka {
namespace {

std::string listed(const MetadataImage& image, int16_t version, std::vector<int8_t> types) {
  ListConfigResourcesRequest request;
  request.resource_types = std::move(types);
  const auto answer = answer_list_config_resources(request, version, image);
  std::string text = answer.error_code != 0 ? std::to_string(answer.error_code) : "";
  for (const auto& resource : answer.config_resources) {
    text += (text.empty() ? "" : " ") + std::to_string(resource.resource_type) + ":" +
            resource.resource_name;
  }
  return text;
}

TEST(ListConfigResources, NamesWhatExistsAndWhatWasSet) {
  ClusterImage cluster;
  cluster.broker(1).topic("a", {{1}}).topic("b", {{1}});
  cluster.config(ConfigResourceType::Group, "g", "consumer.session.timeout.ms", "50000");
  cluster.config(ConfigResourceType::ClientMetrics, "m", "interval.ms", "5000");
  cluster.config(ConfigResourceType::Topic, "a", "retention.ms", "5");
  const MetadataImage& image = cluster.image();
  EXPECT_EQ(listed(image, 1, {}), "32:g 16:m 8:1 4:1 2:a 2:b");
  EXPECT_EQ(listed(image, 1, {2, 32}), "32:g 2:a 2:b");
  EXPECT_EQ(listed(image, 0, {}), "16:m");
  EXPECT_EQ(listed(image, 1, {99}),
            std::to_string(static_cast<int>(ErrorCode::UnsupportedVersion)));
}

}  // namespace
}  // namespace kafka
