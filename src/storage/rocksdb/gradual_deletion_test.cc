#include "storage/rocksdb/gradual_deletion.h"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "storage/store_test_support.h"

namespace stator::storage {
namespace {

constexpr int64_t kMebibyte = 1024 * 1024;

class GradualDeletionTest : public testing::Test {
 protected:
  // A file of that size, and a descriptor that sees what becomes of it.
  int Make(const std::string& name, int64_t bytes) {
    const std::string path = PathOf(name);
    std::ofstream(path) << "x";
    EXPECT_EQ(truncate(path.c_str(), bytes), 0);
    return open(path.c_str(), O_RDONLY | O_CLOEXEC);
  }
  std::string PathOf(const std::string& name) const { return directory_.path() + "/" + name; }

  static int64_t SizeOf(int descriptor) {
    struct stat file {};
    EXPECT_EQ(fstat(descriptor, &file), 0);
    return file.st_size;
  }

  const TemporaryDirectory directory_;
};

TEST_F(GradualDeletionTest, TakesNamesAtOnceAndBytesPieceByPiece) {
  GradualDeletion files(rocksdb::FileSystem::Default());
  const int seen = Make("large", 40 * kMebibyte);
  EXPECT_TRUE(files.DeleteFile(PathOf("large"), {}, nullptr).ok());
  EXPECT_FALSE(std::filesystem::exists(PathOf("large")));
  int64_t last = SizeOf(seen);
  EXPECT_GT(last, 0);
  while (last > 4 * kMebibyte) {  // the rest goes with the last descriptor, which is ours
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    EXPECT_LE(SizeOf(seen), last);
    last = SizeOf(seen);
  }
  close(seen);
}

TEST_F(GradualDeletionTest, LeavesFilesWithOtherNamesAsTheyAre) {
  const int seen = Make("large", 40 * kMebibyte);
  std::filesystem::create_hard_link(PathOf("large"), PathOf("backup"));
  {
    GradualDeletion files(rocksdb::FileSystem::Default());
    EXPECT_TRUE(files.DeleteFile(PathOf("large"), {}, nullptr).ok());
  }
  EXPECT_EQ(SizeOf(seen), 40 * kMebibyte);
  close(seen);
}

TEST_F(GradualDeletionTest, StopsAtOnce) {
  const int seen = Make("large", 1024 * kMebibyte);
  {
    GradualDeletion files(rocksdb::FileSystem::Default());
    EXPECT_TRUE(files.DeleteFile(PathOf("large"), {}, nullptr).ok());
  }
  EXPECT_GT(SizeOf(seen), 0);
  close(seen);
}

TEST_F(GradualDeletionTest, SaysWhatTheFileSystemSays) {
  GradualDeletion files(rocksdb::FileSystem::Default());
  EXPECT_TRUE(files.DeleteFile(PathOf("none"), {}, nullptr).IsPathNotFound());
}

}  // namespace
}  // namespace stator::storage
