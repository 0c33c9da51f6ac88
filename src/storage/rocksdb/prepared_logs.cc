#include "storage/rocksdb/prepared_logs.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace stator::storage {
namespace {

constexpr std::string_view kLogSuffix = ".log";
// Of the log's bytes: when the next one is begun, and how much of it is written each time how much
// more of this one is. It is whole when this one is at seven eighths.
constexpr uint64_t kPartsBeforeFirst = 8;
constexpr uint64_t kParts = 64;
constexpr uint64_t kZerosPerPart = 48;
constexpr size_t kMostQueued = 2;
constexpr size_t kZeroBytes = 64 * 1024;

// A log that tells how it grows.
class LogFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  LogFile(std::unique_ptr<rocksdb::FSWritableFile> file, PreparedLogs& logs)
      : FSWritableFileOwnerWrapper(std::move(file)), logs_(logs) {}

  rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                           rocksdb::IODebugContext* context) override {
    logs_.OnAppended(data.size());
    return FSWritableFileOwnerWrapper::Append(data, options, context);
  }
  rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                           const rocksdb::DataVerificationInfo& checksum,
                           rocksdb::IODebugContext* context) override {
    logs_.OnAppended(data.size());
    return FSWritableFileOwnerWrapper::Append(data, options, checksum, context);
  }

 private:
  PreparedLogs& logs_;
};

}  // namespace

PreparedLogs::PreparedLogs(const std::shared_ptr<rocksdb::FileSystem>& base, uint64_t log_bytes)
    : FileSystemWrapper(base),
      log_bytes_(log_bytes),
      next_piece_(log_bytes / kPartsBeforeFirst),
      runner_("prepared-logs", 1, kMostQueued, base::Priority::kBackground) {}

PreparedLogs::~PreparedLogs() {
  stopping_ = true;
  runner_.Stop();
  Delete();
}

rocksdb::IOStatus PreparedLogs::NewWritableFile(const std::string& path,
                                                const rocksdb::FileOptions& options,
                                                std::unique_ptr<rocksdb::FSWritableFile>* file,
                                                rocksdb::IODebugContext* context) {
  if (!path.ends_with(kLogSuffix)) {
    return FileSystemWrapper::NewWritableFile(path, options, file, context);
  }
  EnterDirectory(path);
  bool is_prepared = false;
  {
    const base::MutexLock lock(mutex_);
    is_prepared = std::exchange(is_ready_, false) &&
                  FileSystemWrapper::ReuseWritableFile(path, path_, options, file, context).ok();
  }
  rocksdb::IOStatus status = is_prepared
                                 ? rocksdb::IOStatus::OK()
                                 : FileSystemWrapper::NewWritableFile(path, options, file, context);
  if (status.ok()) {
    *file = std::make_unique<LogFile>(std::move(*file), *this);
  }
  return status;
}

void PreparedLogs::EnterDirectory(const std::string& log_path) {
  const base::MutexLock lock(mutex_);
  if (path_.empty()) {
    path_ = log_path.substr(0, log_path.rfind('/') + 1) + kFileName;
    (void)FileSystemWrapper::DeleteFile(path_, {}, nullptr);
  }
}

void PreparedLogs::OnAppended(uint64_t bytes) {
  const uint64_t appended = appended_.fetch_add(bytes) + bytes;
  uint64_t next = next_piece_;
  if (appended >= next &&
      next_piece_.compare_exchange_strong(next, appended + log_bytes_ / kParts)) {
    (void)runner_.Post([this] { WritePiece(); });  // refused: the device is slow, or it has stopped
  }
}

void PreparedLogs::WritePiece() {
  {
    const base::MutexLock lock(mutex_);
    if (is_ready_ || stopping_) {
      return;
    }
  }
  if (!TryWritePiece().ok()) {
    Delete();
    next_piece_ = appended_ + log_bytes_;  // the disk may be full; later, again
  }
}

rocksdb::IOStatus PreparedLogs::TryWritePiece() {
  rocksdb::IOStatus status;
  if (file_ == nullptr) {
    written_ = 0;
    status = FileSystemWrapper::NewWritableFile(Path(), {}, &file_, nullptr);
  }
  const std::string zeros(kZeroBytes, '\0');
  const uint64_t begin = written_;
  const uint64_t end = std::min(begin + log_bytes_ / kZerosPerPart, log_bytes_);
  while (status.ok() && written_ < end) {
    const rocksdb::Slice piece(zeros.data(), std::min<uint64_t>(zeros.size(), end - written_));
    status = file_->Append(piece, {}, nullptr);
    written_ += piece.size();
  }
  if (status.ok() && end < log_bytes_) {
    return file_->RangeSync(begin, end - begin, {}, nullptr);  // begins to write it
  }
  if (status.ok()) {
    status = file_->Fsync({}, nullptr);
  }
  if (status.ok()) {
    status = file_->Close({}, nullptr);
  }
  if (status.ok()) {
    file_.reset();
    const base::MutexLock lock(mutex_);
    is_ready_ = true;
  }
  return status;
}

std::string PreparedLogs::Path() const {
  const base::MutexLock lock(mutex_);
  return path_;
}

void PreparedLogs::Delete() {
  file_.reset();
  if (const std::string path = Path(); !path.empty()) {
    (void)FileSystemWrapper::DeleteFile(path, {}, nullptr);
  }
}

}  // namespace stator::storage
