#include "storage/rocksdb/page_cache_reads.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/uio.h>
#include <unistd.h>

namespace stator::storage {

namespace {

constexpr size_t kMostBytesWithoutWaiting = 64 * 1024;

rocksdb::IOStatus Failed(const std::string& what, const std::string& path, int error) {
  const std::string reason = std::error_code(error, std::generic_category()).message();
  return error == ENOENT ? rocksdb::IOStatus::PathNotFound(what + " " + path, reason)
                         : rocksdb::IOStatus::IOError(what + " " + path, reason);
}

class PageCacheFile final : public rocksdb::FSRandomAccessFile {
 public:
  // Takes the descriptor.
  PageCacheFile(std::string path, int descriptor)
      : path_(std::move(path)), descriptor_(descriptor) {}
  ~PageCacheFile() override { (void)close(descriptor_); }
  PageCacheFile(const PageCacheFile&) = delete;
  PageCacheFile& operator=(const PageCacheFile&) = delete;

  rocksdb::IOStatus Read(uint64_t offset, size_t bytes, const rocksdb::IOOptions& options,
                         rocksdb::Slice* result, char* buffer,
                         rocksdb::IODebugContext* /*context*/) const override {
    *result = rocksdb::Slice();
    if (options.timeout.count() > 0) {
      if (!ReadWithoutWaiting(offset, bytes, buffer)) {
        return rocksdb::IOStatus::TimedOut();
      }
      *result = rocksdb::Slice(buffer, bytes);
      return rocksdb::IOStatus::OK();
    }
    size_t read_bytes = 0;
    while (read_bytes < bytes) {
      const ssize_t got = pread(descriptor_, buffer + read_bytes, bytes - read_bytes,
                                static_cast<off_t>(offset + read_bytes));
      if (got < 0 && errno == EINTR) {
        continue;
      }
      if (got < 0) {
        return Failed("Cannot read " + std::to_string(bytes) + " bytes at offset " +
                          std::to_string(offset) + " of",
                      path_, errno);
      }
      if (got == 0) {
        break;  // the end of the file
      }
      read_bytes += static_cast<size_t>(got);
    }
    *result = rocksdb::Slice(buffer, read_bytes);
    return rocksdb::IOStatus::OK();
  }

  rocksdb::IOStatus Prefetch(uint64_t offset, size_t bytes, const rocksdb::IOOptions& /*options*/,
                             rocksdb::IODebugContext* /*context*/) override {
    return readahead(descriptor_, static_cast<off_t>(offset), bytes) == 0
               ? rocksdb::IOStatus::OK()
               : Failed("Cannot read ahead in", path_, errno);
  }

  // Advice only: what cannot be taken changes nothing that is read.
  void Hint(AccessPattern pattern) override {
    constexpr std::array kAdvice = {POSIX_FADV_NORMAL, POSIX_FADV_RANDOM, POSIX_FADV_SEQUENTIAL,
                                    POSIX_FADV_WILLNEED, POSIX_FADV_DONTNEED};
    static_assert(kNormal == 0 && kRandom == 1 && kSequential == 2 && kWillNeed == 3 &&
                  kWontNeed == 4);
    (void)posix_fadvise(descriptor_, 0, 0, kAdvice.at(pattern));
  }

  rocksdb::IOStatus InvalidateCache(size_t offset, size_t bytes) override {
    (void)posix_fadvise(descriptor_, static_cast<off_t>(offset), static_cast<off_t>(bytes),
                        POSIX_FADV_DONTNEED);
    return rocksdb::IOStatus::OK();
  }

 private:
  // Whether it was little, and the kernel had all of it in memory.
  bool ReadWithoutWaiting(uint64_t offset, size_t bytes, char* buffer) const {
    if (bytes > kMostBytesWithoutWaiting || !can_nowait_.load(std::memory_order_relaxed)) {
      return false;
    }
    const iovec piece{.iov_base = buffer, .iov_len = bytes};
    const ssize_t got = preadv2(descriptor_, &piece, 1, static_cast<off_t>(offset), RWF_NOWAIT);
    if (got < 0 && (errno == EOPNOTSUPP || errno == EINVAL || errno == ENOSYS)) {
      can_nowait_.store(false, std::memory_order_relaxed);
    }
    return got == static_cast<ssize_t>(bytes);
  }

  const std::string path_;
  const int descriptor_;
  mutable std::atomic<bool> can_nowait_ = true;
};

// A file of another file system, which is asked only when there is time.
class OtherFile final : public rocksdb::FSRandomAccessFileOwnerWrapper {
 public:
  using FSRandomAccessFileOwnerWrapper::FSRandomAccessFileOwnerWrapper;

  rocksdb::IOStatus Read(uint64_t offset, size_t bytes, const rocksdb::IOOptions& options,
                         rocksdb::Slice* result, char* buffer,
                         rocksdb::IODebugContext* context) const override {
    if (options.timeout.count() > 0) {
      return rocksdb::IOStatus::TimedOut();
    }
    return FSRandomAccessFileOwnerWrapper::Read(offset, bytes, options, result, buffer, context);
  }
};

}  // namespace

rocksdb::IOStatus PageCacheReads::NewRandomAccessFile(
    const std::string& path, const rocksdb::FileOptions& options,
    std::unique_ptr<rocksdb::FSRandomAccessFile>* file, rocksdb::IODebugContext* context) {
  if (options.io_options.timeout.count() > 0) {
    return rocksdb::IOStatus::TimedOut();
  }
  if (files_ == Files::kOfTheBase) {
    rocksdb::IOStatus opened = FileSystemWrapper::NewRandomAccessFile(path, options, file, context);
    if (opened.ok()) {
      *file = std::make_unique<OtherFile>(std::move(*file));
    }
    return opened;
  }
  int descriptor = -1;
  do {
    descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  } while (descriptor < 0 && errno == EINTR);
  if (descriptor < 0) {
    return Failed("Cannot open", path, errno);
  }
  *file = std::make_unique<PageCacheFile>(path, descriptor);
  return rocksdb::IOStatus::OK();
}

}  // namespace stator::storage
