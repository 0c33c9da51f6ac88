#include "storage/verify_files.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include <rocksdb/convenience.h>
#include <rocksdb/env.h>
#include <rocksdb/file_checksum.h>
#include <rocksdb/iterator.h>
#include <rocksdb/metadata.h>
#include <rocksdb/sst_file_reader.h>
#include <rocksdb/utilities/options_util.h>

#include "storage/rocksdb/data_directory.h"
#include "storage/rocksdb/database.h"
#include "storage/rocksdb/log_check.h"
#include "storage/rocksdb/physical_key.h"
#include "storage/rocksdb/rocksdb_status.h"

namespace stator::storage {
namespace {

constexpr size_t kReadBytes = 1024 * 1024;
constexpr std::string_view kTableSuffix = ".sst";
constexpr std::string_view kOptionsPrefix = "OPTIONS-";

// The checksum of a whole table file as the MANIFEST has it; empty for files of older programs.
using TableChecksums = std::map<std::string, std::string>;  // by name

// Checks the files of one database.
class FileVerifier {
 public:
  FileVerifier(const DataDirectory& directory, const StoreOptions& options,
               const FilesObserver& observer)
      : path_(directory.DatabasePath()),
        format_(directory.format()),
        options_(options),
        observer_(observer) {
    options_.read_only = true;
    options_.log = nullptr;  // what it would say is found here
  }

  base::Result<FilesReport> Run() {
    std::vector<std::string> names;
    const rocksdb::Status status = env_.GetChildren(path_, &names);
    if (!status.ok()) {
      return ErrorFromStatus(status);
    }
    std::sort(names.begin(), names.end());
    for (const std::string& name : names) {
      uint64_t bytes = 0;
      if (env_.GetFileSize(PathOf(name), &bytes).ok()) {
        sizes_.emplace(name, bytes);
      }
    }
    STATOR_ASSIGN_OR_RETURN(const LogFiles logs, FindLogs(env_, path_));
    CheckLog(logs.manifest);
    for (const std::string& log : logs.logs) {
      CheckLog(log);
    }
    const TableChecksums tables = OpenAndList();
    for (const auto& [name, bytes] : sizes_) {
      if (name.ends_with(kTableSuffix)) {
        CheckTable(name, tables);
      } else if (IsUnfinished(name)) {
        observer_.note(PathOf(name) + " was not finished; it is deleted at the next start");
      } else if (name.starts_with(kOptionsPrefix)) {
        CheckOptions(name);
      }
    }
    return std::move(report_);
  }

 private:
  std::string PathOf(const std::string& name) const { return path_ + "/" + name; }

  void Begin(const std::string& name) {
    uint64_t total = 0;
    for (const auto& size : sizes_) {
      total += size.second;
    }
    observer_.progress(report_.bytes, total, name);
  }
  void Finish(const std::string& name) {
    ++report_.files;
    report_.bytes += sizes_[name];
  }

  void CheckLog(const std::string& path) {
    if (path.empty()) {
      return;
    }
    const std::string name = path.substr(path_.size() + 1);
    Begin(name);
    const base::Result<LogScan> scan = ScanLog(env_, path);
    if (!scan.ok()) {
      observer_.problem(path + ": " + scan.error().message);
    } else if (scan->end == LogScan::End::kTorn) {
      observer_.note(path + " ends at byte " + std::to_string(scan->sound_bytes) +
                     " with a write that was not finished and so never acknowledged");
    } else if (scan->end != LogScan::End::kWhole && scan->end != LogScan::End::kZeros) {
      observer_.problem(DamageText(path, *scan));
      log_is_damaged_ = true;
    }
    Finish(name);
  }

  // The tables that belong to the database. Where it does not open, every file counts.
  TableChecksums OpenAndList() {
    TableChecksums tables;
    const auto database = Database::Open(path_, options_, format_, nullptr);
    if (!database.ok()) {
      if (!log_is_damaged_) {
        observer_.problem(database.error().message);
      }
      for (const auto& size : sizes_) {
        tables.emplace(size.first, "");
      }
      return tables;
    }
    report_.opens = true;
    std::vector<rocksdb::LiveFileMetaData> live;
    (*database)->db().GetLiveFilesMetaData(&live);
    for (rocksdb::LiveFileMetaData& file : live) {
      const bool is_known =
          file.file_checksum_func_name == rocksdb::kStandardDbFileChecksumFuncName;
      tables.emplace(file.relative_filename, is_known ? std::move(file.file_checksum) : "");
    }
    ListSpaces(**database);
    return tables;
  }

  void ListSpaces(const Database& database) {
    const std::set<Space> dropped = database.dropped().Spaces();
    std::set<Space> spaces;
    rocksdb::ReadOptions options;
    options.total_order_seek = true;
    for (size_t i = 0; i < database.family_count(); ++i) {
      const std::unique_ptr<rocksdb::Iterator> row = database.NewIterator(options, i);
      row->SeekToFirst();
      while (row->Valid()) {
        const auto space = ParseSpacePrefix(row->key().ToStringView());
        if (!space || *space == UINT32_MAX) {
          break;  // the check of rows will say so
        }
        if (!dropped.contains(*space)) {
          spaces.insert(*space);
        }
        std::string next;
        AppendSpacePrefix(next, *space + 1);
        row->Seek(next);
      }
    }
    report_.spaces.assign(spaces.begin(), spaces.end());
  }

  void CheckTable(const std::string& name, const TableChecksums& tables) {
    const auto table = tables.find(name);
    if (table == tables.end()) {
      observer_.note(PathOf(name) + " belongs to nothing; it is deleted at the next start");
      return;
    }
    Begin(name);
    // Blocks say where they are damaged, but have no bytes of the file's end.
    if (table->second.empty()) {
      if (const rocksdb::Status blocks = CheckBlocks(name); !blocks.ok()) {
        observer_.problem(PathOf(name) + ": " + blocks.ToString());
      }
    } else if (const base::Result<std::string> checksum = ChecksumOf(name); !checksum.ok()) {
      observer_.problem(checksum.error().message);
    } else if (*checksum != table->second) {
      const rocksdb::Status blocks = CheckBlocks(name);
      observer_.problem(PathOf(name) + ": " +
                        (blocks.ok()
                             ? "the file's checksum is wrong, though that of each block is right"
                             : blocks.ToString()));
    }
    Finish(name);
  }

  rocksdb::Status CheckBlocks(const std::string& name) const {
    const auto cache = MakeCache(options_);
    const auto families = MakeFamilies(options_, cache, std::make_shared<DroppedRows>());
    rocksdb::SstFileReader reader(
        rocksdb::Options(rocksdb::DBOptions(), families[FamilyOf(RowKind::kItem)].options));
    const rocksdb::Status status = reader.Open(PathOf(name));
    return status.ok() ? reader.VerifyChecksum() : status;
  }

  base::Result<std::string> ChecksumOf(const std::string& name) {
    std::unique_ptr<rocksdb::SequentialFile> file;
    rocksdb::Status status = env_.NewSequentialFile(PathOf(name), &file, rocksdb::EnvOptions());
    const auto checksum =
        rocksdb::GetFileChecksumGenCrc32cFactory()->CreateFileChecksumGenerator({});
    std::string buffer(kReadBytes, '\0');
    rocksdb::Slice part;
    while (status.ok()) {
      status = file->Read(buffer.size(), &part, buffer.data());
      if (part.empty()) {
        break;
      }
      checksum->Update(part.data(), part.size());
    }
    if (!status.ok()) {
      return ErrorFromStatus(status);
    }
    checksum->Finalize();
    return checksum->GetChecksum();
  }

  // Nothing reads them but people: they have no checksum, and a changed number goes unseen.
  void CheckOptions(const std::string& name) {
    Begin(name);
    rocksdb::ConfigOptions config;
    config.ignore_unknown_options = false;
    config.ignore_unsupported_options = true;
    rocksdb::DBOptions database;
    std::vector<rocksdb::ColumnFamilyDescriptor> families;
    const rocksdb::Status status =
        rocksdb::LoadOptionsFromFile(config, PathOf(name), &database, &families);
    if (!status.ok()) {
      observer_.problem(PathOf(name) + ", which is not needed: " + status.ToString());
    }
    Finish(name);
  }

  rocksdb::Env& env_ = *rocksdb::Env::Default();
  const std::string path_;
  const Format format_;
  StoreOptions options_;
  const FilesObserver& observer_;
  std::map<std::string, uint64_t> sizes_;  // of all files, by name
  FilesReport report_;
  bool log_is_damaged_ = false;
};

}  // namespace

base::Result<FilesReport> VerifyFiles(const StoreOptions& options, const FilesObserver& observer) {
  STATOR_ASSIGN_OR_RETURN(const DataDirectory directory,
                          DataDirectory::OpenExisting(options.data_dir));
  return FileVerifier(directory, options, observer).Run();
}

}  // namespace stator::storage
