#include "storage/rocksdb/gradual_deletion.h"

#include <chrono>
#include <thread>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace stator::storage {

namespace {

constexpr int64_t kPieceBytes = int64_t{4} * 1024 * 1024;
constexpr std::chrono::milliseconds kPause(10);
// Each keeps a file open. Beyond them, files are deleted as usual.
constexpr size_t kMostFiles = 64;

}  // namespace

GradualDeletion::GradualDeletion(const std::shared_ptr<rocksdb::FileSystem>& base)
    : FileSystemWrapper(base), runner_("deletions", 1, kMostFiles, base::Priority::kBackground) {}

GradualDeletion::~GradualDeletion() {
  stopping_ = true;
  runner_.Stop();
}

rocksdb::IOStatus GradualDeletion::DeleteFile(const std::string& path,
                                              const rocksdb::IOOptions& options,
                                              rocksdb::IODebugContext* context) {
  // Whatever cannot be found out: then it is deleted as usual.
  const int descriptor = open(path.c_str(), O_WRONLY | O_CLOEXEC);
  struct stat file {};
  const bool is_large = descriptor >= 0 && fstat(descriptor, &file) == 0 && file.st_nlink == 1 &&
                        file.st_size > kPieceBytes;
  rocksdb::IOStatus deleted = FileSystemWrapper::DeleteFile(path, options, context);
  const int64_t bytes = file.st_size;
  if (!deleted.ok() || !is_large ||
      !runner_.Post([this, descriptor, bytes] { Shorten(descriptor, bytes); })) {
    (void)close(descriptor);
  }
  return deleted;
}

void GradualDeletion::Shorten(int descriptor, int64_t bytes) {
  while (bytes > kPieceBytes && !stopping_) {
    bytes -= kPieceBytes;
    if (ftruncate(descriptor, bytes) != 0) {
      break;  // closing it deletes the rest
    }
    std::this_thread::sleep_for(kPause);
  }
  (void)close(descriptor);
}

}  // namespace stator::storage
