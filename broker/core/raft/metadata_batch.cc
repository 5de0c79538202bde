#include "broker/core/raft/metadata_batch.h"

#include <optional>
#include <utility>

#include "broker/core/check.h"

namespace kafka {
namespace {

// Levels of metadata.version that brought a new version of a record (see features.h for names).
constexpr int16_t broker_migration_flag = 8;  // RegisterBroker v2
constexpr int16_t directory_ids = 17;         // RegisterBroker v3, Partition and PartitionChange v1
constexpr int16_t eligible_replicas = 23;     // Partition and PartitionChange v2
constexpr int16_t cordoned_directories = 30;  // RegisterBroker v4

int16_t fit(RegisterBrokerRecord& record, int16_t metadata_version) {
  if (metadata_version >= cordoned_directories) {
    return 4;
  }
  record.cordoned_log_dirs.reset();
  if (metadata_version >= directory_ids) {
    return 3;
  }
  record.log_dirs.clear();
  return metadata_version >= broker_migration_flag ? 2 : 1;
}

template <class Record>
int16_t fit_partition(Record& record, int16_t metadata_version) {
  if (metadata_version >= eligible_replicas) {
    return 2;
  }
  record.eligible_leader_replicas.reset();
  record.last_known_elr.reset();
  if (metadata_version >= directory_ids) {
    return 1;
  }
  record.directories = {};
  return 0;
}

int16_t fit(PartitionRecord& record, int16_t metadata_version) {
  return fit_partition(record, metadata_version);
}
int16_t fit(PartitionChangeRecord& record, int16_t metadata_version) {
  return fit_partition(record, metadata_version);
}

// Writes the record in the version that belongs to the cluster's metadata.version.
Result<> encode_for(const MetadataRecord& record, int16_t metadata_version, Writer& out) {
  return std::visit(
      [&]<class Record>(const Record& r) -> Result<> {
        if constexpr (requires(Record& copy) { fit(copy, metadata_version); }) {
          if (metadata_version < cordoned_directories) {
            Record copy = r;
            const int16_t version = fit(copy, metadata_version);
            return encode_metadata_record(copy, version, out);
          }
        }
        return encode_metadata_record(record, written_version(record), out);
      },
      record);
}

BatchBuilder builder_for(const MetadataBatchPlace& place, bool control) {
  BatchFields fields;
  fields.base_offset = place.base_offset;
  fields.partition_leader_epoch = place.epoch;
  fields.control = control;
  return BatchBuilder(fields);
}

ControlRecordType type_of(const RaftControlRecord& record) {
  constexpr ControlRecordType types[] = {
      ControlRecordType::LeaderChange, ControlRecordType::SnapshotHeader,
      ControlRecordType::SnapshotFooter, ControlRecordType::KRaftVersion,
      ControlRecordType::KRaftVoters};
  return types[record.index()];
}

template <class Record>
Result<std::optional<RaftControlRecord>> decode_as(BytesView value) {
  auto record = decode_control_value<Record>(value);
  if (!record) {
    return std::unexpected(std::move(record.error()));
  }
  return RaftControlRecord(std::move(*record));
}

}  // namespace

Result<> append_data_batch(std::span<const MetadataRecord> records, int16_t metadata_version,
                           const MetadataBatchPlace& place, Bytes& out) {
  CHECK(!records.empty(), "an empty batch at offset {}", place.base_offset);
  BatchBuilder builder = builder_for(place, false);
  Writer value;
  for (const MetadataRecord& record : records) {
    value.clear();
    if (auto encoded = encode_for(record, metadata_version, value); !encoded) {
      return encoded;
    }
    builder.add(place.timestamp, std::nullopt, value.bytes());
  }
  builder.append_to(out);
  return {};
}

Result<> append_control_batch(std::span<const RaftControlRecord> records,
                              const MetadataBatchPlace& place, Bytes& out) {
  CHECK(!records.empty(), "an empty control batch at offset {}", place.base_offset);
  BatchBuilder builder = builder_for(place, true);
  for (const RaftControlRecord& record : records) {
    const auto value =
        std::visit([](const auto& r) { return encode_control_value(r); }, record);
    if (!value) {
      return std::unexpected(value.error());
    }
    const Bytes key = encode_control_key(type_of(record));
    builder.add(place.timestamp, BytesView(key), BytesView(*value));
  }
  builder.append_to(out);
  return {};
}

Result<std::optional<RaftControlRecord>> decode_control_record(const RecordView& record) {
  if (!record.key || !record.value) {
    return fail(ErrorCode::CorruptMessage, "a control record without key or value");
  }
  const auto type = decode_control_key(*record.key);
  if (!type) {
    return std::unexpected(type.error());
  }
  switch (*type) {
    case ControlRecordType::LeaderChange: return decode_as<LeaderChangeMessage>(*record.value);
    case ControlRecordType::SnapshotHeader: return decode_as<SnapshotHeaderRecord>(*record.value);
    case ControlRecordType::SnapshotFooter: return decode_as<SnapshotFooterRecord>(*record.value);
    case ControlRecordType::KRaftVersion: return decode_as<KRaftVersionRecord>(*record.value);
    case ControlRecordType::KRaftVoters: return decode_as<VotersRecord>(*record.value);
    default: return std::nullopt;
  }
}

Result<> for_each_control_record(const BatchView& batch,
                                 const std::function<void(const RaftControlRecord&, int64_t)>& take) {
  RecordReader reader;
  if (auto opened = reader.open(batch); !opened) {
    return opened;
  }
  RecordView record;
  while (true) {
    const auto more = reader.next(record);
    if (!more || !*more) {
      return more ? Result<>{} : std::unexpected(more.error());
    }
    const auto control = decode_control_record(record);
    if (!control) {
      return std::unexpected(control.error());
    }
    if (!control->has_value()) {
      continue;
    }
    take(**control, record.offset);
  }
}

}  // namespace kafka
