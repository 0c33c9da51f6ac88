#include "storage/rocksdb/overlay.h"

namespace stator::storage {

void Overlay::Set(uint64_t key_hash, const Mutations::Write& write) {
  Shard& shard = ShardOf(key_hash);
  const base::MutexLock lock(shard.mutex);
  for (Entry& entry : shard.entries) {
    if (entry.key_hash == key_hash && entry.write->key == write.key) {
      entry.write = &write;
      return;
    }
  }
  shard.entries.push_back({key_hash, &write});
}

void Overlay::Remove(uint64_t key_hash, const Mutations::Write& write) {
  Shard& shard = ShardOf(key_hash);
  const base::MutexLock lock(shard.mutex);
  for (Entry& entry : shard.entries) {
    if (entry.write == &write) {
      entry = shard.entries.back();
      shard.entries.pop_back();
      return;
    }
  }
}

Overlay::Found Overlay::Find(uint64_t key_hash, const Key& key, std::string& value) {
  Shard& shard = ShardOf(key_hash);
  const base::MutexLock lock(shard.mutex);
  for (const Entry& entry : shard.entries) {
    if (entry.key_hash == key_hash && entry.write->key == key) {
      if (!entry.write->value) {
        return Found::kErased;
      }
      value = *entry.write->value;
      return Found::kValue;
    }
  }
  return Found::kNothing;
}

}  // namespace stator::storage
