#include "broker/core/controller/acls.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>

#include "broker/core/controller/controller.h"
#include "broker/core/controller/uuids.h"

namespace kafka {
namespace {

using Acl = AccessControlEntryRecord;

// Numbers on the wire.
constexpr int8_t unknown = 0;
constexpr int8_t any = 1;
constexpr int8_t cluster_resource = 4, last_resource = 7;
constexpr int8_t match_pattern = 2, literal_pattern = 3, prefixed_pattern = 4;
constexpr int8_t last_operation = 15;
constexpr int8_t deny = 2, allow = 3;
constexpr std::string_view cluster_name = "kafka-cluster";
constexpr std::string_view wildcard = "*";

std::unexpected<Error> invalid_acl(std::string message) {
  return fail(ErrorCode::InvalidRequest, std::move(message));
}

// What two ACLs have in common when they are the same one.
auto content_of(const Acl& acl) {
  return std::tie(acl.resource_type, acl.resource_name, acl.pattern_type, acl.principal, acl.host,
                  acl.operation, acl.permission_type);
}

struct AclFilter {
  int8_t resource_type = any;
  std::optional<std::string> resource_name;
  int8_t pattern_type = any;
  std::optional<std::string> principal;
  std::optional<std::string> host;
  int8_t operation = any;
  int8_t permission_type = any;

  bool has_unknown() const {
    return resource_type <= unknown || resource_type > last_resource || pattern_type <= unknown ||
           pattern_type > prefixed_pattern || operation <= unknown || operation > last_operation ||
           permission_type <= unknown || permission_type > allow;
  }

  // MATCH asks for all patterns that apply to a resource of this name.
  bool matches_name(const Acl& acl) const {
    if (!resource_name) {
      return true;
    }
    if (pattern_type == any || pattern_type == acl.pattern_type) {
      return *resource_name == acl.resource_name;
    }
    return acl.pattern_type == literal_pattern
               ? *resource_name == acl.resource_name || acl.resource_name == wildcard
               : resource_name->starts_with(acl.resource_name);
  }

  bool matches(const Acl& acl) const {
    const auto is = [](int8_t wanted, int8_t value) { return wanted == any || wanted == value; };
    return is(resource_type, acl.resource_type) &&
           (pattern_type == match_pattern || is(pattern_type, acl.pattern_type)) &&
           matches_name(acl) && (!principal || *principal == acl.principal) &&
           (!host || *host == acl.host) && is(operation, acl.operation) &&
           is(permission_type, acl.permission_type);
  }
};

template <class Request>
AclFilter filter_of(const Request& request) {
  return {request.resource_type_filter, request.resource_name_filter, request.pattern_type_filter,
          request.principal_filter,     request.host_filter,          request.operation,
          request.permission_type};
}

Result<> check_new(const Acl& acl) {
  if (acl.resource_type <= any || acl.resource_type > last_resource) {
    return invalid_acl(fmt::format("Invalid resourceType {}", acl.resource_type));
  }
  if (acl.resource_type == cluster_resource && acl.resource_name != cluster_name) {
    return invalid_acl("The only valid name for the CLUSTER resource is kafka-cluster");
  }
  if (acl.pattern_type != literal_pattern && acl.pattern_type != prefixed_pattern) {
    return invalid_acl(fmt::format("Invalid patternType {}", acl.pattern_type));
  }
  if (acl.operation <= any || acl.operation > last_operation) {
    return invalid_acl(fmt::format("Invalid operation {}", acl.operation));
  }
  if (acl.permission_type != deny && acl.permission_type != allow) {
    return invalid_acl(fmt::format("Invalid permissionType {}", acl.permission_type));
  }
  if (acl.resource_name.empty()) {
    return invalid_acl("Invalid empty resource name");
  }
  if (!acl.principal.contains(':')) {
    return invalid_acl(
        fmt::format("Could not parse principal from `{}` (no colon separates its type "
                    "from its name)",
                    acl.principal));
  }
  return {};
}

Acl acl_of(const CreateAclsRequest::AclCreation& creation) {
  Acl acl;
  acl.resource_type = creation.resource_type;
  acl.resource_name = creation.resource_name;
  acl.pattern_type = creation.resource_pattern_type;
  acl.principal = creation.principal;
  acl.host = creation.host;
  acl.operation = creation.operation;
  acl.permission_type = creation.permission_type;
  return acl;
}

}  // namespace

DescribeAclsResponse describe_acls(const MetadataImage& image, const DescribeAclsRequest& request) {
  DescribeAclsResponse response;
  response.error_message = std::nullopt;
  const AclFilter filter = filter_of(request);
  if (filter.has_unknown()) {
    response.error_code = static_cast<int16_t>(ErrorCode::InvalidRequest);
    response.error_message = "The filter contains an unknown element.";
    return response;
  }
  std::map<std::tuple<int8_t, std::string, int8_t>, std::vector<const Acl*>> by_resource;
  for (const auto& [id, acl] : image.acls()) {
    if (filter.matches(acl)) {
      by_resource[{acl.resource_type, acl.resource_name, acl.pattern_type}].push_back(&acl);
    }
  }
  for (const auto& [resource, acls] : by_resource) {
    auto& described = response.resources.emplace_back();
    std::tie(described.resource_type, described.resource_name, described.pattern_type) = resource;
    for (const Acl* acl : acls) {
      described.acls.push_back({acl->principal, acl->host, acl->operation, acl->permission_type});
    }
  }
  return response;
}

AclCreation create_acls(const MetadataImage& image, const CreateAclsRequest& request,
                        Random& random) {
  AclCreation decision;
  std::set<decltype(std::tuple_cat(content_of(std::declval<const Acl&>())))> existing;
  for (const auto& [id, acl] : image.acls()) {
    existing.insert(content_of(acl));
  }
  std::vector<Acl> wanted;
  for (const auto& creation : request.creations) {
    wanted.push_back(acl_of(creation));
  }
  for (Acl& acl : wanted) {
    auto& result = decision.reply.results.emplace_back();
    result.error_message = std::nullopt;
    if (auto valid = check_new(acl); !valid) {
      result.error_code = static_cast<int16_t>(valid.error().code);
      result.error_message = std::move(valid.error().message);
    } else if (existing.insert(content_of(acl)).second) {
      acl.id = random_uuid(random);
      decision.records.emplace_back(acl);
    }
  }
  if (decision.records.size() > max_records_per_batch) {
    decision.records.clear();
    for (auto& result : decision.reply.results) {
      result.error_code = static_cast<int16_t>(ErrorCode::PolicyViolation);
      result.error_message = "The request needs more records than one batch may hold.";
    }
  }
  return decision;
}

AclDeletion delete_acls(const MetadataImage& image, const DeleteAclsRequest& request) {
  AclDeletion decision;
  std::set<Uuid> removed;
  for (const auto& asked : request.filters) {
    auto& result = decision.reply.filter_results.emplace_back();
    result.error_message = std::nullopt;
    const AclFilter filter = filter_of(asked);
    if (filter.has_unknown()) {
      result.error_code = static_cast<int16_t>(ErrorCode::InvalidRequest);
      result.error_message = "Unknown element in the filter.";
      continue;
    }
    for (const auto& [id, acl] : image.acls()) {
      if (filter.matches(acl)) {
        removed.insert(id);
        result.matching_acls.push_back({0, std::nullopt, acl.resource_type, acl.resource_name,
                                        acl.pattern_type, acl.principal, acl.host, acl.operation,
                                        acl.permission_type});
      }
    }
  }
  if (removed.size() > max_records_per_batch) {
    for (auto& result : decision.reply.filter_results) {
      result = {};
      result.error_code = static_cast<int16_t>(ErrorCode::InvalidRequest);
      result.error_message = "The filters name more ACLs than one request may remove.";
    }
    return decision;
  }
  for (const Uuid& id : removed) {
    RemoveAccessControlEntryRecord record;
    record.id = id;
    decision.records.emplace_back(record);
  }
  return decision;
}

}  // namespace kafka
