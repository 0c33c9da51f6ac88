// What becomes of updates when the log cannot be written or synced, and when the disk is full.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include "base/mutex.h"
#include "storage/rocksdb/rocksdb_store.h"
#include "storage/store_test_support.h"

namespace stator::storage {
namespace {

// What the log's files do.
enum class Fault : uint8_t { kNone, kSyncFails, kAppendFails, kNoSpace };

class FaultyFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  FaultyFile(std::unique_ptr<rocksdb::FSWritableFile> file, const std::atomic<Fault>& fault)
      : FSWritableFileOwnerWrapper(std::move(file)), fault_(fault) {}

  rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                           rocksdb::IODebugContext* context) override {
    if (fault_ == Fault::kAppendFails) {
      return rocksdb::IOStatus::IOError("injected");
    }
    if (fault_ == Fault::kNoSpace) {
      rocksdb::IOStatus status = rocksdb::IOStatus::NoSpace("injected");
      status.SetRetryable(true);  // as RocksDB's own file system does
      return status;
    }
    return FSWritableFileOwnerWrapper::Append(data, options, context);
  }
  rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                           const rocksdb::DataVerificationInfo&,
                           rocksdb::IODebugContext* context) override {
    return Append(data, options, context);
  }
  rocksdb::IOStatus Sync(const rocksdb::IOOptions& options,
                         rocksdb::IODebugContext* context) override {
    if (fault_ == Fault::kSyncFails) {
      return rocksdb::IOStatus::IOError("injected");
    }
    return FSWritableFileOwnerWrapper::Sync(options, context);
  }

 private:
  const std::atomic<Fault>& fault_;
};

// The real file system, but for log files.
class FaultyFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  FaultyFileSystem() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}
  const char* Name() const override { return "FaultyFileSystem"; }

  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* context) override {
    rocksdb::IOStatus status = FileSystemWrapper::NewWritableFile(name, options, file, context);
    if (status.ok() && name.ends_with(".log")) {
      *file = std::make_unique<FaultyFile>(std::move(*file), fault);
    }
    return status;
  }

  std::atomic<Fault> fault = Fault::kNone;
};

class LogFailureTest : public testing::Test {
 protected:
  void SetUp() override { Open(); }

  void Open(Durability durability = Durability::kSynced) {
    StoreOptions options;
    options.data_dir = directory_.path();
    options.durability = durability;
    options.sync_interval_ms = 1;
    options.log = [this](std::string_view message) {
      const base::MutexLock lock(mutex_);
      messages_.emplace_back(message);
    };
    auto store = OpenRocksDbStore(options, env_.get());
    ASSERT_TRUE(store.ok()) << store.error().message;
    store_ = std::move(*store);
  }

  void ExpectRefused(base::ErrorCode code) {
    const auto result = RunUpdate(*store_, MakePut(ItemKey("later"), "v"));
    EXPECT_EQ(result.outcome, UpdateOutcome::kNotApplied);
    EXPECT_EQ(result.error.code, code);
    EXPECT_EQ(GetRow(*store_, ItemKey("before")), "v");
  }

  void FillDisk() {
    file_system_->fault = Fault::kNoSpace;
    EXPECT_EQ(RunUpdate(*store_, MakePut(ItemKey("p"), "v")).outcome, UpdateOutcome::kUnknown);
  }

  // Frees the disk, and writes the item "p" as soon as that is accepted.
  void ExpectAcceptedWithSpace() {
    file_system_->fault = Fault::kNone;
    UpdateResult result;
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    do {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      result = RunUpdate(*store_, MakePut(ItemKey("p"), "again"));
    } while (result.outcome != UpdateOutcome::kCommitted &&
             std::chrono::steady_clock::now() < deadline);
    EXPECT_EQ(result.outcome, UpdateOutcome::kCommitted) << result.error.message;
    EXPECT_EQ(GetRow(*store_, ItemKey("p")), "again");
  }

  // How often the operator was told something that has `text` in it.
  int64_t TimesTold(std::string_view text) {
    const base::MutexLock lock(mutex_);
    return std::count_if(messages_.begin(), messages_.end(), [text](const std::string& message) {
      return message.find(text) != std::string::npos;
    });
  }

  const std::shared_ptr<FaultyFileSystem> file_system_ = std::make_shared<FaultyFileSystem>();
  const std::unique_ptr<rocksdb::Env> env_ = rocksdb::NewCompositeEnv(file_system_);
  TemporaryDirectory directory_;
  base::Mutex mutex_;
  std::vector<std::string> messages_ GUARDED_BY(mutex_);
  std::unique_ptr<Store> store_;
};

TEST_F(LogFailureTest, AFailedSyncIsFinal) {
  PutRow(*store_, ItemKey("before"), "v");
  file_system_->fault = Fault::kSyncFails;
  const auto result = RunUpdate(*store_, MakePut(ItemKey("p"), "v"));
  EXPECT_EQ(result.outcome, UpdateOutcome::kUnknown);
  EXPECT_EQ(result.error.code, base::ErrorCode::kIo);
  EXPECT_EQ(GetRow(*store_, ItemKey("p")), std::nullopt);
  file_system_->fault = Fault::kNone;
  ExpectRefused(base::ErrorCode::kUnavailable);
  EXPECT_EQ(TimesTold("Writing to the store's log has failed"), 1);
}

TEST_F(LogFailureTest, AFailedAppendIsFinal) {
  PutRow(*store_, ItemKey("before"), "v");
  file_system_->fault = Fault::kAppendFails;
  EXPECT_EQ(RunUpdate(*store_, MakePut(ItemKey("p"), "v")).outcome, UpdateOutcome::kUnknown);
  file_system_->fault = Fault::kNone;
  ExpectRefused(base::ErrorCode::kUnavailable);
}

TEST_F(LogFailureTest, AFailedBackgroundSyncIsFinal) {
  store_.reset();
  Open(Durability::kInterval);
  PutRow(*store_, ItemKey("before"), "v");
  file_system_->fault = Fault::kSyncFails;
  const auto refused = [this] {
    return RunUpdate(*store_, MakePut(ItemKey("p"), "v")).outcome != UpdateOutcome::kCommitted;
  };
  for (int i = 0; i < 1000 && !refused(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  file_system_->fault = Fault::kNone;
  ExpectRefused(base::ErrorCode::kUnavailable);
}

// Updates that saw values of a failed group must fail with it, whatever they wrote or said.
TEST_F(LogFailureTest, EndsEveryUpdateInFlightExactlyOnce) {
  PutRow(*store_, ItemKey("before"), "v");
  std::atomic<int> committed = 0;
  std::atomic<int> ended = 0;
  int64_t begun = 0;
  for (; begun < 5000; ++begun) {
    if (begun == 2500) {
      file_system_->fault = Fault::kSyncFails;
    }
    const Key key = ItemKey("p", std::to_string(begun % 5));
    store_->Update(MakeUpdate({key},
                              [key](CurrentValues current, Mutations& mutations) {
                                mutations.Put(key, std::string(current[0].value_or("")) + "x");
                                mutations.Add({kTestSpace, 0}, 1);
                                return base::Result<void>();
                              }),
                   [&](const UpdateResult& result) {
                     committed += result.outcome == UpdateOutcome::kCommitted ? 1 : 0;
                     ++ended;
                   });
  }
  store_->Stop();
  EXPECT_EQ(ended, begun);
  EXPECT_LT(committed, begun);
  size_t total = 0;
  for (int i = 0; i < 5; ++i) {
    total += GetRow(*store_, ItemKey("p", std::to_string(i))).value_or("").size();
  }
  EXPECT_EQ(total, static_cast<size_t>(committed));
  EXPECT_EQ(store_->Counter({kTestSpace, 0}), committed);
  file_system_->fault = Fault::kNone;
}

TEST_F(LogFailureTest, AFullDiskIsRefusedUntilThereIsSpaceAgain) {
  PutRow(*store_, ItemKey("before"), "v");
  FillDisk();
  ExpectRefused(base::ErrorCode::kNoSpace);
  ExpectAcceptedWithSpace();
  EXPECT_EQ(TimesTold("The disk is full"), 1);
  EXPECT_EQ(TimesTold("The disk has space again"), 1);

  store_.reset();
  Open();
  EXPECT_EQ(GetRow(*store_, ItemKey("before")), "v");
  EXPECT_EQ(GetRow(*store_, ItemKey("p")), "again");
}

// RocksDB begins a new log only when it writes rows out that it has in memory.
TEST_F(LogFailureTest, AFullDiskIsOvercomeWithNoRowsInMemory) {
  PutRow(*store_, ItemKey("before"), "v");
  store_.reset();
  Open();
  FillDisk();
  ExpectAcceptedWithSpace();
}

TEST_F(LogFailureTest, AFullDiskIsOvercomeWhenOnlyADropMetIt) {
  PutRow(*store_, ItemKey("before"), "v");
  store_.reset();
  Open();
  file_system_->fault = Fault::kNoSpace;
  EXPECT_EQ(store_->DropSpace(kTestSpace + 1).error().code, base::ErrorCode::kNoSpace);
  ExpectRefused(base::ErrorCode::kNoSpace);
  ExpectAcceptedWithSpace();
}

TEST_F(LogFailureTest, AFullDiskIsOvercomeWithSyncsInTheBackground) {
  store_.reset();
  Open(Durability::kInterval);
  FillDisk();
  ExpectAcceptedWithSpace();
  EXPECT_EQ(TimesTold("Writing to the store's log has failed"), 1);
  file_system_->fault = Fault::kSyncFails;  // somebody still syncs
  for (int i = 0; i < 1000 && TimesTold("Writing to the store's log has failed") == 1; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  EXPECT_EQ(TimesTold("Writing to the store's log has failed"), 2);
  file_system_->fault = Fault::kNone;
}

}  // namespace
}  // namespace stator::storage
