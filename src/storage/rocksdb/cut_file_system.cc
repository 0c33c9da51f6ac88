#include "storage/rocksdb/cut_file_system.h"

#include <algorithm>
#include <utility>

namespace stator::storage {
namespace {

// A file that ends after so many bytes.
class CutFile final : public rocksdb::FSSequentialFileOwnerWrapper {
 public:
  CutFile(std::unique_ptr<rocksdb::FSSequentialFile> file, uint64_t bytes)
      : FSSequentialFileOwnerWrapper(std::move(file)), left_(bytes) {}

  rocksdb::IOStatus Read(size_t bytes, const rocksdb::IOOptions& options, rocksdb::Slice* result,
                         char* buffer, rocksdb::IODebugContext* context) override {
    const size_t wanted = std::min<uint64_t>(bytes, left_);
    rocksdb::IOStatus status =
        FSSequentialFileOwnerWrapper::Read(wanted, options, result, buffer, context);
    left_ -= status.ok() ? result->size() : 0;
    return status;
  }
  rocksdb::IOStatus Skip(uint64_t bytes) override {
    const uint64_t skipped = std::min(bytes, left_);
    left_ -= skipped;
    return FSSequentialFileOwnerWrapper::Skip(skipped);
  }

 private:
  uint64_t left_;
};

}  // namespace

CutFileSystem::CutFileSystem(const std::shared_ptr<rocksdb::FileSystem>& base, FileCuts cuts)
    : FileSystemWrapper(base), cuts_(std::move(cuts)) {}

rocksdb::IOStatus CutFileSystem::NewSequentialFile(const std::string& path,
                                                   const rocksdb::FileOptions& options,
                                                   std::unique_ptr<rocksdb::FSSequentialFile>* file,
                                                   rocksdb::IODebugContext* context) {
  rocksdb::IOStatus status = FileSystemWrapper::NewSequentialFile(path, options, file, context);
  const auto cut = cuts_.find(path);
  if (status.ok() && cut != cuts_.end()) {
    *file = std::make_unique<CutFile>(std::move(*file), cut->second);
  }
  return status;
}

}  // namespace stator::storage
