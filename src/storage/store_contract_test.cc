// What store.h promises, run against every engine: updates and reads one after the other. The
// concurrent half is in store_contract_concurrency_test.cc.

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "storage/store_test_support.h"

namespace stator::storage {
namespace {

INSTANTIATE_TEST_SUITE_P(Engines, StoreContract,
                         testing::Values(TestEngine::kMemory, TestEngine::kRocksDb),
                         TestEngineName);

base::Result<void> Refuse() { return base::ValidationError("no"); }

std::vector<std::string> SortsOf(Store& store, const GroupRange& range, size_t limit = SIZE_MAX) {
  std::vector<std::string> sorts;
  EXPECT_TRUE(store
                  .Scan(range, {},
                        [&](const RowView& row) {
                          EXPECT_EQ(row.hash, GroupHash(row.partition));
                          EXPECT_EQ(row.partition, range.partition);
                          EXPECT_EQ(row.value, "v" + std::string(row.sort));
                          sorts.emplace_back(row.sort);
                          return sorts.size() < limit;
                        })
                  .ok());
  return sorts;
}

TEST_P(StoreContract, ReadsWhatWasPutAndErased) {
  const Key key = ItemKey("p", "s");
  EXPECT_EQ(GetRow(store(), key), std::nullopt);
  PutRow(store(), key, "one");
  EXPECT_EQ(GetRow(store(), key), "one");
  PutRow(store(), key, "");
  EXPECT_EQ(GetRow(store(), key), "");
  EraseRow(store(), key);
  EXPECT_EQ(GetRow(store(), key), std::nullopt);
}

TEST_P(StoreContract, TellsKeysApartByEveryPart) {
  const Key keys[] = {
      ItemKey("p", "s"),
      ItemKey("p", "s", kTestSpace + 1),
      ItemKey("ps", ""),
      ItemKey("", "ps"),
      ItemKey(std::string("p\0", 2), "s"),
      ItemKey("p", std::string("\0s", 2)),
      ItemKey(std::string("p\0\xFF", 3), "s"),
      {kTestSpace, RowKind::kLocalIndex, "p", "s"},
      {kTestSpace, RowKind::kGlobalIndex, "p", "s"},
      {kCatalogSpace, RowKind::kSystem, "p", "s"},
  };
  for (const Key& key : keys) {
    EXPECT_EQ(GetRow(store(), key), std::nullopt);
    PutRow(store(), key, "x");
  }
  for (size_t i = 0; i < std::size(keys); ++i) {
    PutRow(store(), keys[i], std::to_string(i));
  }
  for (size_t i = 0; i < std::size(keys); ++i) {
    EXPECT_EQ(GetRow(store(), keys[i]), std::to_string(i));
  }
}

TEST_P(StoreContract, ShowsDecideTheCurrentValuesInTheOrderOfTheKeys) {
  PutRow(store(), ItemKey("a"), "1");
  PutRow(store(), ItemKey("c"), "3");
  std::vector<std::optional<std::string>> seen;
  auto request = MakeUpdate({ItemKey("c"), ItemKey("b"), ItemKey("a")},
                            [&](CurrentValues current, Mutations&) {
                              seen.assign(current.begin(), current.end());
                              return base::Result<void>();
                            });
  EXPECT_EQ(RunUpdate(store(), std::move(request)).outcome, UpdateOutcome::kCommitted);
  EXPECT_EQ(seen, (std::vector<std::optional<std::string>>{"3", std::nullopt, "1"}));
}

TEST_P(StoreContract, AppliesAllOfAnUpdateOrNothing) {
  const Key item = ItemKey("p", "s");
  const Key local{kTestSpace, RowKind::kLocalIndex, "p", "l"};
  const Key global{kTestSpace + 1, RowKind::kGlobalIndex, "g", "s"};
  const CounterId counter{kTestSpace, 0};
  const auto fill = [&](Mutations& mutations) {
    mutations.Put(item, "i");
    mutations.Put(local, "l");
    mutations.Put(global, "g");
    mutations.Add(counter, 1);
  };
  const auto result =
      RunUpdate(store(), MakeUpdate({item}, [&](CurrentValues, Mutations& mutations) {
                  fill(mutations);
                  return Refuse();
                }));
  EXPECT_EQ(result.outcome, UpdateOutcome::kAborted);
  EXPECT_EQ(result.error.code, base::ErrorCode::kValidation);
  EXPECT_EQ(result.error.message, "no");
  for (const Key& key : {item, local, global}) {
    EXPECT_EQ(GetRow(store(), key), std::nullopt);
  }
  EXPECT_EQ(store().Counter(counter), 0);

  const auto committed =
      RunUpdate(store(), MakeUpdate({item}, [&](CurrentValues, Mutations& mutations) {
                  fill(mutations);
                  return base::Result<void>();
                }));
  EXPECT_EQ(committed.outcome, UpdateOutcome::kCommitted);
  EXPECT_EQ(GetRow(store(), item), "i");
  EXPECT_EQ(GetRow(store(), local), "l");
  EXPECT_EQ(GetRow(store(), global), "g");
  EXPECT_EQ(store().Counter(counter), 1);
}

TEST_P(StoreContract, TakesTheLastOfSeveralWritesOfOneRow) {
  const Key key = ItemKey("p");
  RunUpdate(store(), MakeUpdate({key}, [&](CurrentValues, Mutations& mutations) {
              mutations.Put(key, "1");
              mutations.Erase(key);
              mutations.Put(key, "2");
              return base::Result<void>();
            }));
  EXPECT_EQ(GetRow(store(), key), "2");
}

TEST_P(StoreContract, RefusesAnUpdateThatIsTooLarge) {
  const Key key = ItemKey("p");
  const auto result = RunUpdate(store(), MakePut(key, std::string(kMaxValueBytes + 1, 'x')));
  EXPECT_EQ(result.outcome, UpdateOutcome::kNotApplied);
  EXPECT_EQ(GetRow(store(), key), std::nullopt);
  PutRow(store(), key, std::string(kMaxValueBytes, 'x'));
}

TEST_P(StoreContract, ScansAGroupInTheOrderOfUnsignedBytes) {
  const std::vector<std::string> sorts = {
      "",    std::string("\0", 1), "\x01", "a", std::string("a\0", 2), "aa", "b", "\x7F", "\x80",
      "\xFF"};
  std::vector<std::string> shuffled = sorts;
  std::reverse(shuffled.begin(), shuffled.end());
  std::swap(shuffled[1], shuffled[5]);
  for (const std::string& sort : shuffled) {
    PutRow(store(), ItemKey("p", sort), "v" + sort);
  }
  // Neighbours that must not be seen.
  PutRow(store(), ItemKey("p0", "a"), "x");
  PutRow(store(), ItemKey(std::string("p\0", 2), "a"), "x");
  PutRow(store(), {kTestSpace, RowKind::kLocalIndex, "p", "a"}, "x");
  PutRow(store(), ItemKey("p", "a", kTestSpace + 1), "x");

  GroupRange range{.space = kTestSpace, .partition = "p"};
  EXPECT_EQ(SortsOf(store(), range), sorts);
  EXPECT_EQ(SortsOf(store(), range, 2), (std::vector<std::string>{"", std::string("\0", 1)}));
  range.reverse = true;
  EXPECT_EQ(SortsOf(store(), range), std::vector<std::string>(sorts.rbegin(), sorts.rend()));
  EXPECT_EQ(SortsOf(store(), range, 2), (std::vector<std::string>{"\xFF", "\x80"}));
}

TEST_P(StoreContract, ScansARangeFromItsLowerUpToItsUpperEnd) {
  for (const std::string sort : {"a", "b", "c", "d", "e"}) {
    PutRow(store(), ItemKey("p", sort), "v" + sort);
  }
  GroupRange range{.space = kTestSpace, .partition = "p", .lower = "b", .upper = "d"};
  EXPECT_EQ(SortsOf(store(), range), (std::vector<std::string>{"b", "c"}));
  range.reverse = true;
  EXPECT_EQ(SortsOf(store(), range), (std::vector<std::string>{"c", "b"}));
  range.upper = "dd";
  EXPECT_EQ(SortsOf(store(), range), (std::vector<std::string>{"d", "c", "b"}));
  range.upper = std::nullopt;
  EXPECT_EQ(SortsOf(store(), range), (std::vector<std::string>{"e", "d", "c", "b"}));
  range.upper = "b";
  EXPECT_TRUE(SortsOf(store(), range).empty());
  range.upper = "a";
  EXPECT_TRUE(SortsOf(store(), range).empty());
  range.reverse = false;
  EXPECT_TRUE(SortsOf(store(), range).empty());
  EXPECT_TRUE(SortsOf(store(), {.space = kTestSpace, .partition = "none"}).empty());
}

TEST_P(StoreContract, ScanDoesNotShowErasedRows) {
  for (const std::string sort : {"a", "b", "c"}) {
    PutRow(store(), ItemKey("p", sort), "v" + sort);
  }
  EraseRow(store(), ItemKey("p", "b"));
  EXPECT_EQ(SortsOf(store(), {.space = kTestSpace, .partition = "p"}),
            (std::vector<std::string>{"a", "c"}));
}

// A row as ScanSpace delivers it.
using ScannedRow = std::tuple<uint64_t, std::string, std::string>;

std::vector<ScannedRow> RowsOf(Store& store, const SpaceRange& range, size_t limit = SIZE_MAX) {
  std::vector<ScannedRow> rows;
  EXPECT_TRUE(store
                  .ScanSpace(range, {},
                             [&](const RowView& row) {
                               rows.emplace_back(row.hash, row.partition, row.sort);
                               return rows.size() < limit;
                             })
                  .ok());
  return rows;
}

// Fills the test space; returns its rows in the order of ScanSpace.
std::vector<ScannedRow> FillSpace(Store& store) {
  std::vector<ScannedRow> rows;
  for (int i = 0; i < 40; ++i) {
    // Some partitions have zeros in them, which row keys escape.
    const std::string partition = "p" + std::string(i % 3, '\0') + std::to_string(i);
    for (const std::string sort : {"", "a", "b"}) {
      PutRow(store, ItemKey(partition, sort), "x");
      rows.emplace_back(GroupHash(partition), partition, sort);
    }
    PutRow(store, {kTestSpace, RowKind::kLocalIndex, partition, "l"}, "x");
    PutRow(store, ItemKey(partition, "", kTestSpace - 1), "x");
    PutRow(store, ItemKey(partition, "", kTestSpace + 1), "x");
  }
  std::sort(rows.begin(), rows.end());
  return rows;
}

TEST_P(StoreContract, ScansASpaceInTheOrderOfHashes) {
  const std::vector<ScannedRow> rows = FillSpace(store());
  EXPECT_EQ(RowsOf(store(), {.space = kTestSpace}), rows);
  EXPECT_EQ(RowsOf(store(), {.space = kTestSpace}, 5),
            std::vector<ScannedRow>(rows.begin(), rows.begin() + 5));
}

TEST_P(StoreContract, ResumesAScanAfterAnyRow) {
  const std::vector<ScannedRow> rows = FillSpace(store());
  for (size_t i = 0; i < rows.size(); ++i) {
    SpaceRange range{.space = kTestSpace};
    range.after = ItemKey(std::get<1>(rows[i]), std::get<2>(rows[i]));
    EXPECT_EQ(RowsOf(store(), range), std::vector<ScannedRow>(rows.begin() + i + 1, rows.end()));
  }
  // The row itself need not be there any more.
  EraseRow(store(), ItemKey(std::get<1>(rows[7]), std::get<2>(rows[7])));
  SpaceRange range{.space = kTestSpace};
  range.after = ItemKey(std::get<1>(rows[7]), std::get<2>(rows[7]));
  EXPECT_EQ(RowsOf(store(), range, 1), std::vector<ScannedRow>{rows[8]});
}

TEST_P(StoreContract, HashRangesDivideASpace) {
  const std::vector<ScannedRow> rows = FillSpace(store());
  const uint64_t middle = std::get<0>(rows[rows.size() / 2]);
  auto first = RowsOf(store(), {.space = kTestSpace, .last_hash = middle});
  const auto second = RowsOf(store(), {.space = kTestSpace, .first_hash = middle + 1});
  EXPECT_FALSE(first.empty());
  EXPECT_FALSE(second.empty());
  EXPECT_EQ(std::get<0>(first.back()), middle);  // the last hash is inclusive
  first.insert(first.end(), second.begin(), second.end());
  EXPECT_EQ(first, rows);
  const auto one =
      RowsOf(store(), {.space = kTestSpace, .first_hash = middle, .last_hash = middle});
  EXPECT_EQ(one.size(), 3U);
}

TEST_P(StoreContract, GetTogetherAnswersInTheOrderOfTheKeys) {
  PutRow(store(), ItemKey("a"), "1");
  PutRow(store(), {kTestSpace, RowKind::kGlobalIndex, "b", ""}, "2");
  const Key keys[] = {{kTestSpace, RowKind::kGlobalIndex, "b", ""}, ItemKey("none"), ItemKey("a")};
  std::vector<std::pair<size_t, std::optional<std::string>>> seen;
  EXPECT_TRUE(store()
                  .GetTogether(keys, {},
                               [&](size_t index, std::optional<std::string_view> value) {
                                 seen.emplace_back(index, value);
                               })
                  .ok());
  EXPECT_EQ(seen, (std::vector<std::pair<size_t, std::optional<std::string>>>{
                      {0, "2"}, {1, std::nullopt}, {2, "1"}}));
}

TEST_P(StoreContract, ReadsMayBeMadeWithinASink) {
  PutRow(store(), ItemKey("p", "a"), "va");
  PutRow(store(), ItemKey("q"), "other");
  std::optional<std::string> inner;
  EXPECT_TRUE(store()
                  .Scan({.space = kTestSpace, .partition = "p"}, {},
                        [&](const RowView&) {
                          inner = GetRow(store(), ItemKey("q"));
                          return true;
                        })
                  .ok());
  EXPECT_EQ(inner, "other");
}

TEST_P(StoreContract, CacheOnlyReadsSeeWhatIsInMemory) {
  PutRow(store(), ItemKey("p"), "v");
  std::optional<std::string> value;
  EXPECT_TRUE(
      store()
          .Get(ItemKey("p"), {.cache_only = true}, [&](std::string_view bytes) { value = bytes; })
          .ok());
  EXPECT_EQ(value, "v");
}

TEST_P(StoreContract, RefusesUpdatesThatRelyOnAnOldCatalog) {
  const Key catalog{kCatalogSpace, RowKind::kSystem, "tables", "t"};
  const uint64_t epoch = store().CatalogEpoch();
  auto relying = MakePut(ItemKey("p"), "1");
  relying.catalog_epoch = epoch;
  EXPECT_EQ(RunUpdate(store(), relying).outcome, UpdateOutcome::kCommitted);

  auto change = MakePut(catalog, "new");
  change.changes_catalog = true;
  change.catalog_epoch = epoch;
  EXPECT_EQ(RunUpdate(store(), change).outcome, UpdateOutcome::kCommitted);
  EXPECT_EQ(store().CatalogEpoch(), epoch + 1);

  for (auto& late : {relying, change}) {
    const auto result = RunUpdate(store(), late);
    EXPECT_EQ(result.outcome, UpdateOutcome::kNotApplied);
    EXPECT_EQ(result.error.code, base::ErrorCode::kStaleCatalog);
  }
  auto refused = MakeUpdate({ItemKey("p")}, [](CurrentValues, Mutations&) { return Refuse(); });
  refused.catalog_epoch = epoch;
  EXPECT_EQ(RunUpdate(store(), refused).error.code, base::ErrorCode::kStaleCatalog);
  EXPECT_EQ(store().CatalogEpoch(), epoch + 1);

  relying.catalog_epoch = epoch + 1;
  EXPECT_EQ(RunUpdate(store(), relying).outcome, UpdateOutcome::kCommitted);
}

TEST_P(StoreContract, ACatalogUpdateThatChangesNothingKeepsTheEpoch) {
  const uint64_t epoch = store().CatalogEpoch();
  auto change = MakeUpdate({ItemKey("p")}, [](CurrentValues, Mutations&) { return Refuse(); });
  change.changes_catalog = true;
  EXPECT_EQ(RunUpdate(store(), change).outcome, UpdateOutcome::kAborted);
  change.decide = [](CurrentValues, Mutations&) { return base::Result<void>(); };
  EXPECT_EQ(RunUpdate(store(), change).outcome, UpdateOutcome::kCommitted);
  EXPECT_EQ(store().CatalogEpoch(), epoch);
}

TEST_P(StoreContract, CountersSumUpTheirDeltas) {
  const CounterId counters[] = {{kTestSpace, 0}, {kTestSpace, 1}, {kTestSpace + 1, 0}};
  for (int i = 0; i < 10; ++i) {
    RunUpdate(store(), MakeUpdate({ItemKey("p")}, [&](CurrentValues, Mutations& mutations) {
                mutations.Add(counters[0], 1);
                mutations.Add(counters[1], -i);
                mutations.Add(counters[0], 2);
                mutations.Add(counters[2], 1'000'000'000'000);
                return base::Result<void>();
              }));
  }
  EXPECT_EQ(store().Counter(counters[0]), 30);
  EXPECT_EQ(store().Counter(counters[1]), -45);
  EXPECT_EQ(store().Counter(counters[2]), 10'000'000'000'000);
  EXPECT_EQ(store().Counter({kTestSpace, 2}), 0);
}

TEST_P(StoreContract, DropSpaceRemovesItsCountersAndNothingOfOthers) {
  const Space neighbours[] = {kTestSpace - 1, kTestSpace, kTestSpace + 1};
  const RowKind kinds[] = {RowKind::kItem, RowKind::kLocalIndex, RowKind::kGlobalIndex,
                           RowKind::kSystem};
  for (const Space space : neighbours) {
    for (const RowKind kind : kinds) {
      const Key key{space, kind, "p", "s"};
      RunUpdate(store(), MakeUpdate({key}, [&](CurrentValues, Mutations& mutations) {
                  mutations.Put(key, "v");
                  mutations.Add({space, 1}, 1);
                  return base::Result<void>();
                }));
    }
  }
  ASSERT_TRUE(store().DropSpace(kTestSpace).ok());
  for (const Space space : neighbours) {
    const bool dropped = space == kTestSpace;
    for (const RowKind kind : kinds) {
      if (!dropped) {
        EXPECT_TRUE(GetRow(store(), {space, kind, "p", "s"}).has_value());
        EXPECT_EQ(RowsOf(store(), {.space = space, .kind = kind}).size(), 1U);
      }
    }
    EXPECT_EQ(store().Counter({space, 1}), dropped ? 0 : 4);
  }
}

// Rows in write buffers are guessed: none of them may be seen. How close the estimate comes once
// they are on the device is in open_store_test.cc.
TEST_P(StoreContract, EstimatesTheBytesOfAGroup) {
  FillGroups(store());
  const auto bytes = store().ApproximateGroupBytes(kTestSpace, "large");
  ASSERT_TRUE(bytes.ok());
  if (GetParam() == TestEngine::kMemory) {
    EXPECT_GT(*bytes, kLargeGroupBytes / 2);
  }
  EXPECT_LT(*bytes, kLargeGroupBytes * 20);
  EXPECT_EQ(*store().ApproximateGroupBytes(kTestSpace, "none"), 0U);
}

TEST_P(StoreContract, StopRefusesUpdatesAndKeepsReads) {
  PutRow(store(), ItemKey("p"), "v");
  store().Stop();
  store().Stop();
  const auto result = RunUpdate(store(), MakePut(ItemKey("p"), "w"));
  EXPECT_EQ(result.outcome, UpdateOutcome::kNotApplied);
  EXPECT_EQ(result.error.code, base::ErrorCode::kUnavailable);
  EXPECT_FALSE(store().DropSpace(kTestSpace).ok());
  EXPECT_EQ(GetRow(store(), ItemKey("p")), "v");
}

}  // namespace
}  // namespace stator::storage
