#include "storage/rocksdb/database.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include <rocksdb/convenience.h>
#include <rocksdb/transaction_log.h>
#include <rocksdb/write_batch.h>

#include "base/check.h"
#include "storage/rocksdb/cut_file_system.h"
#include "storage/rocksdb/gradual_deletion.h"
#include "storage/rocksdb/log_check.h"
#include "storage/rocksdb/page_cache_reads.h"
#include "storage/rocksdb/physical_key.h"
#include "storage/rocksdb/prepared_logs.h"
#include "storage/rocksdb/rocksdb_status.h"

namespace stator::storage {

namespace {

// Where RocksDB 7.8 is ended while it writes its options, it keeps what there is of them for good
// (DBImpl::PurgeObsoleteFiles). What cannot be deleted now is tried again at the next start.
void DeleteUnfinishedOptions(rocksdb::FileSystem& files, const std::string& path) {
  std::vector<std::string> names;
  (void)files.GetChildren(path, {}, &names, nullptr);
  for (const std::string& name : names) {
    if (IsUnfinished(name)) {
      (void)files.DeleteFile((std::filesystem::path(path) / name).string(), {}, nullptr);
    }
  }
}

}  // namespace

bool IsUnfinished(std::string_view file_name) { return file_name.ends_with(".dbtmp"); }

base::Result<std::unique_ptr<Database>> Database::Open(const std::string& path,
                                                       const StoreOptions& options,
                                                       const Format& format, rocksdb::Env* env) {
  const bool create = !format.complete;
  const std::shared_ptr<rocksdb::Cache> cache = MakeCache(options);
  rocksdb::Options database(MakeDatabaseOptions(options, cache, create),
                            rocksdb::ColumnFamilyOptions());
  std::shared_ptr<rocksdb::FileSystem> files =
      env != nullptr ? env->GetFileSystem()
                     : std::make_shared<GradualDeletion>(rocksdb::FileSystem::Default());
  files = std::make_shared<PageCacheReads>(files, env != nullptr
                                                      ? PageCacheReads::Files::kOfTheBase
                                                      : PageCacheReads::Files::kOfTheMachine);
  if (create) {
    // RocksDB would make it, too, but not without complaining. When this fails, opening will.
    std::error_code ignored;
    std::filesystem::create_directories(path, ignored);
  } else {
    STATOR_ASSIGN_OR_RETURN(
        FileCuts cuts, CheckLogs(env != nullptr ? *env : *rocksdb::Env::Default(), path, options));
    if (!cuts.empty()) {
      files = std::make_shared<CutFileSystem>(files, std::move(cuts));
    }
    if (!options.read_only) {
      DeleteUnfinishedOptions(*files, path);
    }
  }
  if (options.durability == Durability::kSynced && !options.read_only) {
    files = std::make_shared<PreparedLogs>(files, options.write_buffer_bytes);
  }
  std::unique_ptr<rocksdb::Env> own_env = rocksdb::NewCompositeEnv(files);
  database.env = own_env.get();
  // Compactions take a processor for seconds; who waits for an answer goes first.
  (void)own_env->LowerThreadPoolCPUPriority(rocksdb::Env::LOW, rocksdb::CpuPriority::kLow);
  const auto log_renewal = std::make_shared<LogRenewal>();
  database.listeners.push_back(log_renewal);
  const auto dropped = std::make_shared<DroppedRows>();
  rocksdb::DB* db = nullptr;
  auto open_families = MakeFamilies(options, cache, dropped);
  if (options.read_only) {
    open_families.resize(FamiliesOfVersion(format.version));
  } else {
    database.create_missing_column_families = format.version < Format::kCurrentVersion || create;
  }
  std::unique_ptr<Database> opened(new Database(std::move(own_env), log_renewal, dropped));
  const rocksdb::Status status =
      options.read_only
          ? rocksdb::DB::OpenForReadOnly(database, path, open_families, &opened->families_, &db)
          : rocksdb::DB::Open(database, path, open_families, &opened->families_, &db);
  opened->db_.reset(db);
  if (!status.ok()) {
    base::Error error = ErrorFromStatus(status);
    error.message = "Cannot open the database in " + path + ": " + error.message;
    return error;
  }
  STATOR_RETURN_IF_ERROR(opened->LoadDropMarks());
  return opened;
}

std::unique_ptr<rocksdb::Iterator> Database::NewIterator(rocksdb::ReadOptions options,
                                                         size_t number) const {
  options.ignore_range_deletions = true;
  return std::unique_ptr<rocksdb::Iterator>(db_->NewIterator(options, family(number)));
}

base::Result<void> Database::LoadDropMarks() {
  const std::unique_ptr<rocksdb::Iterator> row = NewIterator({}, kCounterFamily);
  for (row->SeekToFirst(); row->Valid(); row->Next()) {
    if (IsSpaceKey(row->key().ToStringView())) {
      dropped_->AddSpace(*ParseSpacePrefix(row->key().ToStringView()));
    }
  }
  return row->status().ok() ? base::Result<void>() : ErrorFromStatus(row->status());
}

base::Result<bool> Database::HasRows(Space space) const {
  rocksdb::ReadOptions read;
  read.total_order_seek = true;
  const std::string begin = SpaceKeyOf(space);
  for (size_t i = 0; i < family_count(); ++i) {
    const std::unique_ptr<rocksdb::Iterator> row = NewIterator(read, i);
    row->Seek(i == kCounterFamily ? begin + '\0' : begin);
    if (!row->status().ok()) {
      return ErrorFromStatus(row->status());
    }
    if (row->Valid() && ParseSpacePrefix(row->key().ToStringView()) == space) {
      return true;
    }
  }
  return false;
}

base::Result<void> Database::ForgetEmptySpaces() {
  rocksdb::WriteBatch batch;
  for (const Space space : dropped_->Spaces()) {
    STATOR_ASSIGN_OR_RETURN(const bool has_rows, HasRows(space));
    if (has_rows) {
      continue;
    }
    STATOR_CHECK(batch.Delete(family(kCounterFamily), SpaceKeyOf(space)).ok());
    dropped_->ForgetSpace(space);
  }
  const rocksdb::Status status =
      batch.Count() > 0 ? db_->Write(rocksdb::WriteOptions(), &batch) : rocksdb::Status::OK();
  return status.ok() ? base::Result<void>() : ErrorFromStatus(status);
}

void Database::DeleteTables(size_t number, const std::string& begin, const std::string& end) {
  const rocksdb::Slice first(begin);
  const rocksdb::Slice last(end);
  const rocksdb::RangePtr range(&first, &last);
  (void)rocksdb::DeleteFilesInRanges(db_.get(), family(number), &range, 1, false);
}

void Database::WriteOut() {
  // A shorter log is read in less time than its tables take to be written. Memory says nothing of
  // that: the first row of a family takes a megabyte.
  constexpr uint64_t kLeastLogBytes = 1024 * 1024;
  uint64_t bytes = 0;
  rocksdb::VectorLogPtr logs;
  if (db_->GetSortedWalFiles(logs).ok()) {
    for (const std::unique_ptr<rocksdb::LogFile>& log : logs) {
      bytes += log->SizeFileBytes();
    }
  }
  if (bytes >= kLeastLogBytes) {
    rocksdb::FlushOptions options;
    options.allow_write_stall = true;  // nobody writes any more, and compactions may take long
    (void)db_->Flush(options, families_);
  }
}

void Database::StopBackgroundWork() { rocksdb::CancelAllBackgroundWork(db_.get(), false); }

Database::~Database() {
  if (db_ == nullptr) {
    return;
  }
  for (rocksdb::ColumnFamilyHandle* family : families_) {
    // Neither call can lose anything: what was done is in the log.
    (void)db_->DestroyColumnFamilyHandle(family);
  }
  (void)db_->Close();
}

}  // namespace stator::storage
