// Feature levels and who must support them (broker/core/controller/update_features.cc).
#include "broker/core/controller/features.h"
#include "tests/unit/core/controller/controller_fixture.h"

namespace kafka {
namespace {

constexpr int8_t upgrade = 1, safe_downgrade = 2, unsafe_downgrade = 3;

class FeatureUpdates : public ControllerTest {
 protected:
  FeatureUpdates() {
    RegisterControllerRecord self;
    self.controller_id = 1;
    apply({self});
  }
  Decision<UpdateFeaturesResponse> update(const std::string& feature, int16_t level,
                                          int8_t type = upgrade, bool validate_only = false) {
    UpdateFeaturesRequest request;
    auto& asked = request.feature_updates.emplace_back();
    asked.feature = feature;
    asked.max_version_level = level;
    asked.upgrade_type = type;
    request.validate_only = validate_only;
    return controller_.decide_update_features(request, 2);
  }
  ErrorCode error_of(const Decision<UpdateFeaturesResponse>& decision) {
    return static_cast<ErrorCode>(decision.reply.error_code);
  }
};

TEST_F(FeatureUpdates, ALevelThatEverybodySupportsIsWritten) {
  add_broker(1);
  const auto decision = update("group.version", 1);
  EXPECT_EQ(error_of(decision), ErrorCode::None);
  EXPECT_EQ(texts_of(decision.records), Lines{"FeatureLevel group.version=1"});
}

TEST_F(FeatureUpdates, ALevelThatOneBrokerDoesNotSupportIsRefused) {
  BrokerRegistration old = registration(2);
  std::erase_if(old.features, [](const auto& f) { return f.name == "group.version"; });
  apply(must(controller_.decide_register_broker(old, next_offset_, now_ms_)).batches);
  const auto decision = update("group.version", 1);
  EXPECT_EQ(error_of(decision), ErrorCode::InvalidUpdateVersion);
  EXPECT_TRUE(decision.records.empty());
}

TEST_F(FeatureUpdates, UnknownFeaturesAndLevelsAreRefused) {
  EXPECT_EQ(error_of(update("no.such.feature", 1)), ErrorCode::InvalidUpdateVersion);
  EXPECT_EQ(error_of(update("group.version", 9)), ErrorCode::InvalidUpdateVersion);
  EXPECT_EQ(error_of(update("group.version", -1)), ErrorCode::InvalidUpdateVersion);
  EXPECT_EQ(error_of(update("group.version", 1, 7)), ErrorCode::InvalidUpdateVersion);
}

TEST_F(FeatureUpdates, ADowngradeMustBeMeant) {
  set_feature("group.version", 1);
  EXPECT_EQ(error_of(update("group.version", 0)), ErrorCode::InvalidUpdateVersion);
  EXPECT_EQ(texts_of(update("group.version", 0, safe_downgrade).records),
            Lines{"FeatureLevel group.version=0"});
  EXPECT_EQ(error_of(update("group.version", 1, unsafe_downgrade)), ErrorCode::None);
}

TEST_F(FeatureUpdates, MetadataVersionDoesNotGoDownWhereRecordsChanged) {
  EXPECT_EQ(error_of(update("metadata.version", 29, safe_downgrade)),
            ErrorCode::InvalidUpdateVersion);
  set_feature(metadata_version_feature, 29);
  EXPECT_EQ(texts_of(update("metadata.version", 28, safe_downgrade).records),
            Lines{"FeatureLevel metadata.version=28"});
}

TEST_F(FeatureUpdates, OneRefusalRefusesAll) {
  UpdateFeaturesRequest request;
  request.feature_updates.push_back({"group.version", 1, false, upgrade});
  request.feature_updates.push_back({"share.version", 9, false, upgrade});
  const auto decision = controller_.decide_update_features(request, 2);
  EXPECT_EQ(error_of(decision), ErrorCode::InvalidUpdateVersion);
  EXPECT_TRUE(decision.records.empty());
}

TEST_F(FeatureUpdates, ValidationWritesNothing) {
  const auto decision = update("group.version", 1, upgrade, true);
  EXPECT_EQ(error_of(decision), ErrorCode::None);
  EXPECT_TRUE(decision.records.empty());
}

}  // namespace
}  // namespace kafka
