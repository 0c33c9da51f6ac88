#pragma once

#include <atomic>
#include <memory>
#include <string>

#include <rocksdb/file_system.h>

#include "base/task_runner.h"

namespace stator::storage {

// A file system that deletes large files of the machine's own one piece by piece. Their names are
// gone at once; the space comes back on a thread of its own, at 400 MB a second.
//
// Why: a file system gives back all the blocks of a deleted file in one transaction of its journal,
// and where it tells the device of free blocks (the mount option `discard`), that transaction takes
// tens of milliseconds for a log of 64 MB. Each fdatasync of the log in use waits for it. After a
// crash the file system gives back what is left, since the files have no names any more.
//
// All threads may call.
class GradualDeletion final : public rocksdb::FileSystemWrapper {
 public:
  // `base` must keep its files under the paths that it is given, as rocksdb::FileSystem::Default().
  explicit GradualDeletion(const std::shared_ptr<rocksdb::FileSystem>& base);
  // Gives back at once what is left.
  ~GradualDeletion() override;
  GradualDeletion(const GradualDeletion&) = delete;
  GradualDeletion& operator=(const GradualDeletion&) = delete;

  const char* Name() const override { return "GradualDeletion"; }
  rocksdb::IOStatus DeleteFile(const std::string& path, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* context) override;

 private:
  void Shorten(int descriptor, int64_t bytes);

  std::atomic<bool> stopping_ = false;
  base::TaskRunner runner_;
};

}  // namespace stator::storage
