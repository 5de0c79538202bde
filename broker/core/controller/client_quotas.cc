#include "broker/core/controller/client_quotas.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <string_view>

namespace kafka {
namespace {

constexpr std::string_view user = "user";
constexpr std::string_view client_id = "client-id";
constexpr std::string_view ip = "ip";

std::unexpected<Error> invalid_quota(std::string message) {
  return fail(ErrorCode::InvalidRequest, std::move(message));
}

// --- Describe ---

enum class Match : int8_t { Exact = 0, Default = 1, Specified = 2 };

// What an entity must have: a type with this name (null: the default), or with any.
struct Filter {
  std::map<std::string, std::optional<std::string>> exact;
  std::set<std::string> any;
  bool strict = false;

  bool has(std::string_view type) const {
    return exact.contains(std::string(type)) || any.contains(std::string(type));
  }

  bool matches(const QuotaEntity& entity) const {
    const auto name_of = [&](const std::string& type) {
      return std::ranges::find(entity, type, &QuotaEntity::value_type::first);
    };
    const bool all_exact = std::ranges::all_of(exact, [&](const auto& wanted) {
      const auto found = name_of(wanted.first);
      return found != entity.end() && found->second == wanted.second;
    });
    const bool all_any = std::ranges::all_of(
        any, [&](const std::string& type) { return name_of(type) != entity.end(); });
    return all_exact && all_any && (!strict || entity.size() == exact.size() + any.size());
  }
};

Result<> add_component(const DescribeClientQuotasRequest::ComponentData& component,
                       Filter& filter) {
  const std::string& type = component.entity_type;
  if (type.empty()) {
    return invalid_quota("Invalid empty entity type.");
  }
  if (filter.has(type)) {
    return invalid_quota(
        fmt::format("Entity type {} cannot appear more than once in the filter.", type));
  }
  if (type != user && type != client_id && type != ip) {
    return fail(ErrorCode::UnsupportedVersion, fmt::format("Unsupported entity type {}.", type));
  }
  switch (static_cast<Match>(component.match_type)) {
    case Match::Exact:
      if (!component.match) {
        return invalid_quota("Request specified MATCH_TYPE_EXACT, but set match string to null.");
      }
      filter.exact[type] = component.match;
      return {};
    case Match::Default:
      if (component.match) {
        return invalid_quota(
            "Request specified MATCH_TYPE_DEFAULT, but also specified a match string.");
      }
      filter.exact[type] = std::nullopt;
      return {};
    case Match::Specified:
      if (component.match) {
        return invalid_quota(
            "Request specified MATCH_TYPE_SPECIFIED, but also specified a match string.");
      }
      filter.any.insert(type);
      return {};
  }
  return invalid_quota(fmt::format("Unknown match type {}", component.match_type));
}

Result<Filter> filter_of(const DescribeClientQuotasRequest& request) {
  Filter filter;
  filter.strict = request.strict;
  for (const auto& component : request.components) {
    if (auto added = add_component(component, filter); !added) {
      return std::unexpected(std::move(added.error()));
    }
  }
  if (filter.has(ip) && (filter.has(user) || filter.has(client_id))) {
    return invalid_quota(
        "Invalid entity filter component combination: ip does not go with user or "
        "client-id.");
  }
  return filter;
}

// --- Alter ---

using Entry = AlterClientQuotasRequest::EntryData;
using Kinds = std::set<std::string_view>;

enum class QuotaType { Integer, Long, Double };

std::optional<QuotaType> quota_type(std::string_view key, bool of_ip) {
  if (of_ip) {
    return key == "connection_creation_rate" ? std::optional(QuotaType::Integer) : std::nullopt;
  }
  if (key == "producer_byte_rate" || key == "consumer_byte_rate") {
    return QuotaType::Long;
  }
  const bool known = key == "request_percentage" || key == "controller_mutation_rate";
  return known ? std::optional(QuotaType::Double) : std::nullopt;
}

Result<> check_value(const std::string& key, double value, bool of_ip) {
  const auto type = quota_type(key, of_ip);
  if (!type) {
    return invalid_quota("Invalid configuration key " + key);
  }
  if (value <= 0) {
    return invalid_quota(fmt::format("Quota {} must be greater than 0", key));
  }
  if (*type == QuotaType::Double) {
    return {};
  }
  const bool is_integer = *type == QuotaType::Integer;
  if (value > (is_integer ? static_cast<double>(INT32_MAX) : static_cast<double>(INT64_MAX))) {
    return invalid_quota(fmt::format("Proposed value for {} is too large for {}.", key,
                                     is_integer ? "an INT" : "a LONG"));
  }
  if (std::abs(std::fmod(value, 1.0)) > 1e-6) {
    return invalid_quota(key + " cannot be a fractional value.");
  }
  return {};
}

Result<QuotaEntity> entity_of(const Entry& entry) {
  QuotaEntity entity;
  Kinds kinds;
  for (const auto& part : entry.entity) {
    if (!kinds.insert(part.entity_type).second) {
      return invalid_quota("Invalid client quota entity, duplicate entity entry " +
                           part.entity_type);
    }
    if (part.entity_type != user && part.entity_type != client_id && part.entity_type != ip) {
      return invalid_quota("Unhandled client quota entity type: " + part.entity_type);
    }
    if (part.entity_name && part.entity_name->empty()) {
      return invalid_quota(fmt::format("Empty {} not supported", part.entity_type));
    }
    entity.emplace_back(part.entity_type, part.entity_name);
  }
  if (entity.empty()) {
    return invalid_quota("Invalid empty client quota entity");
  }
  if (kinds.contains(ip) && kinds.size() > 1) {
    return invalid_quota(
        "Invalid quota entity combination: ip does not go with user or client-id.");
  }
  std::ranges::sort(entity);
  return entity;
}

Result<> add_changes(const Entry& entry, const QuotaEntity& entity,
                     const std::map<std::string, double>& current,
                     std::vector<MetadataRecord>& records) {
  const bool of_ip = entity.front().first == ip;
  std::set<std::string_view> keys;
  for (const auto& op : entry.ops) {
    if (!keys.insert(op.key).second) {
      return invalid_quota("Duplicate quota key " + op.key);
    }
    const auto now = current.find(op.key);
    if (op.remove ? now == current.end() : now != current.end() && now->second == op.value) {
      continue;
    }
    if (auto valid = op.remove ? Result<>() : check_value(op.key, op.value, of_ip); !valid) {
      return valid;
    }
    ClientQuotaRecord record;
    for (const auto& [type, name] : entity) {
      auto& part = record.entity.emplace_back();
      part.entity_type = type;
      part.entity_name = name;
    }
    record.key = op.key;
    record.value = op.remove ? 0 : op.value;
    record.remove = op.remove;
    records.emplace_back(std::move(record));
  }
  return {};
}

Result<> alter(const Entry& entry, const MetadataImage& image, std::set<QuotaEntity>& seen,
               std::vector<MetadataRecord>& records) {
  const auto entity = entity_of(entry);
  if (!entity) {
    return std::unexpected(entity.error());
  }
  if (!seen.insert(*entity).second) {
    return invalid_quota("Ignoring duplicate entity");
  }
  static const std::map<std::string, double> none;
  const auto current = image.client_quotas().find(*entity);
  std::vector<MetadataRecord> changes;
  if (auto added = add_changes(
          entry, *entity, current == image.client_quotas().end() ? none : current->second, changes);
      !added) {
    return added;
  }
  std::ranges::move(changes, std::back_inserter(records));
  return {};
}

}  // namespace

DescribeClientQuotasResponse describe_client_quotas(const MetadataImage& image,
                                                    const DescribeClientQuotasRequest& request) {
  DescribeClientQuotasResponse response;
  response.error_message = std::nullopt;
  const auto filter = filter_of(request);
  if (!filter) {
    response.error_code = static_cast<int16_t>(filter.error().code);
    response.error_message = filter.error().message;
    response.entries = std::nullopt;
    return response;
  }
  for (const auto& [entity, quotas] : image.client_quotas()) {
    if (!filter->matches(entity)) {
      continue;
    }
    auto& entry = response.entries->emplace_back();
    for (const auto& [type, name] : entity) {
      entry.entity.push_back({type, name});
    }
    for (const auto& [key, value] : quotas) {
      entry.values.push_back({key, value});
    }
  }
  return response;
}

QuotaAlteration alter_client_quotas(const MetadataImage& image,
                                    const AlterClientQuotasRequest& request) {
  QuotaAlteration decision;
  std::set<QuotaEntity> seen;
  for (const Entry& entry : request.entries) {
    auto& answer = decision.reply.entries.emplace_back();
    answer.error_message = std::nullopt;
    for (const auto& part : entry.entity) {
      answer.entity.push_back({part.entity_type, part.entity_name});
    }
    if (auto done = alter(entry, image, seen, decision.records); !done) {
      answer.error_code = static_cast<int16_t>(done.error().code);
      answer.error_message = std::move(done.error().message);
    }
  }
  if (request.validate_only) {
    decision.records.clear();
  }
  return decision;
}

}  // namespace kafka
