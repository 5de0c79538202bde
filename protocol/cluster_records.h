// The records of the metadata log: what a cluster is, as the sum of its changes (KIP-631).
//
// The value of each record (its key is null):
//
//   uvarint frame version (1) | uvarint record type | uvarint version | fields, always flexible
//
// The structs are in protocol/cluster/, one file per subject. MetadataRecord holds any of them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "protocol/cluster/config_records.h"
#include "protocol/cluster/log_records.h"
#include "protocol/cluster/node_records.h"
#include "protocol/cluster/security_records.h"
#include "protocol/cluster/topic_records.h"
#include "protocol/result.h"
#include "protocol/wire.h"

namespace kafka {

using MetadataRecord = std::variant<
    RegisterBrokerRecord, UnregisterBrokerRecord, TopicRecord, PartitionRecord, ConfigRecord,
    PartitionChangeRecord, FenceBrokerRecord, UnfenceBrokerRecord, RemoveTopicRecord,
    DelegationTokenRecord, UserScramCredentialRecord, FeatureLevelRecord, ClientQuotaRecord,
    ProducerIdsRecord, BrokerRegistrationChangeRecord, AccessControlEntryRecord,
    RemoveAccessControlEntryRecord, NoOpRecord, ZkMigrationStateRecord,
    RemoveUserScramCredentialRecord, BeginTransactionRecord, EndTransactionRecord,
    AbortTransactionRecord, RemoveDelegationTokenRecord, RegisterControllerRecord, ClearElrRecord>;

// The version that Kafka 4.3 writes at metadata.version 30: the newest, except for
// BrokerRegistrationChangeRecord, which takes the lowest that can say what it has to say.
[[nodiscard]] int16_t written_version(const MetadataRecord& record);

[[nodiscard]] Result<Bytes> encode_metadata_record(const MetadataRecord& record, int16_t version);
[[nodiscard]] Result<> encode_metadata_record(const MetadataRecord& record, int16_t version,
                                              Writer& out);
[[nodiscard]] Result<MetadataRecord> decode_metadata_record(std::span<const uint8_t> value);

// "PartitionChangeRecord"
[[nodiscard]] std::string_view name(const MetadataRecord& record);
[[nodiscard]] std::string to_text(const MetadataRecord& record, int16_t version);
[[nodiscard]] std::string to_json(const MetadataRecord& record, int16_t version);

}  // namespace kafka
