#pragma once

#include <memory>
#include <string>

#include <rocksdb/file_system.h>

namespace stator::crash_points {

class SimFileSystem;
struct SimFile;

// The handles through which RocksDB uses files of a SimFileSystem, which must outlive them. A file
// stays readable through its handles when its name is gone.
std::unique_ptr<rocksdb::FSSequentialFile> MakeSequentialFile(SimFileSystem& system,
                                                              std::shared_ptr<SimFile> file);
std::unique_ptr<rocksdb::FSRandomAccessFile> MakeRandomAccessFile(SimFileSystem& system,
                                                                  std::shared_ptr<SimFile> file);
std::unique_ptr<rocksdb::FSWritableFile> MakeWritableFile(SimFileSystem& system,
                                                          std::shared_ptr<SimFile> file,
                                                          std::string name,
                                                          const rocksdb::FileOptions& options);
std::unique_ptr<rocksdb::FSDirectory> MakeDirectory(SimFileSystem& system);

}  // namespace stator::crash_points
