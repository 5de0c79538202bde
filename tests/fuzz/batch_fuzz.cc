// Record batches: as they are, and again with their checksums put right, to get past those.
#include "protocol/record_batch.h"

#include <algorithm>

#include "tests/fuzz/fuzz.h"

namespace kafka {
namespace {

constexpr size_t unpacked_max = 1 << 20;

void read_records(const BatchView& batch) {
  RecordReader reader;
  if (!reader.open(batch, unpacked_max)) {
    return;
  }
  RecordView record;
  int32_t records = 0;
  for (auto more = reader.next(record); more && *more; more = reader.next(record)) {
    require(record.headers.to_vector().size() == static_cast<size_t>(record.headers.size()),
            "headers counted and headers read differ", "batch");
    ++records;
  }
  require(records <= std::max(0, batch.count()), "more records than the header counts", "batch");
}

void read_set(std::span<const uint8_t> bytes) {
  const auto size = for_each_batch(bytes, [](const BatchView& batch) {
    (void)batch.crc_matches();
    read_records(batch);
  });
  require(!size || *size <= bytes.size(), "the batches are longer than the set", "batch");
  BatchValidator validator;
  const BatchRules rules{.now_ms = 1'700'000'000'000, .unpacked_max = unpacked_max};
  const auto valid = validator.validate(bytes, rules);
  require(!valid || valid->batch.size() <= bytes.size(), "a batch beyond its bytes", "batch");
}

}  // namespace
}  // namespace kafka

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace kafka;
  const std::span<const uint8_t> bytes(data, size);
  read_set(bytes);
  Bytes mended(bytes.begin(), bytes.end());
  const auto done = for_each_batch(mended, [&](const BatchView& batch) {
    const auto start = static_cast<size_t>(batch.bytes().data() - mended.data());
    set_crc(std::span(mended).subspan(start, batch.size()));
  });
  if (done) {
    read_set(mended);
  }
  return 0;
}
