#include "storage/rocksdb/database_log.h"

#include <algorithm>
#include <cstdio>

namespace stator::storage {

void DatabaseLog::Logv(const char* format, va_list arguments) {
  char line[1024];  // longer ones are cut
  const int size = std::vsnprintf(line, sizeof(line), format, arguments);
  if (log_ && size > 0) {
    log_(std::string_view(line, std::min<size_t>(static_cast<size_t>(size), sizeof(line) - 1)));
  }
}

}  // namespace stator::storage
