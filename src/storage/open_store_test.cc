// What outlives a store in its directory, and which directories are refused.

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "storage/rocksdb/data_directory.h"
#include "storage/rocksdb/database.h"
#include "storage/store_test_support.h"
#include "storage/verify_files.h"

namespace stator::storage {
namespace {

namespace fs = std::filesystem;

std::string ReadFile(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

void WriteFile(const fs::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

// All files of a directory with their contents.
std::map<std::string, std::string> Contents(const fs::path& directory) {
  std::map<std::string, std::string> contents;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    contents[entry.path().string()] = entry.is_regular_file() ? ReadFile(entry.path()) : "";
  }
  return contents;
}

class OpenStoreTest : public testing::Test {
 protected:
  std::unique_ptr<Store> Open(Durability durability = Durability::kSynced) {
    StoreOptions options;
    options.data_dir = path_.string();
    options.durability = durability;
    options.sync_interval_ms = 5;
    auto store = OpenStore(options);
    if (!store.ok()) {
      ADD_FAILURE() << store.error().message;
      return nullptr;
    }
    return std::move(*store);
  }

  // Expects that the directory is refused, and left as it is; returns why.
  base::Error Refusal() {
    const auto before = Contents(path_);
    StoreOptions options;
    options.data_dir = path_.string();
    auto store = OpenStore(options);
    EXPECT_FALSE(store.ok());
    EXPECT_EQ(Contents(path_), before);
    return store.ok() ? base::Error{} : store.error();
  }

  TemporaryDirectory directory_;
  const fs::path path_ = fs::path(directory_.path()) / "made" / "data";
};

TEST_F(OpenStoreTest, KeepsRowsAndCountersForTheNextOpening) {
  for (int round = 0; round < 3; ++round) {
    const auto store = Open();
    EXPECT_EQ(store->Counter({kTestSpace, 0}), round);
    for (int i = 0; i < 10; ++i) {
      EXPECT_EQ(GetRow(*store, ItemKey("p", std::to_string(i))).has_value(), i < round);
    }
    RunUpdate(*store, MakeUpdate({ItemKey("p")}, [round](CurrentValues, Mutations& mutations) {
      mutations.Put(ItemKey("p", std::to_string(round)), "v");
      mutations.Add({kTestSpace, 0}, 1);
      return base::Result<void>();
    }));
  }
}

TEST_F(OpenStoreTest, ADroppedSpaceStaysDropped) {
  {
    const auto store = Open();
    for (const Space space : {kTestSpace, kTestSpace + 1}) {
      const Key key = ItemKey("p", "", space);
      RunUpdate(*store, MakeUpdate({key}, [&](CurrentValues, Mutations& mutations) {
        mutations.Put(key, "v");
        mutations.Add({space, 0}, 1);
        return base::Result<void>();
      }));
    }
    EXPECT_TRUE(store->DropSpace(kTestSpace).ok());
  }
  StoreOptions options;
  options.data_dir = path_.string();
  for (int round = 0; round < 2; ++round) {
    const auto report = VerifyFiles(options, {.problem = [](const std::string&) {},
                                              .note = [](const std::string&) {},
                                              .progress = [](uint64_t, uint64_t, auto) {}});
    ASSERT_TRUE(report.ok());
    EXPECT_EQ(report->spaces, std::vector<Space>{kTestSpace + 1});
    const auto store = Open();
    EXPECT_EQ(store->Counter({kTestSpace, 0}), 0);
    EXPECT_EQ(store->Counter({kTestSpace + 1, 0}), 1);
    EXPECT_EQ(GetRow(*store, ItemKey("p", "", kTestSpace + 1)), "v");
  }
}

TEST_F(OpenStoreTest, EveryDurabilityKeepsWhatWasDoneOverAnOrderlyEnd) {
  for (const Durability durability :
       {Durability::kSynced, Durability::kInterval, Durability::kNone, Durability::kSynced}) {
    const auto store = Open(durability);
    const auto name = std::to_string(static_cast<int>(durability));
    PutRow(*store, ItemKey("p", name), "v");
    EXPECT_EQ(GetRow(*store, ItemKey("p", "0")), "v");
  }
  const auto store = Open();
  for (const std::string name : {"0", "1", "2"}) {
    EXPECT_EQ(GetRow(*store, ItemKey("p", name)), "v");
  }
}

// What is in memory while the store runs is on the device only after it was opened again.
TEST_F(OpenStoreTest, CacheOnlyReadsDoNotWaitForTheDevice) {
  const Key key = ItemKey("p", "s");
  PutRow(*Open(), key, "v");
  const auto store = Open();
  const auto get = [&](bool cache_only) {
    return store->Get(key, {.cache_only = cache_only}, [](std::string_view) {});
  };
  const auto scan = [&](bool cache_only) {
    return store->Scan({.space = kTestSpace, .partition = "p"}, {.cache_only = cache_only},
                       [](const RowView&) { return true; });
  };
  auto update = MakePut(key, "w");
  update.read.cache_only = true;

  if (!DropFromPageCache(path_)) {
    GTEST_SKIP() << "the file system is in memory";
  }
  EXPECT_EQ(get(true).error().code, base::ErrorCode::kWouldBlock);
  EXPECT_TRUE(DropFromPageCache(path_));
  EXPECT_EQ(scan(true).error().code, base::ErrorCode::kWouldBlock);
  EXPECT_TRUE(DropFromPageCache(path_));
  const auto result = RunUpdate(*store, update);
  EXPECT_EQ(result.outcome, UpdateOutcome::kNotApplied);
  EXPECT_EQ(result.error.code, base::ErrorCode::kWouldBlock);

  EXPECT_TRUE(get(false).ok());
  EXPECT_TRUE(DropFromPageCache(path_));
  EXPECT_TRUE(get(true).ok());
  EXPECT_TRUE(scan(true).ok());
  EXPECT_EQ(RunUpdate(*store, update).outcome, UpdateOutcome::kCommitted);
  EXPECT_EQ(GetRow(*store, key), "w");
}

TEST_F(OpenStoreTest, EstimatesTheBytesOfAGroupOnTheDevice) {
  FillGroups(*Open());
  const auto bytes = Open()->ApproximateGroupBytes(kTestSpace, "large");
  ASSERT_TRUE(bytes.ok());
  EXPECT_GT(*bytes, kLargeGroupBytes / 2);
  EXPECT_LT(*bytes, kLargeGroupBytes * 2);
}

TEST_F(OpenStoreTest, ReadOnlyChangesNothing) {
  StoreOptions options;
  options.data_dir = path_.string();
  options.read_only = true;
  EXPECT_EQ(OpenStore(options).error().code, base::ErrorCode::kUnavailable);
  EXPECT_FALSE(fs::exists(path_));
  PutRow(*Open(), ItemKey("p"), "v");
  const auto before = Contents(path_);
  {
    auto store = OpenStore(options);
    ASSERT_TRUE(store.ok()) << store.error().message;
    EXPECT_EQ(GetRow(**store, ItemKey("p")), "v");
    EXPECT_NE(RunUpdate(**store, MakePut(ItemKey("q"), "v")).outcome, UpdateOutcome::kCommitted);
    EXPECT_FALSE((*store)->DropSpace(kTestSpace).ok());
  }
  EXPECT_EQ(Contents(path_), before);
}

TEST_F(OpenStoreTest, RefusesADirectoryThatIsInUse) {
  const auto store = Open();
  const auto error = Refusal();
  EXPECT_EQ(error.code, base::ErrorCode::kUnavailable);
  EXPECT_NE(error.message.find("in use by another process"), std::string::npos);
}

TEST_F(OpenStoreTest, RefusesAForeignDirectoryWithoutTouchingIt) {
  fs::create_directories(path_);
  WriteFile(path_ / "thesis.tex", "years of work");
  EXPECT_EQ(Refusal().code, base::ErrorCode::kCorruption);
}

TEST_F(OpenStoreTest, RefusesADirectoryWhoseFormatIsGone) {
  Open().reset();
  fs::remove(path_ / "FORMAT");
  EXPECT_EQ(Refusal().code, base::ErrorCode::kCorruption);
}

TEST_F(OpenStoreTest, RefusesADamagedFormat) {
  Open().reset();
  const std::string format = ReadFile(path_ / "FORMAT");
  for (size_t i = 0; i < format.size(); ++i) {
    std::string damaged = format;
    damaged[i] = static_cast<char>(damaged[i] ^ 1);
    WriteFile(path_ / "FORMAT", damaged);
    Refusal();
    WriteFile(path_ / "FORMAT", format.substr(0, i));
    EXPECT_EQ(Refusal().code, base::ErrorCode::kCorruption);
  }
  WriteFile(path_ / "FORMAT", format);
  EXPECT_NE(Open(), nullptr);
}

TEST_F(OpenStoreTest, RefusesANewerFormat) {
  Open().reset();
  const std::string newer = std::to_string(Format::kCurrentVersion + 1);
  WriteFile(path_ / "FORMAT", "stator-data " + newer + "\nwhatever that will be\n");
  const auto error = Refusal();
  EXPECT_EQ(error.code, base::ErrorCode::kUnavailable);
  EXPECT_NE(error.message.find("format " + newer), std::string::npos);
}

// The first version had no logs.
TEST_F(OpenStoreTest, OpensAndUpgradesAnOlderFormat) {
  PutRow(*Open(), ItemKey("p"), "v");
  auto format = Format::Parse(ReadFile(path_ / "FORMAT"));
  ASSERT_TRUE(format.ok());
  EXPECT_EQ(format->version, Format::kCurrentVersion);
  {
    StoreOptions options;
    auto database = Database::Open((path_ / "rocksdb").string(), options, *format, nullptr);
    ASSERT_TRUE(database.ok()) << database.error().message;
    ASSERT_TRUE((*database)->db().DropColumnFamily((*database)->family(kLogFamily)).ok());
  }
  format->version = 1;
  WriteFile(path_ / "FORMAT", format->ToText());

  StoreOptions options;
  options.data_dir = path_.string();
  options.read_only = true;
  const auto before = Contents(path_);
  {
    auto store = OpenStore(options);
    ASSERT_TRUE(store.ok()) << store.error().message;
    EXPECT_EQ(GetRow(**store, ItemKey("p")), "v");
    EXPECT_TRUE(
        (*store)->ReadLog({kTestSpace, 1}, 0, {}, [](const LogRecordView&) { return true; }).ok());
  }
  EXPECT_EQ(Contents(path_), before);

  for (int round = 0; round < 2; ++round) {
    const auto store = Open();
    ASSERT_NE(store, nullptr);
    EXPECT_EQ(GetRow(*store, ItemKey("p")), "v");
    RunUpdate(*store, MakeUpdate({ItemKey("p")}, [](CurrentValues, Mutations& mutations) {
      mutations.Append({kTestSpace, 1}, "record");
      return base::Result<void>();
    }));
    EXPECT_EQ(store->NextLogPosition(kTestSpace), static_cast<LogPosition>(round + 1));
  }
  EXPECT_EQ(Format::Parse(ReadFile(path_ / "FORMAT"))->version, Format::kCurrentVersion);
}

TEST_F(OpenStoreTest, RefusesToStartEmptyWhenTheDatabaseIsGone) {
  Open().reset();
  fs::remove_all(path_ / "rocksdb");
  StoreOptions options;
  options.data_dir = path_.string();
  EXPECT_FALSE(OpenStore(options).ok());
}

TEST_F(OpenStoreTest, FinishesASetupThatWasInterrupted) {
  // Before the FORMAT file was there.
  fs::create_directories(path_);
  WriteFile(path_ / "LOCK", "");
  WriteFile(path_ / "FORMAT.tmp", "stator");
  PutRow(*Open(), ItemKey("p"), "v");
  EXPECT_EQ(GetRow(*Open(), ItemKey("p")), "v");
}

// RocksDB opens few tables at the start.
TEST(OpenStore, ReadsOnlyFromCacheKnowWhenTheTableIsNotOpen) {
  constexpr int kTables = 3;  // more would be merged into one
  const TemporaryDirectory directory;
  StoreOptions options;
  options.data_dir = directory.path();
  options.max_open_files = 20;
  for (int i = 0; i <= kTables; ++i) {  // each start writes what the one before has left in the log
    auto store = OpenStore(options);
    ASSERT_TRUE(store.ok()) << store.error().message;
    if (i < kTables) {
      PutRow(**store, ItemKey("p", std::to_string(i)), "v");
    }
  }
  auto store = OpenStore(options);
  ASSERT_TRUE(store.ok()) << store.error().message;
  for (int i = 0; i < kTables; ++i) {
    const Key key = ItemKey("p", std::to_string(i));
    std::string current = "v";
    const auto look = [&](std::string_view value) { current = value; };
    const auto got = (*store)->Get(key, {.cache_only = true}, look);
    EXPECT_TRUE(got.ok() || got.error().code == base::ErrorCode::kWouldBlock) << i;
    EXPECT_EQ(current, "v") << i;
    auto update = MakeUpdate({key}, [&](CurrentValues values, Mutations&) {
      current = values[0].value_or("nothing");
      return base::Result<void>();
    });
    update.read.cache_only = true;
    (void)RunUpdate(**store, std::move(update));
    EXPECT_EQ(current, "v") << i;
    EXPECT_EQ(GetRow(**store, key), "v");
  }
}

}  // namespace
}  // namespace stator::storage
