#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include <rocksdb/file_system.h>

namespace stator::storage {

// How many bytes of a file are read, by its path.
using FileCuts = std::map<std::string, uint64_t>;

// A file system in which some files, read from begin to end, end earlier than they do. They stay as
// they are. All threads may call.
class CutFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  CutFileSystem(const std::shared_ptr<rocksdb::FileSystem>& base, FileCuts cuts);

  const char* Name() const override { return "CutFileSystem"; }
  rocksdb::IOStatus NewSequentialFile(const std::string& path, const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSSequentialFile>* file,
                                      rocksdb::IODebugContext* context) override;

 private:
  const FileCuts cuts_;
};

}  // namespace stator::storage
