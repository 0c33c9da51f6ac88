#pragma once

#include <memory>
#include <string>

#include <rocksdb/file_system.h>

namespace stator::storage {

// A file system in which tables can be read without waiting for the device: a read with a timeout
// (rocksdb::ReadOptions::io_timeout, of any length) gives what the kernel has in memory, or fails
// with TimedOut at once. A table that is not open yet is not opened by such a read, which may still
// wait while another thread opens that very table.
//
// Why: what misses the block cache is mostly still in the kernel's page cache, above all a table
// that was written a moment ago. Reading it takes microseconds, asking another thread to read it
// many times that.
//
// More than 64 KB, such as a large item's block, are not read so: copying and unpacking them takes
// as long as many short requests, which the thread serves, too.
//
// All threads may call. Where the kernel cannot tell (RWF_NOWAIT), each such read times out.
class PageCacheReads final : public rocksdb::FileSystemWrapper {
 public:
  // Whose files are read.
  enum class Files : uint8_t {
    kOfTheMachine,  // `base` keeps them under the paths that it is given: they are read past it
    kOfTheBase,     // reads with a timeout always time out
  };

  PageCacheReads(const std::shared_ptr<rocksdb::FileSystem>& base, Files files)
      : FileSystemWrapper(base), files_(files) {}

  const char* Name() const override { return "PageCacheReads"; }
  rocksdb::IOStatus NewRandomAccessFile(const std::string& path,
                                        const rocksdb::FileOptions& options,
                                        std::unique_ptr<rocksdb::FSRandomAccessFile>* file,
                                        rocksdb::IODebugContext* context) override;

 private:
  const Files files_;
};

}  // namespace stator::storage
