// Quotas, SCRAM credentials, ACLs and delegation tokens as records.
#include "broker/core/controller/acls.h"
#include "broker/core/controller/client_quotas.h"
#include "broker/core/controller/delegation_tokens.h"
#include "broker/core/controller/scram.h"
#include "protocol/error.h"
#include "tests/unit/core/controller/controller_fixture.h"

namespace kafka {
namespace {

ErrorCode code(int16_t error_code) {
  return static_cast<ErrorCode>(error_code);
}

// --- quotas

using Ops = std::vector<AlterClientQuotasRequest::OpData>;
using Entity = std::vector<AlterClientQuotasRequest::EntityData>;

class Quotas : public ControllerTest {
 protected:
  ErrorCode alter(Entity entity, Ops ops) {
    AlterClientQuotasRequest request;
    request.entries.push_back({std::move(entity), std::move(ops)});
    auto decision = alter_client_quotas(state(), request);
    written_ = decision.records.size();
    apply(std::move(decision.records));
    return code(decision.reply.entries.at(0).error_code);
  }
  size_t described(std::vector<DescribeClientQuotasRequest::ComponentData> components,
                   bool strict = false) {
    DescribeClientQuotasRequest request;
    request.components = std::move(components);
    request.strict = strict;
    const auto response = describe_client_quotas(state(), request);
    error_ = code(response.error_code);
    return response.entries ? response.entries->size() : 0;
  }
  size_t written_ = 0;
  ErrorCode error_ = ErrorCode::None;
};

TEST_F(Quotas, OnlyWhatChangesIsWritten) {
  EXPECT_EQ(alter({{"user", "alice"}}, {{"producer_byte_rate", 1000, false}}), ErrorCode::None);
  EXPECT_EQ(written_, 1u);
  EXPECT_EQ(alter({{"user", "alice"}}, {{"producer_byte_rate", 1000, false}}), ErrorCode::None);
  EXPECT_EQ(written_, 0u);
  EXPECT_EQ(alter({{"user", "alice"}}, {{"producer_byte_rate", 0, true}}), ErrorCode::None);
  EXPECT_EQ(written_, 1u);
  EXPECT_TRUE(state().client_quotas().empty());
}

TEST_F(Quotas, AnEntityIsTheSameInAnyOrder) {
  alter({{"user", "alice"}, {"client-id", "app"}}, {{"request_percentage", 50.5, false}});
  alter({{"client-id", "app"}, {"user", "alice"}}, {{"request_percentage", 25.5, false}});
  ASSERT_EQ(state().client_quotas().size(), 1u);
  EXPECT_EQ(state().client_quotas().begin()->second.at("request_percentage"), 25.5);
}

TEST_F(Quotas, NonsenseIsRefusedAndWritesNothing) {
  const Ops some = {{"producer_byte_rate", 1000, false}};
  for (const Entity& entity :
       {Entity{}, Entity{{"group", "g"}}, Entity{{"user", ""}},
        Entity{{"user", "a"}, {"user", "b"}}, Entity{{"ip", "10.0.0.1"}, {"user", "a"}},
        Entity{{"ip", "10.0.0.1"}}}) {  // addresses have no byte rates
    EXPECT_EQ(alter(entity, some), ErrorCode::InvalidRequest);
    EXPECT_EQ(written_, 0u);
  }
  for (const Ops& ops :
       {Ops{{"no_such_quota", 1, false}}, Ops{{"producer_byte_rate", 0, false}},
        Ops{{"producer_byte_rate", 1.5, false}}, Ops{{"producer_byte_rate", 1e30, false}},
        Ops{{"producer_byte_rate", 1, false}, {"producer_byte_rate", 2, false}}}) {
    EXPECT_EQ(alter({{"user", "a"}}, ops), ErrorCode::InvalidRequest);
    EXPECT_EQ(written_, 0u);
  }
}

TEST_F(Quotas, AreFoundByNameByDefaultAndByKind) {
  alter({{"user", "alice"}}, {{"producer_byte_rate", 1, false}});
  alter({{"user", std::nullopt}}, {{"producer_byte_rate", 2, false}});
  alter({{"user", "alice"}, {"client-id", "app"}}, {{"producer_byte_rate", 3, false}});
  EXPECT_EQ(described({}), 3u);
  EXPECT_EQ(described({{"user", 0, "alice"}}), 2u);
  EXPECT_EQ(described({{"user", 0, "alice"}}, true), 1u);
  EXPECT_EQ(described({{"user", 1, std::nullopt}}), 1u);
  EXPECT_EQ(described({{"user", 2, std::nullopt}}), 3u);
  EXPECT_EQ(described({{"client-id", 2, std::nullopt}}), 1u);
  described({{"user", 0, std::nullopt}});
  EXPECT_EQ(error_, ErrorCode::InvalidRequest);
  described({{"group", 2, std::nullopt}});
  EXPECT_EQ(error_, ErrorCode::UnsupportedVersion);
}

// --- SCRAM

class Scram : public ControllerTest {
 protected:
  ErrorCode set(const std::string& user, int32_t iterations = 4096, int8_t mechanism = 1) {
    AlterUserScramCredentialsRequest request;
    request.upsertions.push_back({user, mechanism, iterations, {1, 2}, Bytes(32, 7)});
    return alter(request);
  }
  ErrorCode alter(const AlterUserScramCredentialsRequest& request) {
    auto decision = alter_scram_credentials(state(), request);
    apply(std::move(decision.records));
    return code(decision.reply.results.at(0).error_code);
  }
};

TEST_F(Scram, TheKeysAreThoseOfRfc7677) {
  // "pencil", salted as in its example.
  const Bytes salted = {0xc4, 0xa4, 0x95, 0x10, 0x32, 0x3a, 0xb4, 0xf9, 0x52, 0xca, 0xc1,
                        0xfa, 0x99, 0x44, 0x19, 0x39, 0xe7, 0x8e, 0xa7, 0x4d, 0x6b, 0xe8,
                        0x1d, 0xdf, 0x70, 0x96, 0xe8, 0x75, 0x13, 0xdc, 0x61, 0x5d};
  const Bytes stored_key = {0x58, 0x6e, 0x5d, 0xf2, 0x83, 0xe6, 0xdc, 0xeb, 0x5c, 0x3e, 0x79,
                            0x1d, 0x8b, 0x85, 0x28, 0xec, 0x19, 0x1e, 0x66, 0x40, 0x45, 0xce,
                            0x97, 0x17, 0x92, 0xe2, 0xe6, 0xb5, 0xbb, 0x13, 0xe2, 0xa6};
  const Bytes server_key = {0xc1, 0xf3, 0xcb, 0xc1, 0xc1, 0x3a, 0x9d, 0x35, 0xa1, 0x4c, 0x09,
                            0x90, 0xee, 0xd9, 0x76, 0x29, 0xea, 0x22, 0x58, 0x63, 0xe5, 0x66,
                            0xa4, 0x31, 0x4a, 0xb9, 0x9f, 0x3f, 0x00, 0xe5, 0xd9, 0xd5};
  const auto record = scram_credential("user", ScramMechanism::Sha256, {}, salted, 4096);
  EXPECT_EQ(record.stored_key, stored_key);
  EXPECT_EQ(record.server_key, server_key);
}

TEST_F(Scram, CredentialsAreSetDescribedAndRemoved) {
  EXPECT_EQ(set("alice"), ErrorCode::None);
  EXPECT_EQ(set("alice", 8192, 2), ErrorCode::None);
  const auto described = describe_scram_credentials(state(), {});
  ASSERT_EQ(described.results.size(), 1u);
  EXPECT_EQ(described.results[0].credential_infos.size(), 2u);

  AlterUserScramCredentialsRequest removal;
  removal.deletions.push_back({"alice", 1});
  EXPECT_EQ(alter(removal), ErrorCode::None);
  EXPECT_EQ(alter(removal), ErrorCode::ResourceNotFound);
  EXPECT_EQ(state().scram().size(), 1u);
}

TEST_F(Scram, BadCredentialsAreRefused) {
  EXPECT_EQ(set(""), ErrorCode::UnacceptableCredential);
  EXPECT_EQ(set("alice", 4095), ErrorCode::UnacceptableCredential);
  EXPECT_EQ(set("alice", 16385), ErrorCode::UnacceptableCredential);
  EXPECT_EQ(set("alice", 4096, 9), ErrorCode::UnsupportedSaslMechanism);
  AlterUserScramCredentialsRequest twice;
  twice.upsertions.push_back({"alice", 1, 4096, {}, {1}});
  twice.upsertions.push_back({"alice", 2, 4096, {}, {1}});
  EXPECT_EQ(alter(twice), ErrorCode::DuplicateResource);
  EXPECT_TRUE(state().scram().empty());
}

// --- ACLs

class Acls : public ControllerTest {
 protected:
  static CreateAclsRequest::AclCreation acl(const std::string& topic, int8_t pattern = 3) {
    return {2, topic, pattern, "User:alice", "*", 3, 3};  // alice may read a topic
  }
  size_t create(const std::vector<CreateAclsRequest::AclCreation>& creations) {
    CreateAclsRequest request;
    request.creations = creations;
    auto decision = create_acls(state(), request, random_);
    last_ = decision.reply;
    const size_t written = decision.records.size();
    apply(std::move(decision.records));
    return written;
  }
  size_t matching(int8_t pattern_filter, const std::string& topic) {
    DescribeAclsRequest request{2, topic, pattern_filter, std::nullopt, std::nullopt, 1, 1};
    size_t count = 0;
    for (const auto& resource : describe_acls(state(), request).resources) {
      count += resource.acls.size();
    }
    return count;
  }
  CreateAclsResponse last_;
};

TEST_F(Acls, WhatExistsIsNotWrittenAgain) {
  EXPECT_EQ(create({acl("t"), acl("t")}), 1u);
  EXPECT_EQ(create({acl("t"), acl("u")}), 1u);
  EXPECT_EQ(last_.results.at(0).error_code, 0);
  EXPECT_EQ(state().acls().size(), 2u);
}

TEST_F(Acls, FiltersMatchNamesPrefixesAndTheWildcard) {
  create({acl("orders"), acl("*"), acl("ord", 4), acl("x", 4)});
  EXPECT_EQ(matching(3, "orders"), 1u);  // LITERAL: this name
  EXPECT_EQ(matching(4, "ord"), 1u);     // PREFIXED: this prefix
  EXPECT_EQ(matching(2, "orders"), 3u);  // MATCH: all that apply to it
  EXPECT_EQ(matching(1, "orders"), 1u);  // ANY kind of pattern with this name
}

TEST_F(Acls, AreRemovedByFilter) {
  create({acl("t"), acl("u")});
  DeleteAclsRequest request;
  request.filters.push_back({2, "t", 3, std::nullopt, std::nullopt, 1, 1});
  request.filters.push_back({0, "t", 3, std::nullopt, std::nullopt, 1, 1});
  auto decision = delete_acls(state(), request);
  apply(std::move(decision.records));
  EXPECT_EQ(decision.reply.filter_results.at(0).matching_acls.size(), 1u);
  EXPECT_EQ(code(decision.reply.filter_results.at(1).error_code), ErrorCode::InvalidRequest);
  EXPECT_EQ(state().acls().size(), 1u);
}

TEST_F(Acls, NonsenseIsRefused) {
  auto bad = std::vector(6, acl("t"));
  bad[0].resource_type = 1;
  bad[1].resource_pattern_type = 2;
  bad[2].operation = 0;
  bad[3].permission_type = 1;
  bad[4].principal = "alice";
  bad[5].resource_type = 4;  // the cluster has one name
  EXPECT_EQ(create(bad), 0u);
  for (const auto& result : last_.results) {
    EXPECT_EQ(code(result.error_code), ErrorCode::InvalidRequest);
  }
}

// --- delegation tokens

class Tokens : public ControllerTest {
 protected:
  DelegationTokens tokens() const {
    return DelegationTokens(state(), DelegationTokens::Settings{"key", 1000, 400});
  }
  CreateDelegationTokenResponse create(const std::string& principal = "User:alice") {
    CreateDelegationTokenRequest request;
    request.renewers.push_back({"User", "bob"});
    auto outcome = tokens().create(request, principal, now_ms_, random_);
    apply(std::move(outcome.records));
    return outcome.reply;
  }
  ErrorCode renew(const Bytes& hmac, const std::string& principal) {
    RenewDelegationTokenRequest request;
    request.hmac = hmac;
    request.renew_period_ms = 300;
    auto outcome = tokens().renew(request, principal, now_ms_);
    apply(std::move(outcome.records));
    return code(outcome.reply.error_code);
  }
};

TEST_F(Tokens, AreRenewedByOwnerAndRenewersUntilTheyEnd) {
  const auto token = create();
  EXPECT_EQ(token.expiry_timestamp_ms, now_ms_ + 400);
  EXPECT_EQ(token.max_timestamp_ms, now_ms_ + 1000);
  EXPECT_EQ(renew(token.hmac, "User:eve"), ErrorCode::DelegationTokenOwnerMismatch);
  EXPECT_EQ(renew({1, 2, 3}, "User:alice"), ErrorCode::DelegationTokenNotFound);
  for (int i = 0; i < 3; ++i) {
    now_ms_ += 290;
    EXPECT_EQ(renew(token.hmac, i == 0 ? "User:alice" : "User:bob"), ErrorCode::None);
  }
  EXPECT_EQ(state().tokens().begin()->second.expiration_timestamp, token.max_timestamp_ms);
  now_ms_ += 290;
  EXPECT_EQ(renew(token.hmac, "User:alice"), ErrorCode::DelegationTokenExpired);
}

TEST_F(Tokens, AreSweptWhenVoid) {
  create();
  EXPECT_TRUE(tokens().sweep(now_ms_ + 400).empty());
  apply(tokens().sweep(now_ms_ + 401));
  EXPECT_TRUE(state().tokens().empty());
}

TEST_F(Tokens, AreWithdrawnAtOnce) {
  const auto token = create();
  ExpireDelegationTokenRequest request;
  request.hmac = token.hmac;
  request.expiry_time_period_ms = -1;
  apply(tokens().expire(request, "User:alice", now_ms_).records);
  EXPECT_TRUE(state().tokens().empty());
}

TEST_F(Tokens, AreDescribedWithTheirSecret) {
  const auto token = create();
  DescribeDelegationTokenRequest request;
  request.owners = std::nullopt;
  EXPECT_EQ(tokens().describe(request).tokens.at(0).hmac, token.hmac);
  request.owners.emplace().push_back({"User", "eve"});
  EXPECT_TRUE(tokens().describe(request).tokens.empty());
}

TEST(NoTokens, WithoutASecretKey) {
  const BrokerConfig config = node_config();
  const MetadataImage image;
  SeededRandom random(1);
  EXPECT_EQ(code(DelegationTokens(image, config).create({}, "User:a", 0, random).reply.error_code),
            ErrorCode::DelegationTokenAuthDisabled);
}

}  // namespace
}  // namespace kafka
