#include "storage/rocksdb/log_check.h"

#include <algorithm>
#include <string_view>

#include "storage/rocksdb/rocksdb_status.h"

namespace stator::storage {
namespace {

constexpr std::string_view kManifestPrefix = "MANIFEST-";
constexpr std::string_view kLogSuffix = ".log";

// A log's name begins with its number; longer ones are larger.
bool IsOlder(const std::string& left, const std::string& right) {
  return left.size() != right.size() ? left.size() < right.size() : left < right;
}

base::Error Refusal(const std::string& path, const LogScan& scan) {
  return {base::ErrorCode::kCorruption, DamageText(path, scan)};
}

// Whether the last sound write is the last one, and something else is behind it.
bool EndsEarly(const LogScan& scan) {
  return scan.end == LogScan::End::kTorn || scan.end == LogScan::End::kZeros;
}

}  // namespace

base::Result<LogFiles> FindLogs(rocksdb::Env& env, const std::string& database_path) {
  std::vector<std::string> names;
  const rocksdb::Status status = env.GetChildren(database_path, &names);
  if (!status.ok()) {
    return ErrorFromStatus(status);
  }
  std::sort(names.begin(), names.end(), IsOlder);
  LogFiles files;
  for (const std::string& name : names) {
    if (name.ends_with(kLogSuffix)) {
      files.logs.push_back(database_path);
      files.logs.back().append("/").append(name);
    }
  }
  // What is wrong with CURRENT, RocksDB says.
  std::string current;
  if (rocksdb::ReadFileToString(&env, database_path + "/CURRENT", &current).ok() &&
      current.starts_with(kManifestPrefix) && current.ends_with('\n')) {
    current.pop_back();
    if (std::find(names.begin(), names.end(), current) != names.end()) {
      files.manifest = database_path + "/" + current;
    }
  }
  return files;
}

std::string DamageText(const std::string& path, const LogScan& scan) {
  return path + " is damaged at byte " + std::to_string(scan.sound_bytes) + " of " +
         std::to_string(scan.file_bytes);
}

base::Result<FileCuts> CheckLogs(rocksdb::Env& env, const std::string& database_path,
                                 const StoreOptions& options) {
  STATOR_ASSIGN_OR_RETURN(const LogFiles files, FindLogs(env, database_path));
  FileCuts cuts;
  if (!files.manifest.empty()) {
    STATOR_ASSIGN_OR_RETURN(const LogScan scan, ScanLog(env, files.manifest));
    if (scan.end == LogScan::End::kGap || scan.end == LogScan::End::kFlipped) {
      return Refusal(files.manifest, scan);
    }
    if (EndsEarly(scan)) {  // RocksDB syncs it before it acts on what it says
      cuts.emplace(files.manifest, scan.whole_bytes);
    }
  }
  const bool each_is_synced = options.durability == Durability::kSynced;
  for (const std::string& path : files.logs) {
    STATOR_ASSIGN_OR_RETURN(const LogScan scan, ScanLog(env, path));
    const bool is_gap = scan.end == LogScan::End::kGap;
    if (scan.end == LogScan::End::kFlipped || (is_gap && each_is_synced)) {
      return Refusal(path, scan);
    }
    if (is_gap && options.log) {
      options.log(DamageText(path, scan) + "; the updates behind that are lost");
    }
    // It need not be the last log: the next one is begun when the disk was full, and by a start.
    if (scan.end == LogScan::End::kZeros || (EndsEarly(scan) && each_is_synced)) {
      cuts.emplace(path, scan.whole_bytes);
    }
  }
  return cuts;
}

}  // namespace stator::storage
