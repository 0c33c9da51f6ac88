#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "storage/open_store.h"

namespace stator::storage {

// A directory that is removed with everything in it at the end of the scope.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string path = (std::filesystem::temp_directory_path() / "stator-store-XXXXXX").string();
    EXPECT_NE(mkdtemp(path.data()), nullptr);
    path_ = path;
  }
  ~TemporaryDirectory() { std::filesystem::remove_all(path_); }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// Has the kernel forget what it has in memory of the files in `directory`, and all below it. False
// when it cannot be had to, as in a file system that is in memory itself.
inline bool DropFromPageCache(const std::string& directory) {
  const auto is_resident = [](int descriptor, size_t bytes) {
    void* const mapped = mmap(nullptr, bytes, PROT_READ, MAP_SHARED, descriptor, 0);
    EXPECT_NE(mapped, MAP_FAILED);
    constexpr size_t kPageBytes = 4096;
    std::vector<unsigned char> pages((bytes + kPageBytes - 1) / kPageBytes);
    EXPECT_EQ(mincore(mapped, bytes, pages.data()), 0);
    munmap(mapped, bytes);
    return std::ranges::any_of(pages, [](unsigned char page) { return (page & 1) != 0; });
  };
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    if (!entry.is_regular_file() || entry.file_size() == 0) {
      continue;
    }
    const int descriptor = open(entry.path().c_str(), O_RDWR | O_CLOEXEC);
    EXPECT_GE(descriptor, 0);
    EXPECT_EQ(fdatasync(descriptor), 0);
    int tries = 1000;
    while (posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED) == 0 &&
           is_resident(descriptor, entry.file_size()) && --tries > 0) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));  // pages on their way stay
    }
    close(descriptor);
    if (tries == 0) {
      return false;
    }
  }
  return true;
}

inline constexpr Space kTestSpace = 20;

inline Key ItemKey(std::string partition, std::string sort = "", Space space = kTestSpace) {
  return {space, RowKind::kItem, std::move(partition), std::move(sort)};
}

// Runs an update and waits for its end.
inline UpdateResult RunUpdate(Store& store, UpdateRequest request) {
  std::promise<UpdateResult> ended;
  store.Update(std::move(request),
               [&ended](const UpdateResult& result) { ended.set_value(result); });
  return ended.get_future().get();
}

// An update of `keys` that decides by `decide`.
inline UpdateRequest MakeUpdate(std::vector<Key> keys, Decide decide) {
  UpdateRequest request;
  request.keys = std::move(keys);
  request.decide = std::move(decide);
  return request;
}

// An update that sets one row, whatever it was.
inline UpdateRequest MakePut(const Key& key, const std::string& value) {
  return MakeUpdate({key}, [key, value](CurrentValues, Mutations& mutations) {
    mutations.Put(key, value);
    return base::Result<void>();
  });
}

inline void PutRow(Store& store, const Key& key, const std::string& value) {
  EXPECT_EQ(RunUpdate(store, MakePut(key, value)).outcome, UpdateOutcome::kCommitted);
}

inline void EraseRow(Store& store, const Key& key) {
  auto request = MakeUpdate({key}, [key](CurrentValues, Mutations& mutations) {
    mutations.Erase(key);
    return base::Result<void>();
  });
  EXPECT_EQ(RunUpdate(store, std::move(request)).outcome, UpdateOutcome::kCommitted);
}

// The row's value, or nullopt.
inline std::optional<std::string> GetRow(Store& store, const Key& key) {
  std::optional<std::string> value;
  EXPECT_TRUE(store.Get(key, {}, [&](std::string_view bytes) { value = bytes; }).ok());
  return value;
}

// Puts a group "large" of about so many bytes, and a smaller one. The values do not compress, so
// that all engines mean the same by bytes.
inline constexpr uint64_t kLargeGroupBytes = 2'000'000;
inline void FillGroups(Store& store) {
  constexpr int kRows = 3000;
  constexpr size_t kRowBytes = 1000;
  for (int i = 0; i < kRows; ++i) {
    std::string value;
    for (uint64_t word = GroupHash(std::to_string(i)); value.size() < kRowBytes;
         word = GroupHash(value)) {
      value.append(reinterpret_cast<const char*>(&word), sizeof(word));
    }
    store.Update(MakePut(ItemKey(i % 3 == 0 ? "small" : "large", std::to_string(i)), value),
                 [](const UpdateResult&) {});
  }
  PutRow(store, ItemKey("last"), "v");  // done after all others
}

// The engines that the contract suite runs against.
enum class TestEngine : uint8_t { kMemory, kRocksDb };

// An empty store of one of the engines.
class StoreContract : public testing::TestWithParam<TestEngine> {
 protected:
  void SetUp() override { Open(); }

  void Open() {
    StoreOptions options;
    options.in_memory = GetParam() == TestEngine::kMemory;
    options.data_dir = directory_.path();
    auto store = OpenStore(options);
    ASSERT_TRUE(store.ok()) << store.error().message;
    store_ = std::move(*store);
  }

  Store& store() { return *store_; }

  TemporaryDirectory directory_;
  std::unique_ptr<Store> store_;
};

inline std::string TestEngineName(const testing::TestParamInfo<TestEngine>& engine) {
  return engine.param == TestEngine::kMemory ? "Memory" : "RocksDb";
}

}  // namespace stator::storage
