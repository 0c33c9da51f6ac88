#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "storage/store.h"

namespace stator::storage {

// The values that updates have ordered but that no read can see yet, because they are not durable:
// what the next update of the same key has to decide on. Holds no values, only pointers to the
// writes of updates in flight. All threads may call.
//
//  1. A write is set in the order of the updates, while the update holds its key's stripe.
//  2. It is removed after the database shows it (or a later one) and before it is destroyed.
//  3. So a key that is not here has its newest value in the database.
class Overlay {
 public:
  // What is known of a key.
  enum class Found : uint8_t { kNothing, kErased, kValue };

  Overlay() : shards_(std::make_unique<Shard[]>(kShards)) {}

  // Makes `write` the newest of its key. It is borrowed until it is removed or replaced.
  void Set(uint64_t key_hash, const Mutations::Write& write);

  // Takes `write` out, unless a newer one has replaced it.
  void Remove(uint64_t key_hash, const Mutations::Write& write);

  // Copies the newest value of `key` to `value`.
  Found Find(uint64_t key_hash, const Key& key, std::string& value);

 private:
  struct Entry {
    uint64_t key_hash;
    const Mutations::Write* write;
  };
  // A few entries, searched one by one; keeps its memory for the next ones.
  struct Shard {
    base::Mutex mutex;
    std::vector<Entry> entries GUARDED_BY(mutex);
  };
  static constexpr size_t kShards = 1024;

  Shard& ShardOf(uint64_t key_hash) { return shards_[key_hash % kShards]; }

  std::unique_ptr<Shard[]> shards_;
};

}  // namespace stator::storage
