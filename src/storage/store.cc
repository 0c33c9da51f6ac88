#include "storage/store.h"

#include <xxhash.h>

namespace stator::storage {

uint64_t GroupHash(std::string_view partition) {
  return XXH3_64bits(partition.data(), partition.size());
}

base::Result<void> Mutations::CheckSize() const {
  size_t total = 0;
  bool fits = true;
  for (const Write& write : writes_) {
    const size_t value_bytes = write.value ? write.value->size() : 0;
    total += write.key.partition.size() + write.key.sort.size() + value_bytes;
    fits = fits && value_bytes <= kMaxValueBytes;
  }
  for (const LogAppend& append : appends_) {
    total += append.record.size();
    fits = fits && append.record.size() <= kMaxValueBytes;
  }
  if (!fits || total > kMaxUpdateBytes) {
    return base::Error{base::ErrorCode::kInternal, "The update is larger than the store takes"};
  }
  return {};
}

}  // namespace stator::storage
