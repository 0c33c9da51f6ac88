// The storage engine's hot paths: synced updates with many in flight, point reads and range reads.
// The data directory is made in $TMPDIR and removed.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include <benchmark/benchmark.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/mutex.h"
#include "base/random.h"
#include "storage/open_store.h"

namespace stator::storage {
namespace {

constexpr Space kSpace = 20;
constexpr uint64_t kGroups = 100'000;
constexpr size_t kValueBytes = 400;
constexpr int kRowsPerRange = 20;

// Lets a bounded number of updates be in flight.
class Window {
 public:
  explicit Window(int64_t room) : room_(room) {}

  void Enter() EXCLUDES(mutex_) {
    const base::MutexLock lock(mutex_);
    while (room_ == 0) {
      wake_.Wait(mutex_);
    }
    --room_;
  }
  void Leave() EXCLUDES(mutex_) {
    const base::MutexLock lock(mutex_);
    ++room_;
    wake_.NotifyOne();
  }

 private:
  base::Mutex mutex_;
  base::CondVar wake_;
  int64_t room_ GUARDED_BY(mutex_);
};

// A store in a directory of its own.
class OpenedStore {
 public:
  explicit OpenedStore(Durability durability = Durability::kSynced) {
    std::string path = (std::filesystem::temp_directory_path() / "stator-bench-XXXXXX").string();
    STATOR_CHECK(mkdtemp(path.data()) != nullptr);
    path_ = path;
    StoreOptions options;
    options.data_dir = path_;
    options.durability = durability;
    auto store = OpenStore(options);
    STATOR_CHECK(store.ok());
    store_ = std::move(*store);
  }
  ~OpenedStore() {
    store_.reset();
    std::filesystem::remove_all(path_);
  }
  OpenedStore(const OpenedStore&) = delete;
  OpenedStore& operator=(const OpenedStore&) = delete;

  Store& operator*() { return *store_; }
  Store* operator->() { return store_.get(); }

 private:
  std::string path_;
  std::unique_ptr<Store> store_;
};

Key KeyOf(uint64_t group, int sort = 0) {
  return {kSpace, RowKind::kItem, "partition-" + std::to_string(group), std::to_string(100 + sort)};
}

void PutInFlight(Store& store, Window& window, Key key, const std::string& value, bool counted) {
  window.Enter();
  UpdateRequest request;
  request.keys = {std::move(key)};
  Key* const target = &request.keys[0];
  request.decide = [key = *target, &value, counted](CurrentValues current, Mutations& mutations) {
    if (counted) {
      mutations.Add({kSpace, 0}, current[0].has_value() ? 0 : 1);
      mutations.Add({kSpace, 1}, static_cast<int64_t>(value.size()));
    }
    mutations.Put(key, value);
    return base::Result<void>();
  };
  store.Update(std::move(request), [&window](const UpdateResult& result) {
    STATOR_CHECK(result.outcome == UpdateOutcome::kCommitted);
    window.Leave();
  });
}

// Returns when every update that entered has left.
void Drain(Window& window, int64_t room) {
  for (int64_t i = 0; i < room; ++i) {
    window.Enter();
  }
}

void Fill(Store& store, uint64_t groups, int rows) {
  constexpr int64_t kRoom = 4096;
  Window window(kRoom);
  const std::string value(kValueBytes, 'v');
  for (uint64_t group = 0; group < groups; ++group) {
    for (int row = 0; row < rows; ++row) {
      PutInFlight(store, window, KeyOf(group, row), value, false);
    }
  }
  Drain(window, kRoom);
}

// One put of 400 bytes with two counters; the argument is how many are in flight.
void BM_UpdatePut(benchmark::State& state, Durability durability) {
  OpenedStore store(durability);
  const int64_t room = state.range(0);
  Window window(room);
  base::Random random(1);
  const std::string value(kValueBytes, 'v');
  for (auto _ : state) {
    PutInFlight(*store, window, KeyOf(random.Below(kGroups)), value, true);
  }
  Drain(window, room);
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK_CAPTURE(BM_UpdatePut, synced, Durability::kSynced)
    ->Arg(1)
    ->Arg(64)
    ->Arg(256)
    ->Arg(1024)
    ->Arg(4096)
    ->UseRealTime();
BENCHMARK_CAPTURE(BM_UpdatePut, none, Durability::kNone)->Arg(1024)->UseRealTime();

// Point reads of rows that are in the memtable or, after they were written out, in the block cache.
void BM_Get(benchmark::State& state, Durability durability) {
  static OpenedStore* const store = [durability] {
    static OpenedStore opened(durability);
    Fill(*opened, kGroups, 1);
    return &opened;
  }();
  base::Random random(state.thread_index());
  uint64_t bytes = 0;
  for (auto _ : state) {
    const Key key = KeyOf(random.Below(kGroups));
    const auto read = (*store)->Get(key, {.cache_only = false},
                                    [&](std::string_view value) { bytes += value.size(); });
    STATOR_CHECK(read.ok());
  }
  STATOR_CHECK(bytes == static_cast<uint64_t>(state.iterations()) * kValueBytes);
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK_CAPTURE(BM_Get, cached, Durability::kNone)->Threads(1)->Threads(2)->UseRealTime();

void BM_ScanGroup(benchmark::State& state) {
  static OpenedStore* const store = [] {
    static OpenedStore opened(Durability::kNone);
    Fill(*opened, kGroups / kRowsPerRange, kRowsPerRange);
    return &opened;
  }();
  base::Random random(1);
  int64_t rows = 0;
  for (auto _ : state) {
    GroupRange range{.space = kSpace};
    range.partition = KeyOf(random.Below(kGroups / kRowsPerRange)).partition;
    range.reverse = state.range(0) != 0;
    const auto read = (*store)->Scan(range, {}, [&](const RowView&) {
      ++rows;
      return true;
    });
    STATOR_CHECK(read.ok());
  }
  STATOR_CHECK(rows == state.iterations() * kRowsPerRange);
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_ScanGroup)->Arg(0)->Arg(1);

// Opening and closing an empty store.
void BM_OpenEmpty(benchmark::State& state) {
  for (auto _ : state) {
    const OpenedStore store;
  }
}
BENCHMARK(BM_OpenEmpty)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace stator::storage
