#pragma once

#include <string>
#include <vector>

#include <rocksdb/env.h>

#include "base/result.h"
#include "storage/rocksdb/cut_file_system.h"
#include "storage/rocksdb/log_scan.h"
#include "storage/store_options.h"

namespace stator::storage {

// The files of a database that are written by appending.
struct LogFiles {
  std::string manifest;           // empty when CURRENT names none
  std::vector<std::string> logs;  // write-ahead logs, the oldest first
};

// With their paths. Fails with kIo.
base::Result<LogFiles> FindLogs(rocksdb::Env& env, const std::string& database_path);

// The same text wherever damage of a log is told.
std::string DamageText(const std::string& path, const LogScan& scan);

// Looks through the logs before RocksDB reads them, and changes nothing. Fails with kCorruption
// when updates that were done would be lost: a bit has changed, or, where each write is synced, a
// write before the last one of a log is not whole. There, returns where to cut the logs whose last
// write is not whole, and so was never done: RocksDB takes some of those for damage, or for the end
// of all logs. Everywhere, zeros at the end of a log are cut off.
base::Result<FileCuts> CheckLogs(rocksdb::Env& env, const std::string& database_path,
                                 const StoreOptions& options);

}  // namespace stator::storage
