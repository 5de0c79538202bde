// UpdateFeatures: finalizes feature levels (KIP-584, KIP-1022). A level is taken when every broker
// and every controller of the quorum supports it, so that nobody meets a record it cannot read.
//
// Going down is only for features whose records stay readable: the upgrade type must say that a
// downgrade is meant, and metadata.version goes down only between levels that did not change any
// record. kraft.version is written by raft, as control records; the handler sends it there.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "broker/core/controller/controller.h"
#include "broker/core/controller/features.h"

namespace kafka {
namespace {

using Update = UpdateFeaturesRequest::FeatureUpdateKey;

enum class UpgradeType : int8_t { Upgrade = 1, SafeDowngrade = 2, UnsafeDowngrade = 3 };

// v0 knows only whether a downgrade is allowed; it is an unsafe one then.
UpgradeType type_of(const Update& update, int16_t version) {
  if (version == 0) {
    return update.allow_downgrade ? UpgradeType::SafeDowngrade : UpgradeType::Upgrade;
  }
  return static_cast<UpgradeType>(update.upgrade_type);
}

std::unexpected<Error> invalid(const Update& update, std::string_view why) {
  return fail(ErrorCode::InvalidUpdateVersion,
              fmt::format("Invalid update version {} for feature {}. {}", update.max_version_level,
                          update.feature, why));
}

// "Broker 1 only supports versions 0-1", or nothing.
std::optional<std::string> reason_against(std::string_view who, const std::string& feature,
                                          int16_t level,
                                          const std::vector<SupportedFeature>& supported) {
  const auto found = std::ranges::find(supported, feature, &SupportedFeature::name);
  const int16_t min = found == supported.end() ? int16_t{0} : found->min_version;
  const int16_t max = found == supported.end() ? int16_t{0} : found->max_version;
  if (level >= min && level <= max) {
    return std::nullopt;
  }
  return max == 0 ? fmt::format("{} does not support this feature.", who)
                  : fmt::format("{} only supports versions {}-{}", who, min, max);
}

// metadata.version levels from which on records or their versions changed: crossing one of them
// downwards could lose what only the higher level can say.
bool metadata_changed_between(int16_t lower, int16_t higher) {
  constexpr int16_t changes[] = {8, 9, 10, 11, 12, 13, 14, 15, 17, 20, 23, 30};
  return std::ranges::any_of(changes,
                             [&](int16_t level) { return level > lower && level <= higher; });
}

// Features that stand on others (KIP-1022).
Result<> check_dependencies(const Update& update, const std::map<std::string, int16_t>& proposed) {
  const auto level_of = [&](std::string_view name) {
    const auto found = proposed.find(std::string(name));
    return found == proposed.end() ? int16_t{0} : found->second;
  };
  const auto needs = [&](std::string_view feature, int16_t level) -> Result<> {
    if (level_of(feature) >= level) {
      return {};
    }
    return invalid(update, fmt::format("It needs {} at level {} or higher.", feature, level));
  };
  if (update.feature == elr_feature && update.max_version_level >= 1) {
    return needs(metadata_version_feature, metadata_version::elr);
  }
  return {};
}

}  // namespace

std::optional<std::string> Controller::reason_not_supported(const Update& update) const {
  if (auto reason =
          reason_against(fmt::format("Local controller {}", config_.node_id), update.feature,
                         update.max_version_level, registered_features())) {
    return reason;
  }
  for (const auto& [id, broker] : state_.brokers()) {
    if (auto reason = reason_against(fmt::format("Broker {}", id), update.feature,
                                     update.max_version_level, broker.features)) {
      return reason;
    }
  }
  if (state_.metadata_version() < metadata_version::register_controller) {
    return std::nullopt;
  }
  for (const auto& [id, controller] : state_.controllers()) {
    if (id == config_.node_id) {
      continue;
    }
    if (auto reason = reason_against(fmt::format("Controller {}", id), update.feature,
                                     update.max_version_level, controller.features)) {
      return reason;
    }
  }
  for (const QuorumVoter& voter : config_.controller_quorum_voters) {
    if (voter.id != config_.node_id && state_.controller(voter.id) == nullptr) {
      return fmt::format("controller {} has not registered, and may not support this feature",
                         voter.id);
    }
  }
  return std::nullopt;
}

Result<> Controller::check_feature_update(const Update& update, int16_t version,
                                          const std::map<std::string, int16_t>& proposed) const {
  const UpgradeType type = type_of(update, version);
  if (type < UpgradeType::Upgrade || type > UpgradeType::UnsafeDowngrade) {
    return invalid(update, "The controller does not support the given upgrade type.");
  }
  const int16_t level = update.max_version_level;
  const int16_t current = update.feature == kraft_version_feature
                              ? state_.kraft_version()
                              : state_.feature_level(update.feature);
  if (level < 0) {
    return invalid(update, "A feature version cannot be less than 0.");
  }
  if (const auto reason = reason_not_supported(update)) {
    return invalid(update, *reason);
  }
  if (level < current && type == UpgradeType::Upgrade) {
    return invalid(update,
                   "Can't downgrade the version of this feature without setting the "
                   "upgrade type to either safe or unsafe downgrade.");
  }
  if (level > current && type != UpgradeType::Upgrade) {
    return invalid(update, "Can't downgrade to a newer version.");
  }
  if (update.feature == kraft_version_feature && level < current) {
    return invalid(update, "Can't downgrade the version of this feature.");
  }
  if (update.feature == metadata_version_feature && level < current &&
      metadata_changed_between(level, current)) {
    return fail(
        ErrorCode::InvalidUpdateVersion,
        fmt::format("Unsupported metadata.version downgrade from {} to {}. {}", current, level,
                    type == UpgradeType::UnsafeDowngrade
                        ? "Unsafe metadata downgrade is not supported in this version."
                        : "Refusing to perform the requested downgrade because it might "
                          "delete metadata information."));
  }
  return check_dependencies(update, proposed);
}

Decision<UpdateFeaturesResponse> Controller::decide_update_features(
    const UpdateFeaturesRequest& request, int16_t version) const {
  Decision<UpdateFeaturesResponse> decision;
  UpdateFeaturesResponse& reply = decision.reply;
  reply.error_message = std::nullopt;
  std::map<std::string, int16_t> proposed(state_.features().begin(), state_.features().end());
  for (const Update& update : request.feature_updates) {
    proposed[update.feature] = update.max_version_level;
  }
  for (const Update& update : request.feature_updates) {
    if (auto valid = check_feature_update(update, version, proposed); !valid) {
      // All or nothing.
      decision.records.clear();
      reply.results.clear();
      reply.error_code = static_cast<int16_t>(valid.error().code);
      reply.error_message =
          "The update failed for all features since the following feature had an error: " +
          valid.error().message;
      return decision;
    }
    if (update.feature != kraft_version_feature) {
      FeatureLevelRecord record;
      record.name = update.feature;
      record.feature_level = update.max_version_level;
      decision.records.emplace_back(std::move(record));
    }
    if (version < 2) {  // later versions answer for all of them at once
      auto& result = reply.results.emplace_back();
      result.feature = update.feature;
      result.error_message = std::nullopt;
    }
  }
  if (request.validate_only) {
    decision.records.clear();
  }
  return decision;
}

}  // namespace kafka
