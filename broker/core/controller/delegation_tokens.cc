#include "broker/core/controller/delegation_tokens.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "broker/core/controller/features.h"
#include "broker/core/controller/uuids.h"
#include "broker/core/sha2.h"

namespace kafka {
namespace {

int64_t later(int64_t now_ms, int64_t duration_ms) {
  return now_ms > INT64_MAX - duration_ms ? INT64_MAX : now_ms + duration_ms;
}

bool is_void(const DelegationTokenRecord& token, int64_t now_ms) {
  return token.max_timestamp < now_ms || token.expiration_timestamp < now_ms;
}

// "User:alice" -> User, alice
std::pair<std::string, std::string> parts_of(const std::string& principal) {
  const size_t colon = principal.find(':');
  return colon == std::string::npos
             ? std::pair(std::string("User"), principal)
             : std::pair(principal.substr(0, colon), principal.substr(colon + 1));
}

bool is_owner_or_renewer(const DelegationTokenRecord& token, const std::string& principal) {
  return token.owner == principal || std::ranges::count(token.renewers, principal) > 0;
}

template <class Response>
Response refused(ErrorCode code) {
  Response response;
  response.error_code = static_cast<int16_t>(code);
  return response;
}

}  // namespace

DelegationTokens::DelegationTokens(const MetadataImage& image, const BrokerConfig& config)
    : image_(image),
      settings_{
          config.text("delegation.token.secret.key"),
          to_int(config.text("delegation.token.max.lifetime.ms").value_or("0")),
          to_int(config.text("delegation.token.expiry.time.ms").value_or("0")),
      } {}

Bytes DelegationTokens::hmac_of(const std::string& token_id) const {
  const std::string_view key = *settings_.secret_key;
  return hmac(Sha2::Sha512, {reinterpret_cast<const uint8_t*>(key.data()), key.size()}, token_id);
}

Result<> DelegationTokens::check_enabled() const {
  if (!enabled()) {
    return fail(ErrorCode::DelegationTokenAuthDisabled);
  }
  return image_.metadata_version() < metadata_version::delegation_tokens
             ? fail(ErrorCode::UnsupportedVersion)
             : Result<>();
}

Result<const DelegationTokenRecord*> DelegationTokens::find(const Bytes& hmac,
                                                            const std::string& principal) const {
  for (const auto& [id, token] : image_.tokens()) {
    if (same_secret(hmac_of(id), hmac)) {
      return is_owner_or_renewer(token, principal) ? Result<const DelegationTokenRecord*>(&token)
                                                   : fail(ErrorCode::DelegationTokenOwnerMismatch);
    }
  }
  return fail(ErrorCode::DelegationTokenNotFound);
}

DelegationTokens::Outcome<CreateDelegationTokenResponse> DelegationTokens::create(
    const CreateDelegationTokenRequest& request, const std::string& principal, int64_t now_ms,
    Random& random) const {
  Outcome<CreateDelegationTokenResponse> outcome;
  CreateDelegationTokenResponse& reply = outcome.reply;
  const bool for_another = request.owner_principal_name && !request.owner_principal_name->empty();
  std::tie(reply.token_requester_principal_type, reply.token_requester_principal_name) =
      parts_of(principal);
  reply.principal_type = for_another ? request.owner_principal_type.value_or("User")
                                     : reply.token_requester_principal_type;
  reply.principal_name =
      for_another ? *request.owner_principal_name : reply.token_requester_principal_name;
  if (auto allowed = check_enabled(); !allowed) {
    reply.error_code = static_cast<int16_t>(allowed.error().code);
    return outcome;
  }
  DelegationTokenRecord token;
  for (const auto& renewer : request.renewers) {
    if (renewer.principal_type != "User") {
      reply.error_code = static_cast<int16_t>(ErrorCode::InvalidPrincipalType);
      return outcome;
    }
    token.renewers.push_back(renewer.principal_type + ":" + renewer.principal_name);
  }
  const int64_t lifetime_ms = request.max_lifetime_ms > 0
                                  ? std::min(settings_.max_lifetime_ms, request.max_lifetime_ms)
                                  : settings_.max_lifetime_ms;
  token.owner = reply.principal_type + ":" + reply.principal_name;
  token.requester = principal;
  token.issue_timestamp = now_ms;
  token.max_timestamp = later(now_ms, lifetime_ms);
  token.expiration_timestamp =
      std::min(token.max_timestamp, later(now_ms, settings_.renew_lifetime_ms));
  token.token_id = random_uuid(random).to_string();
  reply.issue_timestamp_ms = token.issue_timestamp;
  reply.expiry_timestamp_ms = token.expiration_timestamp;
  reply.max_timestamp_ms = token.max_timestamp;
  reply.token_id = token.token_id;
  reply.hmac = hmac_of(token.token_id);
  outcome.records.emplace_back(std::move(token));
  return outcome;
}

DelegationTokens::Outcome<RenewDelegationTokenResponse> DelegationTokens::renew(
    const RenewDelegationTokenRequest& request, const std::string& principal,
    int64_t now_ms) const {
  if (auto allowed = check_enabled(); !allowed) {
    return {{}, refused<RenewDelegationTokenResponse>(allowed.error().code)};
  }
  const auto found = find(request.hmac, principal);
  if (!found) {
    return {{}, refused<RenewDelegationTokenResponse>(found.error().code)};
  }
  if (is_void(**found, now_ms)) {
    return {{}, refused<RenewDelegationTokenResponse>(ErrorCode::DelegationTokenExpired)};
  }
  const int64_t period_ms = request.renew_period_ms > 0
                                ? std::min(settings_.renew_lifetime_ms, request.renew_period_ms)
                                : settings_.renew_lifetime_ms;
  DelegationTokenRecord token = **found;
  token.expiration_timestamp = std::min(token.max_timestamp, later(now_ms, period_ms));
  Outcome<RenewDelegationTokenResponse> outcome;
  outcome.reply.expiry_timestamp_ms = token.expiration_timestamp;
  outcome.records.emplace_back(std::move(token));
  return outcome;
}

DelegationTokens::Outcome<ExpireDelegationTokenResponse> DelegationTokens::expire(
    const ExpireDelegationTokenRequest& request, const std::string& principal,
    int64_t now_ms) const {
  if (auto allowed = check_enabled(); !allowed) {
    return {{}, refused<ExpireDelegationTokenResponse>(allowed.error().code)};
  }
  const auto found = find(request.hmac, principal);
  if (!found) {
    return {{}, refused<ExpireDelegationTokenResponse>(found.error().code)};
  }
  Outcome<ExpireDelegationTokenResponse> outcome;
  if (request.expiry_time_period_ms < 0) {  // at once
    RemoveDelegationTokenRecord removed;
    removed.token_id = (*found)->token_id;
    outcome.reply.expiry_timestamp_ms = now_ms;
    outcome.records.emplace_back(std::move(removed));
  } else if (is_void(**found, now_ms)) {
    outcome.reply = refused<ExpireDelegationTokenResponse>(ErrorCode::DelegationTokenExpired);
  } else {
    DelegationTokenRecord token = **found;
    token.expiration_timestamp =
        std::min(token.max_timestamp, later(now_ms, request.expiry_time_period_ms));
    outcome.reply.expiry_timestamp_ms = token.expiration_timestamp;
    outcome.records.emplace_back(std::move(token));
  }
  return outcome;
}

DescribeDelegationTokenResponse DelegationTokens::describe(
    const DescribeDelegationTokenRequest& request) const {
  if (!enabled()) {
    return refused<DescribeDelegationTokenResponse>(ErrorCode::DelegationTokenAuthDisabled);
  }
  const auto is_wanted = [&](const DelegationTokenRecord& token) {
    return !request.owners || std::ranges::any_of(*request.owners, [&](const auto& owner) {
      return is_owner_or_renewer(token, owner.principal_type + ":" + owner.principal_name);
    });
  };
  DescribeDelegationTokenResponse response;
  for (const auto& [id, token] : image_.tokens()) {
    if (!is_wanted(token)) {
      continue;
    }
    auto& row = response.tokens.emplace_back();
    std::tie(row.principal_type, row.principal_name) = parts_of(token.owner);
    std::tie(row.token_requester_principal_type, row.token_requester_principal_name) =
        parts_of(token.requester);
    row.issue_timestamp = token.issue_timestamp;
    row.expiry_timestamp = token.expiration_timestamp;
    row.max_timestamp = token.max_timestamp;
    row.token_id = id;
    row.hmac = hmac_of(id);
    for (const std::string& renewer : token.renewers) {
      auto& to = row.renewers.emplace_back();
      std::tie(to.principal_type, to.principal_name) = parts_of(renewer);
    }
  }
  return response;
}

std::vector<MetadataRecord> DelegationTokens::sweep(int64_t now_ms) const {
  std::vector<MetadataRecord> records;
  for (const auto& [id, token] : image_.tokens()) {
    if (is_void(token, now_ms) && records.size() < tokens_per_sweep) {
      RemoveDelegationTokenRecord removed;
      removed.token_id = id;
      records.emplace_back(std::move(removed));
    }
  }
  return records;
}

}  // namespace kafka
