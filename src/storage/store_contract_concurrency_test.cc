// What store.h promises to concurrent callers, run against every engine.

#include <atomic>
#include <charconv>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/mutex.h"
#include "base/random.h"
#include "storage/store_test_support.h"

namespace stator::storage {
namespace {

class ConcurrentStoreContract : public StoreContract {};

INSTANTIATE_TEST_SUITE_P(Engines, ConcurrentStoreContract,
                         testing::Values(TestEngine::kMemory, TestEngine::kRocksDb),
                         TestEngineName);

constexpr int kThreads = 4;

int64_t ToInteger(std::optional<std::string_view> text) {
  int64_t value = 0;
  if (text) {
    std::from_chars(text->data(), text->data() + text->size(), value);
  }
  return value;
}

// Runs `work(thread)` on several threads and waits for them.
template <typename Work>
void InParallel(Work work) {
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&work, i] { work(i); });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
}

// Waits until as many updates are done as were begun.
class Flight {
 public:
  UpdateDone Begin(std::function<void(const UpdateResult&)> check = nullptr) {
    const base::MutexLock lock(mutex_);
    ++begun_;
    return [this, check = std::move(check)](const UpdateResult& result) {
      if (check) {
        check(result);
      }
      const base::MutexLock done_lock(mutex_);
      ++done_;
      wake_.NotifyAll();
    };
  }
  void Wait() {
    const base::MutexLock lock(mutex_);
    while (done_ < begun_) {
      wake_.Wait(mutex_);
    }
    EXPECT_EQ(done_, begun_);
  }

 private:
  base::Mutex mutex_;
  base::CondVar wake_;
  int begun_ GUARDED_BY(mutex_) = 0;
  int done_ GUARDED_BY(mutex_) = 0;
};

UpdateRequest MakeIncrement(const Key& key) {
  return MakeUpdate({key}, [key](CurrentValues current, Mutations& mutations) {
    mutations.Put(key, std::to_string(ToInteger(current[0]) + 1));
    mutations.Add({kTestSpace, 7}, 1);
    return base::Result<void>();
  });
}

TEST_P(ConcurrentStoreContract, IncrementsInFlightLoseNothing) {
  constexpr int kEach = 500;
  Flight flight;
  InParallel([&](int) {
    for (int i = 0; i < kEach; ++i) {
      // Few keys, none of them waited for: nearly every update decides on what is not durable yet.
      store().Update(MakeIncrement(ItemKey("p", std::to_string(i % 3))), flight.Begin());
    }
  });
  flight.Wait();
  int64_t total = 0;
  for (const std::string sort : {"0", "1", "2"}) {
    total += ToInteger(GetRow(store(), ItemKey("p", sort)));
  }
  EXPECT_EQ(total, kThreads * kEach);
  EXPECT_EQ(store().Counter({kTestSpace, 7}), kThreads * kEach);
}

TEST_P(ConcurrentStoreContract, ErasedRowsAreSeenByTheUpdatesBehind) {
  Flight flight;
  std::atomic<int> wrong = 0;
  const Key key = ItemKey("p");
  for (int i = 0; i < 300; ++i) {
    store().Update(MakeUpdate({key},
                              [&, i](CurrentValues current, Mutations& mutations) {
                                if (current[0].has_value() != (i % 2 == 1)) {
                                  ++wrong;
                                }
                                i % 2 == 0 ? mutations.Put(key, "v") : mutations.Erase(key);
                                return base::Result<void>();
                              }),
                   flight.Begin());
  }
  flight.Wait();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(GetRow(store(), key), std::nullopt);
}

TEST_P(ConcurrentStoreContract, ReadsAfterDoneSeeTheUpdate) {
  InParallel([&](int thread) {
    const Key key = ItemKey("p", std::to_string(thread));
    for (int i = 0; i < 100; ++i) {
      PutRow(store(), key, std::to_string(i));
      EXPECT_EQ(GetRow(store(), key), std::to_string(i));
    }
  });
}

// Moves amounts between accounts in different groups while readers add all of them up.
TEST_P(ConcurrentStoreContract, GetTogetherSeesOnePointBetweenTransfers) {
  constexpr int kAccounts = 8;
  constexpr int64_t kTotal = kAccounts * 100;
  std::vector<Key> accounts;
  for (int i = 0; i < kAccounts; ++i) {
    accounts.push_back(ItemKey("account" + std::to_string(i)));
    PutRow(store(), accounts.back(), "100");
  }
  Flight flight;
  std::atomic<int> aborted = 0;
  InParallel([&](int thread) {
    base::Random random(thread);
    for (int i = 0; i < 300; ++i) {
      const size_t from = random.Below(kAccounts);
      const size_t to = (from + 1 + random.Below(kAccounts - 1)) % kAccounts;
      const auto amount = static_cast<int64_t>(random.Below(150));
      const std::vector<Key> keys = {accounts[from], accounts[to]};
      auto transfer = MakeUpdate(keys, [=](CurrentValues current, Mutations& mutations) {
        const int64_t balance = ToInteger(current[0]);
        if (balance < amount) {
          return base::Result<void>(base::ValidationError("too little"));
        }
        mutations.Put(keys[0], std::to_string(balance - amount));
        mutations.Put(keys[1], std::to_string(ToInteger(current[1]) + amount));
        return base::Result<void>();
      });
      store().Update(std::move(transfer), flight.Begin([&](const UpdateResult& result) {
        aborted += result.outcome == UpdateOutcome::kAborted ? 1 : 0;
        EXPECT_NE(result.outcome, UpdateOutcome::kConflict);
      }));
      int64_t total = 0;
      EXPECT_TRUE(store()
                      .GetTogether(accounts, {},
                                   [&](size_t, std::optional<std::string_view> value) {
                                     total += ToInteger(value);
                                   })
                      .ok());
      EXPECT_EQ(total, kTotal);
    }
  });
  flight.Wait();
  EXPECT_GT(aborted, 0);
}

// Locks that many keys share must neither deadlock nor exclude each other from large updates.
TEST_P(ConcurrentStoreContract, LargeUpdatesOfOverlappingKeysDoNotDeadlock) {
  std::vector<Key> keys;
  for (int i = 0; i < 200; ++i) {
    keys.push_back(ItemKey("p" + std::to_string(i)));
  }
  Flight flight;
  InParallel([&](int thread) {
    base::Random random(thread);
    for (int i = 0; i < 30; ++i) {
      std::vector<Key> chosen = keys;
      for (size_t j = chosen.size() - 1; j > 0; --j) {
        std::swap(chosen[j], chosen[random.Below(j + 1)]);
      }
      chosen.resize(100);
      store().Update(MakeUpdate(chosen,
                                [chosen](CurrentValues current, Mutations& mutations) {
                                  for (size_t j = 0; j < chosen.size(); ++j) {
                                    mutations.Put(chosen[j],
                                                  std::to_string(ToInteger(current[j]) + 1));
                                  }
                                  return base::Result<void>();
                                }),
                     flight.Begin());
    }
  });
  flight.Wait();
  int64_t total = 0;
  for (const Key& key : keys) {
    total += ToInteger(GetRow(store(), key));
  }
  EXPECT_EQ(total, kThreads * 30 * 100);
}

TEST_P(ConcurrentStoreContract, AnAbortIsDoneAfterTheUpdatesItSaw) {
  for (int i = 0; i < 100; ++i) {
    const Key key = ItemKey("p", std::to_string(i));
    Flight flight;
    std::atomic<bool> put_done = false;
    store().Update(MakePut(key, "v"), flight.Begin([&](const UpdateResult&) { put_done = true; }));
    store().Update(MakeUpdate({key},
                              [](CurrentValues current, Mutations&) {
                                EXPECT_EQ(current[0], "v");
                                return base::Result<void>(base::ValidationError("exists"));
                              }),
                   flight.Begin([&](const UpdateResult& result) {
                     EXPECT_EQ(result.outcome, UpdateOutcome::kAborted);
                     EXPECT_TRUE(put_done);
                   }));
    flight.Wait();
  }
}

// Updates that rely on an epoch note it in their row. Once a change of the catalog is done, none
// with an older epoch commits; and whoever is told that its epoch is stale finds a newer one.
TEST_P(ConcurrentStoreContract, NoUpdateCommitsBehindACatalogChangeItDoesNotKnow) {
  const Key catalog{kCatalogSpace, RowKind::kSystem, "tables", "t"};
  InParallel([&](int thread) {
    for (int i = 0; i < 200; ++i) {
      if (thread == 0 && i % 10 == 0) {
        auto change = MakePut(catalog, "");
        change.changes_catalog = true;
        EXPECT_EQ(RunUpdate(store(), change).outcome, UpdateOutcome::kCommitted);
        continue;
      }
      const uint64_t epoch = store().CatalogEpoch();
      const std::vector<Key> keys = {ItemKey("p", std::to_string(i % 5))};
      int64_t seen = 0;
      auto update = MakeUpdate(keys, [&](CurrentValues current, Mutations& mutations) {
        seen = ToInteger(current[0]);
        mutations.Put(keys[0], std::to_string(epoch));
        return base::Result<void>();
      });
      update.catalog_epoch = epoch;
      const UpdateResult result = RunUpdate(store(), update);
      if (result.outcome != UpdateOutcome::kCommitted) {
        EXPECT_EQ(result.error.code, base::ErrorCode::kStaleCatalog);
        EXPECT_GT(store().CatalogEpoch(), epoch);
      } else {
        EXPECT_LE(seen, static_cast<int64_t>(epoch));
      }
    }
  });
}

TEST_P(ConcurrentStoreContract, StopFinishesWhatWasAccepted) {
  Flight flight;
  std::atomic<int> committed = 0;
  InParallel([&](int thread) {
    for (int i = 0; i < 500; ++i) {
      if (thread == 0 && i == 250) {
        store().Stop();
      }
      store().Update(MakeIncrement(ItemKey("p")), flight.Begin([&](const UpdateResult& result) {
        committed += result.outcome == UpdateOutcome::kCommitted ? 1 : 0;
      }));
    }
  });
  flight.Wait();
  EXPECT_EQ(ToInteger(GetRow(store(), ItemKey("p"))), committed);
  EXPECT_EQ(store().Counter({kTestSpace, 7}), committed);
}

TEST_P(ConcurrentStoreContract, ScansSeeWholeUpdatesWhileWritersRun) {
  // Each update sets all rows of the group to one number.
  std::vector<Key> keys;
  for (int i = 0; i < 10; ++i) {
    keys.push_back(ItemKey("p", std::to_string(i)));
  }
  Flight flight;
  InParallel([&](int thread) {
    for (int i = 0; i < 100; ++i) {
      const std::string value = std::to_string(thread * 1000 + i);
      store().Update(MakeUpdate({keys[0]},
                                [&keys, value](CurrentValues, Mutations& mutations) {
                                  for (const Key& key : keys) {
                                    mutations.Put(key, value);
                                  }
                                  return base::Result<void>();
                                }),
                     flight.Begin());
      std::vector<std::string> seen;
      EXPECT_TRUE(store()
                      .Scan({.space = kTestSpace, .partition = "p", .reverse = thread % 2 == 1}, {},
                            [&](const RowView& row) {
                              seen.emplace_back(row.value);
                              return true;
                            })
                      .ok());
      EXPECT_TRUE(seen.empty() || seen.size() == keys.size());
      for (const std::string& other : seen) {
        EXPECT_EQ(other, seen.front());
      }
    }
  });
  flight.Wait();
}

}  // namespace
}  // namespace stator::storage
