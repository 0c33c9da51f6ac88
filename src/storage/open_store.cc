#include "storage/open_store.h"

#include "storage/memory/memory_store.h"
#include "storage/rocksdb/rocksdb_store.h"

namespace stator::storage {

base::Result<std::unique_ptr<Store>> OpenStore(const StoreOptions& options) {
  if (options.in_memory) {
    return std::unique_ptr<Store>(std::make_unique<MemoryStore>());
  }
  return OpenRocksDbStore(options);
}

}  // namespace stator::storage
