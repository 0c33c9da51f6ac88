#pragma once

#include <memory>
#include <string>

#include <rocksdb/file_system.h>

namespace stator::storage {

// A file system of the machine's own that can read tables without waiting for the device: a read
// with a timeout (rocksdb::ReadOptions::io_timeout, of any length) gives what the kernel has in
// memory, or fails with TimedOut at once. A table that is not open yet is not opened by such a
// read, which may still wait while another thread opens that very table.
//
// Why: what misses the block cache is mostly still in the kernel's page cache, above all a table
// that was written a moment ago. Reading it takes microseconds, asking another thread to read it
// many times that.
//
// All threads may call. File systems that cannot do it (RWF_NOWAIT) have each such read time out.
class PageCacheReads final : public rocksdb::FileSystemWrapper {
 public:
  // `base` must keep its files under the paths that it is given, as rocksdb::FileSystem::Default().
  explicit PageCacheReads(const std::shared_ptr<rocksdb::FileSystem>& base)
      : FileSystemWrapper(base) {}

  const char* Name() const override { return "PageCacheReads"; }
  rocksdb::IOStatus NewRandomAccessFile(const std::string& path,
                                        const rocksdb::FileOptions& options,
                                        std::unique_ptr<rocksdb::FSRandomAccessFile>* file,
                                        rocksdb::IODebugContext* context) override;
};

}  // namespace stator::storage
