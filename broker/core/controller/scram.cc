#include "broker/core/controller/scram.h"

#include <map>
#include <optional>
#include <set>

#include "broker/core/controller/features.h"
#include "broker/core/sha2.h"

namespace kafka {
namespace {

constexpr int32_t iterations_min = 4096;
constexpr int32_t iterations_max = 16384;

bool is_known(int8_t mechanism) {
  return mechanism == static_cast<int8_t>(ScramMechanism::Sha256) ||
         mechanism == static_cast<int8_t>(ScramMechanism::Sha512);
}

Result<> check_user(const MetadataImage& image, const std::string& user, int8_t mechanism) {
  if (image.metadata_version() < metadata_version::scram) {
    return fail(ErrorCode::UnsupportedVersion,
                "The current metadata.version does not support SCRAM");
  }
  if (user.empty()) {
    return fail(ErrorCode::UnacceptableCredential, "Username must not be empty");
  }
  if (!is_known(mechanism)) {
    return fail(ErrorCode::UnsupportedSaslMechanism, "Unknown SCRAM mechanism");
  }
  return {};
}

Result<MetadataRecord> removal(
    const MetadataImage& image,
    const AlterUserScramCredentialsRequest::ScramCredentialDeletion& deletion) {
  if (auto valid = check_user(image, deletion.name, deletion.mechanism); !valid) {
    return std::unexpected(std::move(valid.error()));
  }
  if (!image.scram().contains({deletion.mechanism, deletion.name})) {
    return fail(ErrorCode::ResourceNotFound,
                "Attempt to delete a user credential that does not exist");
  }
  RemoveUserScramCredentialRecord record;
  record.name = deletion.name;
  record.mechanism = deletion.mechanism;
  return record;
}

Result<MetadataRecord> credential(
    const MetadataImage& image,
    const AlterUserScramCredentialsRequest::ScramCredentialUpsertion& upsertion) {
  if (auto valid = check_user(image, upsertion.name, upsertion.mechanism); !valid) {
    return std::unexpected(std::move(valid.error()));
  }
  if (upsertion.iterations < iterations_min) {
    return fail(ErrorCode::UnacceptableCredential, "Too few iterations");
  }
  if (upsertion.iterations > iterations_max) {
    return fail(ErrorCode::UnacceptableCredential, "Too many iterations");
  }
  return scram_credential(upsertion.name, static_cast<ScramMechanism>(upsertion.mechanism),
                          upsertion.salt, upsertion.salted_password, upsertion.iterations);
}

}  // namespace

UserScramCredentialRecord scram_credential(std::string user, ScramMechanism mechanism, Bytes salt,
                                           const Bytes& salted_password, int32_t iterations) {
  const Sha2 hash = mechanism == ScramMechanism::Sha256 ? Sha2::Sha256 : Sha2::Sha512;
  UserScramCredentialRecord record;
  record.name = std::move(user);
  record.mechanism = static_cast<int8_t>(mechanism);
  record.salt = std::move(salt);
  record.stored_key = sha2(hash, hmac(hash, salted_password, "Client Key"));
  record.server_key = hmac(hash, salted_password, "Server Key");
  record.iterations = iterations;
  return record;
}

DescribeUserScramCredentialsResponse describe_scram_credentials(
    const MetadataImage& image, const DescribeUserScramCredentialsRequest& request) {
  std::map<std::string, int> times_named;
  if (request.users && !request.users->empty()) {
    for (const auto& user : *request.users) {
      ++times_named[user.name];
    }
  } else {
    for (const auto& [key, record] : image.scram()) {
      times_named[key.second] = 1;
    }
  }
  DescribeUserScramCredentialsResponse response;
  response.error_message = std::nullopt;
  for (const auto& [user, times] : times_named) {
    auto& result = response.results.emplace_back();
    result.user = user;
    result.error_message = std::nullopt;
    if (times > 1) {
      result.error_code = static_cast<int16_t>(ErrorCode::DuplicateResource);
      result.error_message =
          "Cannot describe SCRAM credentials for the same user twice in a single request: " + user;
      continue;
    }
    for (const auto& [key, record] : image.scram()) {
      if (key.second == user) {
        result.credential_infos.push_back({key.first, record.iterations});
      }
    }
    if (result.credential_infos.empty()) {
      result.error_code = static_cast<int16_t>(ErrorCode::ResourceNotFound);
      result.error_message = "Attempt to describe a user credential that does not exist: " + user;
    }
  }
  return response;
}

ScramAlteration alter_scram_credentials(const MetadataImage& image,
                                        const AlterUserScramCredentialsRequest& request) {
  // By user: what shall be written, or why not.
  std::map<std::string, Result<MetadataRecord>> outcomes;
  const auto add = [&](const std::string& user, Result<MetadataRecord> outcome) {
    const auto [at, is_first] = outcomes.emplace(user, std::move(outcome));
    if (!is_first && at->second) {
      at->second = fail(ErrorCode::DuplicateResource,
                        "A user credential cannot be altered twice in the same request");
    }
  };
  for (const auto& deletion : request.deletions) {
    add(deletion.name, removal(image, deletion));
  }
  for (const auto& upsertion : request.upsertions) {
    add(upsertion.name, credential(image, upsertion));
  }
  ScramAlteration decision;
  for (auto& [user, outcome] : outcomes) {
    auto& result = decision.reply.results.emplace_back();
    result.user = user;
    result.error_message = std::nullopt;
    if (outcome) {
      decision.records.push_back(std::move(*outcome));
    } else {
      result.error_code = static_cast<int16_t>(outcome.error().code);
      result.error_message = outcome.error().message;
    }
  }
  return decision;
}

}  // namespace kafka
