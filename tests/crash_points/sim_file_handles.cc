#include "sim_file_handles.h"

#include <algorithm>
#include <utility>

#include "sim_file_system.h"

namespace stator::crash_points {
namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

// Reads from the beginning to the end.
class SequentialFile final : public rocksdb::FSSequentialFile {
 public:
  SequentialFile(SimFileSystem& system, std::shared_ptr<SimFile> file)
      : system_(system), file_(std::move(file)) {}

  IOStatus Read(size_t count, const IOOptions& /*options*/, Slice* result, char* scratch,
                IODebugContext* /*context*/) override {
    IOStatus status = system_.Read(*file_, offset_, count, result, scratch);
    offset_ += result->size();
    return status;
  }
  IOStatus Skip(uint64_t count) override {
    offset_ = std::min(offset_ + count, system_.SizeOf(*file_));
    return IOStatus::OK();
  }

 private:
  SimFileSystem& system_;
  const std::shared_ptr<SimFile> file_;
  uint64_t offset_ = 0;
};

// Reads anywhere.
class RandomAccessFile final : public rocksdb::FSRandomAccessFile {
 public:
  RandomAccessFile(SimFileSystem& system, std::shared_ptr<SimFile> file)
      : system_(system), file_(std::move(file)) {}

  IOStatus Read(uint64_t offset, size_t count, const IOOptions& /*options*/, Slice* result,
                char* scratch, IODebugContext* /*context*/) const override {
    return system_.Read(*file_, offset, count, result, scratch);
  }

 private:
  SimFileSystem& system_;
  const std::shared_ptr<SimFile> file_;
};

// Appends and syncs.
class WritableFile final : public rocksdb::FSWritableFile {
 public:
  WritableFile(SimFileSystem& system, std::shared_ptr<SimFile> file, std::string name,
               const rocksdb::FileOptions& options)
      : FSWritableFile(options), system_(system), file_(std::move(file)), name_(std::move(name)) {}

  using FSWritableFile::Append;
  IOStatus Append(const Slice& data, const IOOptions& /*options*/,
                  IODebugContext* /*context*/) override {
    return system_.Append(*file_, name_, data.ToStringView());
  }
  IOStatus Truncate(uint64_t size, const IOOptions& /*options*/,
                    IODebugContext* /*context*/) override {
    return system_.Truncate(*file_, name_, size);
  }
  IOStatus Close(const IOOptions& /*options*/, IODebugContext* /*context*/) override {
    return IOStatus::OK();
  }
  IOStatus Flush(const IOOptions& /*options*/, IODebugContext* /*context*/) override {
    return IOStatus::OK();
  }
  IOStatus Sync(const IOOptions& /*options*/, IODebugContext* /*context*/) override {
    return system_.Sync(*file_, name_);
  }
  bool IsSyncThreadSafe() const override { return true; }
  // Begins to write; promises nothing.
  IOStatus RangeSync(uint64_t /*offset*/, uint64_t /*bytes*/, const IOOptions& /*options*/,
                     IODebugContext* /*context*/) override {
    return IOStatus::OK();
  }
  uint64_t GetFileSize(const IOOptions& /*options*/, IODebugContext* /*context*/) override {
    return system_.SizeOf(*file_);
  }

 private:
  SimFileSystem& system_;
  const std::shared_ptr<SimFile> file_;
  const std::string name_;
};

// Syncs names.
class Directory final : public rocksdb::FSDirectory {
 public:
  explicit Directory(SimFileSystem& system) : system_(system) {}

  IOStatus Fsync(const IOOptions& /*options*/, IODebugContext* /*context*/) override {
    return system_.SyncDirectory();
  }
  IOStatus Close(const IOOptions& /*options*/, IODebugContext* /*context*/) override {
    return IOStatus::OK();
  }

 private:
  SimFileSystem& system_;
};

}  // namespace

std::unique_ptr<rocksdb::FSSequentialFile> MakeSequentialFile(SimFileSystem& system,
                                                              std::shared_ptr<SimFile> file) {
  return std::make_unique<SequentialFile>(system, std::move(file));
}

std::unique_ptr<rocksdb::FSRandomAccessFile> MakeRandomAccessFile(SimFileSystem& system,
                                                                  std::shared_ptr<SimFile> file) {
  return std::make_unique<RandomAccessFile>(system, std::move(file));
}

std::unique_ptr<rocksdb::FSWritableFile> MakeWritableFile(SimFileSystem& system,
                                                          std::shared_ptr<SimFile> file,
                                                          std::string name,
                                                          const rocksdb::FileOptions& options) {
  return std::make_unique<WritableFile>(system, std::move(file), std::move(name), options);
}

std::unique_ptr<rocksdb::FSDirectory> MakeDirectory(SimFileSystem& system) {
  return std::make_unique<Directory>(system);
}

}  // namespace stator::crash_points
