#include "storage/rocksdb/page_cache_reads.h"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/uio.h>
#include <unistd.h>

#include "storage/store_test_support.h"

namespace stator::storage {
namespace {

using std::chrono::microseconds;

class PageCacheReadsTest : public testing::Test {
 protected:
  PageCacheReadsTest() {
    std::ofstream(path_) << content_;
    char byte = 0;
    const iovec piece{.iov_base = &byte, .iov_len = 1};
    const int descriptor = open(path_.c_str(), O_RDONLY | O_CLOEXEC);
    can_nowait_ = preadv2(descriptor, &piece, 1, 0, RWF_NOWAIT) == 1;
    close(descriptor);
  }

  rocksdb::IOStatus Open(const std::string& path, microseconds timeout = {}) {
    rocksdb::FileOptions options;
    options.io_options.timeout = timeout;
    return files_.NewRandomAccessFile(path, options, &file_, nullptr);
  }

  rocksdb::IOStatus Read(uint64_t offset, size_t bytes, microseconds timeout = {}) {
    rocksdb::IOOptions options;
    options.timeout = timeout;
    buffer_.assign(bytes, '.');
    return file_->Read(offset, bytes, options, &result_, buffer_.data(), nullptr);
  }

  const TemporaryDirectory directory_;
  const std::string path_ = directory_.path() + "/table";
  const std::string content_ = std::string(10'000, 'a') + std::string(90'000, 'b');
  bool can_nowait_ = false;
  PageCacheReads files_{rocksdb::FileSystem::Default(), PageCacheReads::Files::kOfTheMachine};
  std::unique_ptr<rocksdb::FSRandomAccessFile> file_;
  std::string buffer_;
  rocksdb::Slice result_;
};

TEST_F(PageCacheReadsTest, ReadsWhatIsThere) {
  ASSERT_TRUE(Open(path_).ok());
  ASSERT_TRUE(Read(9'999, 2).ok());
  EXPECT_EQ(result_.ToStringView(), "ab");
  ASSERT_TRUE(Read(99'999, 2).ok());  // the end of the file
  EXPECT_EQ(result_.ToStringView(), "b");
  ASSERT_TRUE(Read(100'000, 2).ok());
  EXPECT_EQ(result_.ToStringView(), "");
}

TEST_F(PageCacheReadsTest, ReadsFromMemoryWithoutWaiting) {
  if (!can_nowait_) {
    GTEST_SKIP() << "the file system cannot";
  }
  ASSERT_TRUE(Open(path_).ok());
  ASSERT_TRUE(Read(9'999, 2, microseconds(1)).ok());
  EXPECT_EQ(result_.ToStringView(), "ab");
  EXPECT_TRUE(Read(99'999, 2, microseconds(1)).IsTimedOut());  // there is only one
  EXPECT_TRUE(Read(9'999, 2, microseconds(1)).ok());
}

TEST_F(PageCacheReadsTest, ReadsOnlyAsMuchAsTakesNoTime) {
  constexpr size_t kMost = 64 * 1024;
  ASSERT_TRUE(Open(path_).ok());
  EXPECT_EQ(Read(0, kMost, microseconds(1)).ok(), can_nowait_);
  EXPECT_TRUE(Read(0, kMost + 1, microseconds(1)).IsTimedOut());
  EXPECT_TRUE(Read(0, kMost + 1).ok());
}

TEST_F(PageCacheReadsTest, DoesNotWaitForWhatIsNotInMemory) {
  ASSERT_TRUE(Open(path_).ok());
  if (!DropFromPageCache(directory_.path())) {
    GTEST_SKIP() << "the file system is in memory";
  }
  EXPECT_TRUE(Read(9'999, 2, microseconds(1)).IsTimedOut());
  ASSERT_TRUE(Read(9'999, 2).ok());
  EXPECT_EQ(result_.ToStringView(), "ab");
  EXPECT_EQ(Read(9'999, 2, microseconds(1)).ok(), can_nowait_);
}

TEST_F(PageCacheReadsTest, DoesNotOpenFilesForReadsThatMustNotWait) {
  EXPECT_TRUE(Open(path_, microseconds(1)).IsTimedOut());
  EXPECT_TRUE(Open(path_).ok());
}

TEST_F(PageCacheReadsTest, AsksOtherFileSystemsOnlyWhenThereIsTime) {
  PageCacheReads files(rocksdb::FileSystem::Default(), PageCacheReads::Files::kOfTheBase);
  rocksdb::FileOptions options;
  options.io_options.timeout = microseconds(1);
  EXPECT_TRUE(files.NewRandomAccessFile(path_, options, &file_, nullptr).IsTimedOut());
  ASSERT_TRUE(files.NewRandomAccessFile(path_, {}, &file_, nullptr).ok());
  ASSERT_TRUE(Read(9'999, 2).ok());
  EXPECT_EQ(result_.ToStringView(), "ab");
  EXPECT_TRUE(Read(9'999, 2, microseconds(1)).IsTimedOut());
}

TEST_F(PageCacheReadsTest, NamesTheFileThatFails) {
  const rocksdb::IOStatus missing = Open(directory_.path() + "/missing");
  EXPECT_TRUE(missing.IsPathNotFound());
  EXPECT_NE(missing.ToString().find("/missing"), std::string::npos) << missing.ToString();
  ASSERT_TRUE(Open(directory_.path()).ok());
  const rocksdb::IOStatus unreadable = Read(0, 1);
  EXPECT_TRUE(unreadable.IsIOError());
  EXPECT_NE(unreadable.ToString().find(directory_.path()), std::string::npos)
      << unreadable.ToString();
}

TEST_F(PageCacheReadsTest, TakesAdvice) {
  ASSERT_TRUE(Open(path_).ok());
  EXPECT_TRUE(file_->Prefetch(0, 4096, {}, nullptr).ok());
  file_->Hint(rocksdb::FSRandomAccessFile::kRandom);
  EXPECT_TRUE(file_->InvalidateCache(0, 0).ok());
  ASSERT_TRUE(Read(0, 1).ok());
  EXPECT_EQ(result_.ToStringView(), "a");
}

}  // namespace
}  // namespace stator::storage
