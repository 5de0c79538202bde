#include "protocol/compression.h"

#include <lz4frame.h>
#include <snappy-c.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <new>

#include "protocol/codec_bytes.h"

namespace kafka {
namespace {

constexpr std::array<std::string_view, 5> codec_names = {"none", "gzip", "snappy", "lz4", "zstd"};
constexpr size_t snappy_block_bytes = 32 * 1024;
constexpr std::array<uint8_t, 16> snappy_header = {0x82, 'S', 'N', 'A', 'P', 'P', 'Y', 0,
                                                   0,    0,   0,   1,   0,   0,   0,   1};
constexpr int lz4_fast_level = 9;  // Kafka's default means the fast compressor, not lz4hc's level 9

void compress_snappy(std::span<const uint8_t> input, Bytes& output) {
  output.insert(output.end(), snappy_header.begin(), snappy_header.end());
  while (!input.empty()) {
    const auto block = input.first(std::min(input.size(), snappy_block_bytes));
    const size_t start = output.size();
    size_t size = snappy_max_compressed_length(block.size());
    output.resize(start + 4 + size);
    snappy_compress(chars(block.data()), block.size(), chars(&output[start + 4]), &size);
    const uint32_t prefix = big_endian(static_cast<uint32_t>(size));
    std::memcpy(&output[start], &prefix, sizeof prefix);
    output.resize(start + 4 + size);
    input = input.subspan(block.size());
  }
}

void compress_lz4(int level, std::span<const uint8_t> input, Bytes& output) {
  LZ4F_preferences_t preferences = LZ4F_INIT_PREFERENCES;
  preferences.frameInfo.blockSizeID = LZ4F_max64KB;
  preferences.frameInfo.blockMode = LZ4F_blockIndependent;
  preferences.compressionLevel = level == lz4_fast_level ? 0 : level;
  const size_t start = output.size();
  output.resize(start + LZ4F_compressFrameBound(input.size(), &preferences));
  const size_t size = LZ4F_compressFrame(&output[start], output.size() - start, input.data(),
                                         input.size(), &preferences);
  if (LZ4F_isError(size)) {
    throw std::bad_alloc();  // with room by LZ4F_compressFrameBound nothing else can go wrong
  }
  output.resize(start + size);
}

}  // namespace

std::string_view name(Codec codec) {
  return codec_names.at(static_cast<size_t>(codec));
}

std::optional<Codec> codec_named(std::string_view name) {
  const auto* found = std::find(codec_names.begin(), codec_names.end(), name);
  return codec_with_id(static_cast<int>(found - codec_names.begin()));
}

std::optional<Codec> codec_with_id(int id) {
  if (id < 0 || id >= static_cast<int>(codec_names.size())) {
    return std::nullopt;
  }
  return static_cast<Codec>(id);
}

CompressionLevels compression_levels(Codec codec) {
  switch (codec) {
    case Codec::Gzip:
      return {.lowest = 1, .highest = 9, .standard = -1};  // -1: zlib's own choice, 6
    case Codec::Lz4:
      return {.lowest = 1, .highest = 17, .standard = lz4_fast_level};
    case Codec::Zstd:
      return {.lowest = ZSTD_minCLevel(), .highest = ZSTD_maxCLevel(), .standard = 3};
    case Codec::None:
    case Codec::Snappy:
      break;
  }
  return {};
}

Compressor::Compressor() = default;
Compressor::~Compressor() = default;
Compressor::Compressor(Compressor&&) noexcept = default;
Compressor& Compressor::operator=(Compressor&&) noexcept = default;

void Compressor::Free::operator()(z_stream_s* stream) const {
  deflateEnd(stream);
  delete stream;
}
void Compressor::Free::operator()(ZSTD_CCtx_s* context) const {
  ZSTD_freeCCtx(context);
}

void Compressor::compress(Codec codec, int level, std::span<const uint8_t> input, Bytes& output) {
  const auto levels = compression_levels(codec);
  if (level != levels.standard) {
    level = std::clamp(level, levels.lowest, levels.highest);
  }
  switch (codec) {
    case Codec::None:
      output.insert(output.end(), input.begin(), input.end());
      break;
    case Codec::Gzip:
      gzip(level, input, output);
      break;
    case Codec::Snappy:
      compress_snappy(input, output);
      break;
    case Codec::Lz4:
      compress_lz4(level, input, output);
      break;
    case Codec::Zstd:
      zstd(level, input, output);
      break;
  }
}

void Compressor::gzip(int level, std::span<const uint8_t> input, Bytes& output) {
  if (gzip_ == nullptr || gzip_level_ != level) {
    gzip_.reset(new z_stream());
    if (deflateInit2(gzip_.get(), level, Z_DEFLATED, gzip_window_bits, 8, Z_DEFAULT_STRATEGY) !=
        Z_OK) {
      throw std::bad_alloc();
    }
    gzip_level_ = level;
  }
  deflateReset(gzip_.get());
  const size_t start = output.size();
  output.resize(start + deflateBound(gzip_.get(), input.size()));
  gzip_->next_in = const_cast<uint8_t*>(input.data());  // zlib's old signature; it only reads
  gzip_->avail_in = static_cast<uInt>(input.size());
  gzip_->next_out = &output[start];
  gzip_->avail_out = static_cast<uInt>(output.size() - start);
  deflate(gzip_.get(), Z_FINISH);  // ends in one call: deflateBound leaves room enough
  output.resize(output.size() - gzip_->avail_out);
}

void Compressor::zstd(int level, std::span<const uint8_t> input, Bytes& output) {
  if (zstd_ == nullptr) {
    zstd_.reset(ZSTD_createCCtx());
  }
  const size_t start = output.size();
  output.resize(start + ZSTD_compressBound(input.size()));
  const size_t size = ZSTD_compressCCtx(zstd_.get(), &output[start], output.size() - start,
                                        input.data(), input.size(), level);
  if (ZSTD_isError(size)) {
    throw std::bad_alloc();  // with room by ZSTD_compressBound nothing else can go wrong
  }
  output.resize(start + size);
}

}  // namespace kafka
