// PosixFiles on a real file system.
#include "broker/io/files.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <numeric>
#include <vector>

namespace kafka {
namespace {

class PosixFilesTest : public ::testing::Test {
 protected:
  PosixFilesTest() {
    std::string name = (std::filesystem::temp_directory_path() / "files-test-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~PosixFilesTest() override { std::filesystem::remove_all(path_); }

  std::string path_;
  PosixFiles files_{8};
};

TEST_F(PosixFilesTest, PartsAreWrittenOneAfterAnother) {
  const auto file = *files_.open(path_ + "/a", OpenMode::CreateIfMissing);
  std::vector<Bytes> bytes;
  std::vector<std::span<const uint8_t>> parts;
  Bytes expected;
  for (size_t i = 0; i < 40; ++i) {  // more than one system call takes
    bytes.emplace_back(i * 3 % 11, static_cast<uint8_t>(i));
    expected.insert(expected.end(), bytes.back().begin(), bytes.back().end());
  }
  for (const Bytes& part : bytes) {
    parts.emplace_back(part);
  }
  ASSERT_TRUE(file->write_at(0, parts).has_value());
  Bytes read(expected.size() + 10);
  EXPECT_EQ(*file->read_at(0, read), expected.size());
  read.resize(expected.size());
  EXPECT_EQ(read, expected);
  ASSERT_TRUE(file->truncate(5).has_value());
  EXPECT_EQ(*file->size(), 5);
  EXPECT_TRUE(file->sync().has_value());
}

TEST_F(PosixFilesTest, DescriptorsAreBoundedAndReopenedAtNeed) {
  std::vector<std::shared_ptr<File>> all;
  for (uint8_t i = 0; i < 100; ++i) {
    all.push_back(*files_.open(path_ + "/" + std::to_string(i), OpenMode::CreateIfMissing));
    ASSERT_TRUE(all.back()->write_at(0, Bytes{i}).has_value());
    ASSERT_LE(files_.open_descriptors(), 8u);
  }
  for (uint8_t i = 0; i < 100; ++i) {
    Bytes byte(1);
    ASSERT_EQ(*all[i]->read_at(0, byte), 1u);
    ASSERT_EQ(byte[0], i);
    ASSERT_LE(files_.open_descriptors(), 8u);
  }
}

TEST_F(PosixFilesTest, ASliceOutlivesItsFileItsNameAndTheCache) {
  FileSlice slice;
  {
    const auto file = *files_.open(path_ + "/a", OpenMode::CreateIfMissing);
    ASSERT_TRUE(file->write_at(0, Bytes{1, 2, 3, 4}).has_value());
    slice = *file->slice(1, 2);
  }
  ASSERT_TRUE(files_.remove(path_ + "/a").has_value());
  EXPECT_EQ(files_.open_descriptors(), 0u);
  Bytes bytes(2);
  EXPECT_EQ(*files_.read_slice(slice, bytes), 2u);
  EXPECT_EQ(bytes, (Bytes{2, 3}));
}

TEST_F(PosixFilesTest, AMissingFileShowsAtItsFirstUse) {
  const auto file = *files_.open(path_ + "/nothing", OpenMode::Existing);
  Bytes byte(1);
  const auto read = file->read_at(0, byte);
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().code, ErrorCode::KafkaStorageError);
  EXPECT_EQ(read.error().message, "open " + path_ + "/nothing: No such file or directory");
  EXPECT_EQ(*files_.status(path_ + "/nothing"), std::nullopt);
}

TEST_F(PosixFilesTest, AFullDiskIsReportedWithPathAndReason) {
  if (!std::filesystem::exists("/dev/full")) {
    GTEST_SKIP() << "no /dev/full";
  }
  const auto file = *files_.open("/dev/full", OpenMode::Existing);
  const auto written = file->write_at(0, Bytes{1});
  ASSERT_FALSE(written.has_value());
  EXPECT_EQ(written.error().message, "write /dev/full: No space left on device");
}

TEST_F(PosixFilesTest, DirectoriesAreListedRenamedAndRemoved) {
  ASSERT_TRUE(files_.make_directory(path_ + "/d").has_value());
  EXPECT_FALSE(files_.make_directory(path_ + "/d").has_value());
  ASSERT_TRUE(write_file_atomically(files_, path_ + "/d/f", "text").has_value());
  const auto entries = *files_.list(path_ + "/d");
  ASSERT_EQ(entries.size(), 1u);
  EXPECT_EQ(entries[0].name, "f");
  EXPECT_FALSE(entries[0].is_directory);
  EXPECT_TRUE((*files_.list(path_))[0].is_directory);
  ASSERT_TRUE(files_.rename(path_ + "/d", path_ + "/e").has_value());
  EXPECT_EQ(**read_file(files_, path_ + "/e/f"), "text");
  EXPECT_FALSE(files_.remove(path_ + "/e").has_value());  // not empty
  ASSERT_TRUE(remove_tree(files_, path_ + "/e").has_value());
  EXPECT_TRUE(files_.list(path_)->empty());
  EXPECT_TRUE(files_.sync_directory(path_).has_value());
}

TEST_F(PosixFilesTest, ALockIsExclusiveUntilItIsDropped) {
  auto lock = files_.lock(path_ + "/.lock");
  ASSERT_TRUE(lock.has_value());
  EXPECT_FALSE(files_.lock(path_ + "/.lock").has_value());
  lock->reset();
  EXPECT_TRUE(files_.lock(path_ + "/.lock").has_value());
}

}  // namespace
}  // namespace kafka
