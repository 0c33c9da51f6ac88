#include "storage/rocksdb/database.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include "storage/rocksdb/rocksdb_status.h"

namespace stator::storage {

base::Result<std::unique_ptr<Database>> Database::Open(const std::string& path,
                                                       const StoreOptions& options, bool create,
                                                       rocksdb::Env* env) {
  rocksdb::Options database(MakeDatabaseOptions(options, create), rocksdb::ColumnFamilyOptions());
  if (env != nullptr) {
    database.env = env;
  }
  if (create) {
    // RocksDB would make it, too, but not without complaining. When this fails, opening will.
    std::error_code ignored;
    std::filesystem::create_directories(path, ignored);
  }
  rocksdb::DB* db = nullptr;
  std::vector<rocksdb::ColumnFamilyHandle*> families;
  const rocksdb::Status status =
      rocksdb::DB::Open(database, path, MakeFamilies(options), &families, &db);
  if (!status.ok()) {
    base::Error error = ErrorFromStatus(status);
    error.message = "Cannot open the database in " + path + ": " + error.message;
    return error;
  }
  return std::unique_ptr<Database>(new Database(db, std::move(families)));
}

Database::~Database() {
  for (rocksdb::ColumnFamilyHandle* family : families_) {
    // Neither call can lose anything: what was done is in the log.
    (void)db_->DestroyColumnFamilyHandle(family);
  }
  (void)db_->Close();
}

}  // namespace stator::storage
