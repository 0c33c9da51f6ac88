#include "storage/rocksdb/database.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include <rocksdb/transaction_log.h>

#include "storage/rocksdb/cut_file_system.h"
#include "storage/rocksdb/log_check.h"
#include "storage/rocksdb/rocksdb_status.h"

namespace stator::storage {

base::Result<std::unique_ptr<Database>> Database::Open(const std::string& path,
                                                       const StoreOptions& options,
                                                       const Format& format, rocksdb::Env* env) {
  const bool create = !format.complete;
  const std::shared_ptr<rocksdb::Cache> cache = MakeCache(options);
  rocksdb::Options database(MakeDatabaseOptions(options, cache, create),
                            rocksdb::ColumnFamilyOptions());
  if (env != nullptr) {
    database.env = env;
  }
  std::unique_ptr<rocksdb::Env> own_env;
  if (create) {
    // RocksDB would make it, too, but not without complaining. When this fails, opening will.
    std::error_code ignored;
    std::filesystem::create_directories(path, ignored);
  } else {
    STATOR_ASSIGN_OR_RETURN(FileCuts cuts, CheckLogs(*database.env, path, options));
    if (!cuts.empty()) {
      own_env = rocksdb::NewCompositeEnv(
          std::make_shared<CutFileSystem>(database.env->GetFileSystem(), std::move(cuts)));
      database.env = own_env.get();
    }
  }
  const auto log_renewal = std::make_shared<LogRenewal>();
  database.listeners.push_back(log_renewal);
  rocksdb::DB* db = nullptr;
  std::vector<rocksdb::ColumnFamilyHandle*> families;
  auto open_families = MakeFamilies(options, cache);
  if (options.read_only) {
    open_families.resize(FamiliesOfVersion(format.version));
  } else {
    database.create_missing_column_families = format.version < Format::kCurrentVersion || create;
  }
  const rocksdb::Status status =
      options.read_only
          ? rocksdb::DB::OpenForReadOnly(database, path, open_families, &families, &db)
          : rocksdb::DB::Open(database, path, open_families, &families, &db);
  if (!status.ok()) {
    base::Error error = ErrorFromStatus(status);
    error.message = "Cannot open the database in " + path + ": " + error.message;
    return error;
  }
  return std::unique_ptr<Database>(
      new Database(std::move(own_env), log_renewal, db, std::move(families)));
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
    (void)db_->Flush(rocksdb::FlushOptions(), families_);
  }
}

Database::~Database() {
  for (rocksdb::ColumnFamilyHandle* family : families_) {
    // Neither call can lose anything: what was done is in the log.
    (void)db_->DestroyColumnFamilyHandle(family);
  }
  (void)db_->Close();
}

}  // namespace stator::storage
