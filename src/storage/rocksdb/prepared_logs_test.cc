#include "storage/rocksdb/prepared_logs.h"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "storage/open_store.h"
#include "storage/store_test_support.h"

namespace stator::storage {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kLogBytes = 256 * 1024;

class PreparedLogsTest : public testing::Test {
 protected:
  std::string PathOf(const std::string& name) const { return directory_.path() + "/" + name; }
  std::string Prepared() const { return PathOf(PreparedLogs::kFileName); }

  static std::unique_ptr<rocksdb::FSWritableFile> Create(PreparedLogs& files,
                                                         const std::string& path) {
    std::unique_ptr<rocksdb::FSWritableFile> file;
    EXPECT_TRUE(files.NewWritableFile(path, {}, &file, nullptr).ok());
    return file;
  }

  // Appends to a log until the next one is prepared, which happens on another thread.
  void Fill(rocksdb::FSWritableFile& log) const {
    const std::string some(kLogBytes / 128, 'x');
    std::error_code ignored;
    for (int i = 0; i < 5000 && fs::file_size(Prepared(), ignored) != kLogBytes; ++i) {
      EXPECT_TRUE(log.Append(some, {}, nullptr).ok());
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    EXPECT_EQ(fs::file_size(Prepared()), kLogBytes);
    std::this_thread::sleep_for(std::chrono::milliseconds(100));  // it is synced and closed
  }

  const TemporaryDirectory directory_;
};

TEST_F(PreparedLogsTest, ALogBeginsInZerosThatAreThere) {
  PreparedLogs files(rocksdb::FileSystem::Default(), kLogBytes);
  Fill(*Create(files, PathOf("000001.log")));
  const auto log = Create(files, PathOf("000002.log"));
  EXPECT_FALSE(fs::exists(Prepared()));
  EXPECT_TRUE(log->Append("record", {}, nullptr).ok());
  EXPECT_TRUE(log->Sync({}, nullptr).ok());
  std::string bytes(kLogBytes + 1, '?');
  std::ifstream(PathOf("000002.log"), std::ios::binary)
      .read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  EXPECT_EQ(bytes, "record" + std::string(kLogBytes - 6, '\0') + "?");
}

TEST_F(PreparedLogsTest, OnlyLogsThatGrowHaveAnotherPrepared) {
  PreparedLogs files(rocksdb::FileSystem::Default(), kLogBytes);
  const auto log = Create(files, PathOf("000001.log"));
  const auto table = Create(files, PathOf("000002.sst"));
  EXPECT_TRUE(log->Append(std::string(kLogBytes / 16, 'x'), {}, nullptr).ok());
  EXPECT_TRUE(table->Append(std::string(8 * kLogBytes, 'x'), {}, nullptr).ok());
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_FALSE(fs::exists(Prepared()));
}

TEST_F(PreparedLogsTest, NothingStaysBehind) {
  {
    PreparedLogs files(rocksdb::FileSystem::Default(), kLogBytes);
    Fill(*Create(files, PathOf("000001.log")));
  }
  EXPECT_FALSE(fs::exists(Prepared()));
  std::ofstream(Prepared()) << "of a process that was killed";
  PreparedLogs files(rocksdb::FileSystem::Default(), kLogBytes);
  const auto log = Create(files, PathOf("000002.log"));
  EXPECT_FALSE(fs::exists(Prepared()));
}

TEST_F(PreparedLogsTest, WhatCannotBePreparedIsNot) {
  fs::create_directories(Prepared() + "/in the way");
  PreparedLogs files(rocksdb::FileSystem::Default(), kLogBytes);
  const auto log = Create(files, PathOf("000001.log"));
  EXPECT_TRUE(log->Append(std::string(kLogBytes, 'x'), {}, nullptr).ok());
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  const auto next = Create(files, PathOf("000002.log"));
  EXPECT_TRUE(next->Append("record", {}, nullptr).ok());
  EXPECT_EQ(fs::file_size(PathOf("000002.log")), 6U);
}

// All that a store was told is done is in its files at that moment, whoever has made the log.
TEST_F(PreparedLogsTest, AStoreFindsItsWritesInThem) {
  StoreOptions options;
  options.data_dir = PathOf("store");
  options.write_buffer_bytes = kLogBytes;
  const auto store = OpenStore(options).value();
  const auto log_is_prepared = [&] {
    std::error_code gone;  // an older log may be deleted meanwhile
    for (const auto& file : fs::directory_iterator(PathOf("store") + "/rocksdb")) {
      if (file.path().extension() == ".log" && file.file_size(gone) == kLogBytes) {
        return true;
      }
    }
    return false;
  };
  int rows = 0;
  const std::string value(1000, 'x');
  while (rows < 20'000 && !log_is_prepared()) {
    PutRow(*store, ItemKey("p" + std::to_string(rows++)), value);
  }
  ASSERT_TRUE(log_is_prepared());
  PutRow(*store, ItemKey("last"), value);
  std::this_thread::sleep_for(std::chrono::milliseconds(500));  // nothing is written out any more
  options.data_dir = PathOf("copy");
  fs::copy(PathOf("store"), options.data_dir, fs::copy_options::recursive);
  const auto copy = OpenStore(options).value();
  for (int i = 0; i < rows; ++i) {
    ASSERT_EQ(GetRow(*copy, ItemKey("p" + std::to_string(i))), value) << i;
  }
  EXPECT_EQ(GetRow(*copy, ItemKey("last")), value);
}

}  // namespace
}  // namespace stator::storage
