#include "protocol/cluster_records.h"

#include <optional>
#include <utility>

namespace kafka {
namespace {

constexpr uint32_t frame_version = 1;

// The lowest version that has every field which is set (see node_records.h).
int16_t lowest_version(const BrokerRegistrationChangeRecord& record) {
  const BrokerRegistrationChangeRecord untouched;
  if (record.cordoned_log_dirs != untouched.cordoned_log_dirs) {
    return 3;
  }
  if (record.log_dirs != untouched.log_dirs) {
    return 2;
  }
  return record.in_controlled_shutdown != untouched.in_controlled_shutdown ? 1 : 0;
}

template <class R>
int16_t written_version_of(const R& record) {
  if constexpr (std::is_same_v<R, BrokerRegistrationChangeRecord>) {
    return lowest_version(record);
  } else {
    return R::max_version;
  }
}

// Decodes as R if this is R's type; the first match ends the search.
template <class R>
bool decode_as(uint32_t type, int16_t version, std::span<const uint8_t> fields,
               std::optional<Result<MetadataRecord>>& found) {
  if (type != static_cast<uint32_t>(R::record_type)) {
    return false;
  }
  auto record = decode<R>(fields, version);
  if (record) {
    found.emplace(std::move(*record));
  } else {
    found.emplace(std::unexpected(std::move(record.error())));
  }
  return true;
}

template <class... Rs>
Result<MetadataRecord> decode_any(uint32_t type, int16_t version, std::span<const uint8_t> fields,
                                  const std::variant<Rs...>*) {
  std::optional<Result<MetadataRecord>> found;
  if (!(decode_as<Rs>(type, version, fields, found) || ...)) {
    return fail(ErrorCode::UnsupportedVersion,
                "there is no metadata record of type " + std::to_string(type));
  }
  return std::move(*found);
}

}  // namespace

int16_t written_version(const MetadataRecord& record) {
  return std::visit([](const auto& r) { return written_version_of(r); }, record);
}

Result<> encode_metadata_record(const MetadataRecord& record, int16_t version, Writer& out) {
  return std::visit(
      [&]<class R>(const R& r) {
        out.uvarint(frame_version);
        out.uvarint(R::record_type);
        out.uvarint(static_cast<uint32_t>(version));
        return encode(r, version, out);
      },
      record);
}

Result<Bytes> encode_metadata_record(const MetadataRecord& record, int16_t version) {
  Writer out;
  if (auto done = encode_metadata_record(record, version, out); !done) {
    return std::unexpected(std::move(done.error()));
  }
  return out.take();
}

Result<MetadataRecord> decode_metadata_record(std::span<const uint8_t> value) {
  Reader in(value);
  const uint32_t frame = in.uvarint();
  const uint32_t type = in.uvarint();
  const uint32_t version = in.uvarint();
  if (!in.ok()) {
    return detail::bad_bytes(in);
  }
  if (frame != frame_version || version > static_cast<uint32_t>(version_max)) {
    return fail(ErrorCode::UnsupportedVersion, "a metadata record has an unknown frame");
  }
  constexpr const MetadataRecord* any = nullptr;
  return decode_any(type, static_cast<int16_t>(version), in.rest(), any);
}

std::string_view name(const MetadataRecord& record) {
  return std::visit([]<class R>(const R&) { return type_name<R>(); }, record);
}

std::string to_text(const MetadataRecord& record, int16_t version) {
  return std::visit([&](const auto& r) { return to_text(r, version); }, record);
}

std::string to_json(const MetadataRecord& record, int16_t version) {
  return std::visit([&](const auto& r) { return to_json(r, version); }, record);
}

}  // namespace kafka
