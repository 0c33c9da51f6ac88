#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include <rocksdb/file_system.h>

#include "base/mutex.h"
#include "base/task_runner.h"

namespace stator::storage {

// A file system that makes write-ahead logs of files which are already as long as a log becomes,
// and full of zeros.
//
// Why: a sync of a file that has grown waits for the journal of the file system, too, which has the
// file's new length, and for what else is in that transaction. A sync of bytes that were there
// before waits for the device alone. Of 16 KB, on ext4: p50 0.28 and 0.18 ms, p99 1.4 and 1.0 ms
// beside a writer of tables.
//
// While a log grows, the next one is written piece by piece on a thread of its own; small
// databases never come to that. The zeros behind the last write of a log are no record, and a log
// that is closed is cut to its length. All threads may call.
class PreparedLogs final : public rocksdb::FileSystemWrapper {
 public:
  // Not a name of RocksDB's, which leaves alone what it does not know.
  static constexpr const char* kFileName = "prepared-log";

  // Prepares files of `log_bytes`, for logs in one directory.
  PreparedLogs(const std::shared_ptr<rocksdb::FileSystem>& base, uint64_t log_bytes);
  // Deletes what is prepared.
  ~PreparedLogs() override;
  PreparedLogs(const PreparedLogs&) = delete;
  PreparedLogs& operator=(const PreparedLogs&) = delete;

  const char* Name() const override { return "PreparedLogs"; }
  rocksdb::IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* context) override EXCLUDES(mutex_);

  // A log has grown.
  void OnAppended(uint64_t bytes);

 private:
  // Deletes what an earlier process has left.
  void EnterDirectory(const std::string& log_path) EXCLUDES(mutex_);
  void WritePiece() EXCLUDES(mutex_);
  rocksdb::IOStatus TryWritePiece() EXCLUDES(mutex_);
  void Delete() EXCLUDES(mutex_);
  std::string Path() const EXCLUDES(mutex_);

  const uint64_t log_bytes_;
  std::atomic<uint64_t> appended_ = 0;
  std::atomic<uint64_t> next_piece_;  // is written when so much is appended
  std::atomic<bool> stopping_ = false;

  mutable base::Mutex mutex_;
  std::string path_ GUARDED_BY(mutex_);       // empty until there is a log
  bool is_ready_ GUARDED_BY(mutex_) = false;  // the file is whole, and synced

  // Of the thread.
  std::unique_ptr<rocksdb::FSWritableFile> file_;  // being written
  uint64_t written_ = 0;

  base::TaskRunner runner_;
};

}  // namespace stator::storage
