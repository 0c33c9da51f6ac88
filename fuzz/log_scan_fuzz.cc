// Any file is read to its end as a log of RocksDB, whatever it holds, and what the scan says of its
// length holds together.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <rocksdb/env.h>

#include "base/check.h"
#include "storage/rocksdb/log_scan.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using stator::storage::LogScan;
  static const std::unique_ptr<rocksdb::Env> env(rocksdb::NewMemEnv(rocksdb::Env::Default()));
  const std::string path = "/log";
  // The last byte says how often the rest is repeated, so that small inputs fill blocks.
  const std::string_view bytes(reinterpret_cast<const char*>(data), size == 0 ? 0 : size - 1);
  const size_t copies = size == 0 ? 0 : 1 + data[size - 1] % 16;
  std::string file;
  for (size_t i = 0; i < copies; ++i) {
    file.append(bytes);
  }
  STATOR_CHECK(rocksdb::WriteStringToFile(env.get(), file, path).ok());
  const auto scan = stator::storage::ScanLog(*env, path);
  STATOR_CHECK(scan.ok());
  STATOR_CHECK(scan->file_bytes == file.size());
  STATOR_CHECK(scan->whole_bytes <= scan->sound_bytes && scan->sound_bytes <= scan->file_bytes);
  // What is sound is sound without what stands behind it.
  if (scan->whole_bytes < file.size()) {
    file.resize(scan->whole_bytes);
    STATOR_CHECK(rocksdb::WriteStringToFile(env.get(), file, path).ok());
    const auto cut = stator::storage::ScanLog(*env, path);
    STATOR_CHECK(cut.ok() && cut->end == LogScan::End::kWhole);
    STATOR_CHECK(cut->whole_bytes == file.size());
  }
  return 0;
}
