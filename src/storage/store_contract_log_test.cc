// What store.h promises of logs, run against every engine; and what of them outlives a store.

#include <algorithm>
#include <atomic>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "storage/store_test_support.h"

namespace stator::storage {
namespace {

constexpr LogId kLog{kTestSpace, 1};
constexpr LogId kOther{kTestSpace, 2};

// A record as it was read.
struct ReadRecord {
  LogPosition position;
  std::string record;
};

std::vector<ReadRecord> ReadAll(Store& store, LogId log, LogPosition first = 0,
                                size_t limit = SIZE_MAX) {
  std::vector<ReadRecord> records;
  const auto keep = [&](const LogRecordView& record) {
    records.push_back({record.position, std::string(record.record)});
    return records.size() < limit;
  };
  EXPECT_TRUE(store.ReadLog(log, first, {}, keep).ok());
  return records;
}

std::vector<std::string> Records(Store& store, LogId log, LogPosition first = 0,
                                 size_t limit = SIZE_MAX) {
  std::vector<std::string> texts;
  for (ReadRecord& record : ReadAll(store, log, first, limit)) {
    texts.push_back(std::move(record.record));
  }
  return texts;
}

// An update that puts a row and appends records.
UpdateRequest MakeAppend(const Key& key, LogId log, std::vector<std::string> records) {
  return MakeUpdate({key},
                    [key, log, records = std::move(records)](CurrentValues, Mutations& mutations) {
                      mutations.Put(key, records.back());
                      for (const std::string& record : records) {
                        mutations.Append(log, record);
                      }
                      return base::Result<void>();
                    });
}

void Append(Store& store, LogId log, std::vector<std::string> records) {
  EXPECT_EQ(RunUpdate(store, MakeAppend(ItemKey("p"), log, std::move(records))).outcome,
            UpdateOutcome::kCommitted);
}

using Texts = std::vector<std::string>;

class LogContract : public StoreContract {};

INSTANTIATE_TEST_SUITE_P(Engines, LogContract,
                         testing::Values(TestEngine::kMemory, TestEngine::kRocksDb),
                         TestEngineName);

TEST_P(LogContract, DeliversRecordsInOrderFromAPosition) {
  EXPECT_EQ(Records(store(), kLog), Texts());
  Append(store(), kLog, {"a", "b"});
  Append(store(), kLog, {""});
  Append(store(), kLog, {"d"});
  EXPECT_EQ(Records(store(), kLog), (Texts{"a", "b", "", "d"}));
  EXPECT_EQ(Records(store(), kLog, 0, 2), (Texts{"a", "b"}));
  const std::vector<ReadRecord> all = ReadAll(store(), kLog);
  for (size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(ReadAll(store(), kLog, all[i].position).size(), all.size() - i);
    EXPECT_EQ(ReadAll(store(), kLog, all[i].position + 1).size(), all.size() - i - 1);
  }
  EXPECT_EQ(Records(store(), kLog, UINT64_MAX), Texts());
}

TEST_P(LogContract, TellsLogsApart) {
  const LogId logs[] = {kLog,
                        kOther,
                        {kTestSpace, 0},
                        {kTestSpace, UINT32_MAX},
                        {kTestSpace + 1, 1},
                        {UINT32_MAX, UINT32_MAX}};
  for (const LogId log : logs) {
    Append(store(), log, {std::to_string(log.space) + "/" + std::to_string(log.which)});
  }
  for (const LogId log : logs) {
    EXPECT_EQ(Records(store(), log),
              Texts{std::to_string(log.space) + "/" + std::to_string(log.which)});
  }
}

TEST_P(LogContract, PositionsAscendOverAllLogsOfASpace) {
  LogPosition last = 0;
  for (int i = 0; i < 20; ++i) {
    const LogId log = i % 3 == 0 ? kLog : kOther;
    const LogPosition next = store().NextLogPosition(kTestSpace);
    Append(store(), log, {std::to_string(i)});
    const LogPosition position = ReadAll(store(), log).back().position;
    EXPECT_GE(position, next);
    EXPECT_LT(position, store().NextLogPosition(kTestSpace));
    EXPECT_EQ(store().LogBoundsOf(log).end, position + 1);
    EXPECT_TRUE(i == 0 || position > last);
    last = position;
  }
}

TEST_P(LogContract, AppendsAllOrNothing) {
  auto refused = MakeUpdate({ItemKey("p")}, [](CurrentValues, Mutations& mutations) {
    mutations.Append(kLog, "never");
    return base::Result<void>(base::ValidationError("no"));
  });
  EXPECT_EQ(RunUpdate(store(), std::move(refused)).outcome, UpdateOutcome::kAborted);
  auto stale = MakeAppend(ItemKey("p"), kLog, {"never"});
  stale.catalog_epoch = store().CatalogEpoch() + 1;
  EXPECT_EQ(RunUpdate(store(), std::move(stale)).outcome, UpdateOutcome::kNotApplied);
  auto huge = MakeAppend(ItemKey("p"), kLog, {std::string(kMaxValueBytes + 1, 'x')});
  EXPECT_EQ(RunUpdate(store(), std::move(huge)).outcome, UpdateOutcome::kNotApplied);
  EXPECT_EQ(Records(store(), kLog), Texts());
  EXPECT_EQ(store().LogBoundsOf(kLog).end, 0U);
  // Records alone are an update, too.
  auto alone = MakeUpdate({ItemKey("p")}, [](CurrentValues, Mutations& mutations) {
    mutations.Append(kLog, "alone");
    return base::Result<void>();
  });
  EXPECT_EQ(RunUpdate(store(), std::move(alone)).outcome, UpdateOutcome::kCommitted);
  EXPECT_EQ(Records(store(), kLog), Texts{"alone"});
}

TEST_P(LogContract, TrimsBelowAPosition) {
  Append(store(), kLog, {"a", "b", "c", "d"});
  Append(store(), kOther, {"z"});
  const std::vector<ReadRecord> all = ReadAll(store(), kLog);
  EXPECT_TRUE(store().TrimLog(kLog, all[2].position).ok());
  EXPECT_EQ(Records(store(), kLog), (Texts{"c", "d"}));
  EXPECT_EQ(store().LogBoundsOf(kLog).begin, all[2].position);
  // Not back, and not beyond what there is.
  EXPECT_TRUE(store().TrimLog(kLog, all[1].position).ok());
  EXPECT_EQ(store().LogBoundsOf(kLog).begin, all[2].position);
  EXPECT_TRUE(store().TrimLog(kLog, UINT64_MAX).ok());
  EXPECT_EQ(Records(store(), kLog), Texts());
  EXPECT_EQ(store().LogBoundsOf(kLog).begin, all[3].position + 1);
  EXPECT_EQ(Records(store(), kOther), Texts{"z"});
  Append(store(), kLog, {"e"});
  EXPECT_EQ(Records(store(), kLog), Texts{"e"});
}

TEST_P(LogContract, DropsALogAndNeverUsesItsPositionsAgain) {
  Append(store(), kOther, {"z"});
  Append(store(), kLog, {"a", "b"});
  const LogPosition next = store().NextLogPosition(kTestSpace);
  EXPECT_TRUE(store().DropLog(kLog).ok());
  EXPECT_EQ(Records(store(), kLog), Texts());
  EXPECT_EQ(store().LogBoundsOf(kLog).end, 0U);
  EXPECT_EQ(Records(store(), kOther), Texts{"z"});
  EXPECT_GE(store().NextLogPosition(kTestSpace), next);
  Append(store(), kOther, {"y"});
  EXPECT_GE(ReadAll(store(), kOther).back().position, next);
}

TEST_P(LogContract, DropsLogsWithTheirSpace) {
  const LogId kept{kTestSpace + 1, 1};
  Append(store(), kLog, {"a"});
  Append(store(), kOther, {"b"});
  Append(store(), kept, {"c"});
  EXPECT_TRUE(store().DropSpace(kTestSpace).ok());
  EXPECT_EQ(Records(store(), kLog), Texts());
  EXPECT_EQ(Records(store(), kOther), Texts());
  EXPECT_EQ(store().LogBoundsOf(kLog).end, 0U);
  EXPECT_EQ(Records(store(), kept), Texts{"c"});
}

// A reader that goes on where it was misses nothing, and sees nothing that is not in the rows.
TEST_P(LogContract, AReaderMissesNothingWhileOthersWriteAndTrim) {
  constexpr int kThreads = 4;
  constexpr int kUpdates = 400;
  std::vector<std::thread> writers;
  for (int thread = 0; thread < kThreads; ++thread) {
    writers.emplace_back([this, thread] {
      for (int i = 0; i < kUpdates; ++i) {
        const std::string name = std::to_string(thread);
        const std::string text = name + "/" + std::to_string(i);
        RunUpdate(store(), MakeAppend(ItemKey(name), kLog, {text}));
      }
    });
  }
  std::vector<int> seen(kThreads, 0);
  LogPosition next = 0;
  size_t records = 0;
  while (records < static_cast<size_t>(kThreads * kUpdates)) {
    const LogPosition end = store().NextLogPosition(kTestSpace);
    for (const ReadRecord& record : ReadAll(store(), kLog, next)) {
      EXPECT_GE(record.position, next);
      const size_t thread = static_cast<size_t>(record.record[0] - '0');
      EXPECT_EQ(record.record, std::to_string(thread) + "/" + std::to_string(seen[thread]++));
      EXPECT_TRUE(GetRow(store(), ItemKey(std::to_string(thread))).has_value());
      next = record.position + 1;
      ++records;
    }
    EXPECT_TRUE(next >= end) << "a record below the end was missed";
    EXPECT_TRUE(store().TrimLog(kLog, next).ok());
  }
  for (std::thread& writer : writers) {
    writer.join();
  }
  EXPECT_EQ(ReadAll(store(), kLog).size(), 0U);
}

// The stores that keep something.
class DurableLogTest : public testing::Test {
 protected:
  std::unique_ptr<Store> Open(bool read_only = false) {
    StoreOptions options;
    options.data_dir = directory_.path();
    options.read_only = read_only;
    auto store = OpenStore(options);
    EXPECT_TRUE(store.ok()) << (store.ok() ? "" : store.error().message);
    return store.ok() ? std::move(*store) : nullptr;
  }

  TemporaryDirectory directory_;
};

TEST_F(DurableLogTest, KeepsRecordsBoundsAndPositions) {
  LogPosition next = 0;
  LogBounds bounds;
  {
    const auto store = Open();
    Append(*store, kLog, {"a", "b", "c"});
    Append(*store, kOther, {"z"});
    EXPECT_TRUE(store->TrimLog(kLog, ReadAll(*store, kLog)[1].position).ok());
    next = store->NextLogPosition(kTestSpace);
    bounds = store->LogBoundsOf(kLog);
  }
  {
    const auto store = Open(/*read_only=*/true);
    EXPECT_EQ(Records(*store, kLog), (Texts{"b", "c"}));
  }
  const auto store = Open();
  EXPECT_EQ(Records(*store, kLog), (Texts{"b", "c"}));
  EXPECT_EQ(store->NextLogPosition(kTestSpace), next);
  EXPECT_EQ(store->LogBoundsOf(kLog).begin, bounds.begin);
  EXPECT_EQ(store->LogBoundsOf(kLog).end, bounds.end);
  EXPECT_EQ(store->LogBoundsOf(kOther).begin, 0U);
}

TEST_F(DurableLogTest, KeepsThePositionsOfWhatWasTrimmedAndDropped) {
  LogPosition next = 0;
  LogBounds bounds;
  for (const bool drop : {false, true}) {
    {
      const auto store = Open();
      Append(*store, kLog, {"a", "b"});
      next = store->NextLogPosition(kTestSpace);
      EXPECT_TRUE(store->TrimLog(kLog, UINT64_MAX).ok());
      bounds = store->LogBoundsOf(kLog);
      EXPECT_EQ(bounds.begin, bounds.end);
      EXPECT_TRUE(!drop || store->DropLog(kLog).ok());
    }
    const auto store = Open();
    EXPECT_EQ(Records(*store, kLog), Texts());
    EXPECT_EQ(store->NextLogPosition(kTestSpace), next);
    EXPECT_EQ(store->LogBoundsOf(kLog).begin, drop ? 0 : bounds.begin);
    EXPECT_EQ(store->LogBoundsOf(kLog).end, drop ? 0 : bounds.end);
  }
  {
    const auto store = Open();
    EXPECT_TRUE(store->DropSpace(kTestSpace).ok());
  }
  EXPECT_EQ(Open()->NextLogPosition(kTestSpace), 0U);
}

}  // namespace
}  // namespace stator::storage
