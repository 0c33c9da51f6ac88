#include "sim_file_system.h"

#include <algorithm>
#include <cstring>

#include "sim_file_handles.h"

namespace stator::crash_points {
namespace {

using rocksdb::IOStatus;

constexpr size_t kPageBytes = 4096;
constexpr size_t kTraceCalls = 120;
constexpr std::string_view kManifestPrefix = "MANIFEST-";
constexpr std::string_view kLogSuffix = ".log";
constexpr std::string_view kTableSuffix = ".sst";
constexpr uint64_t kFreeBytes = 1ULL << 40;

IOStatus Dead() { return IOStatus::IOError("the machine is dead"); }

IOStatus NoSpace() {
  IOStatus status = IOStatus::NoSpace("injected");
  status.SetRetryable(true);  // as RocksDB's own file system does
  return status;
}

IOStatus NotFound(const std::string& path) { return IOStatus::PathNotFound(path); }

// A lock that a store holds.
struct SimLock final : rocksdb::FileLock {
  explicit SimLock(std::string path) : name(std::move(path)) {}
  const std::string name;
};

}  // namespace

SimFileSystem::SimFileSystem(std::string directory, uint64_t seed, PowerLoss power_loss)
    : FileSystemWrapper(rocksdb::FileSystem::Default()),
      directory_(std::move(directory)),
      power_loss_(power_loss),
      random_(seed) {}

void SimFileSystem::Arm(Fault fault, uint64_t at) {
  const base::MutexLock lock(mutex_);
  fault_ = fault;
  fault_at_ = at;
  calls_ = 0;
  struck_ = false;
  struck_log_ = false;
}

void SimFileSystem::GiveSpace() {
  const base::MutexLock lock(mutex_);
  full_ = false;
}

bool SimFileSystem::Struck() const {
  const base::MutexLock lock(mutex_);
  return struck_;
}

bool SimFileSystem::StruckLog() const {
  const base::MutexLock lock(mutex_);
  return struck_log_;
}

bool SimFileSystem::IsDead() const {
  const base::MutexLock lock(mutex_);
  return dead_;
}

std::vector<std::string> SimFileSystem::Trace() const {
  const base::MutexLock lock(mutex_);
  return {trace_.begin(), trace_.end()};
}

IOStatus SimFileSystem::CheckAlive() const { return dead_ ? Dead() : IOStatus::OK(); }

SimFileSystem::Verdict SimFileSystem::Begin(std::string_view what, const std::string& name,
                                            Need need) {
  const bool is_table = name.ends_with(kTableSuffix);
  if (dead_) {
    return {is_table ? IOStatus::OK() : Dead(), false};
  }
  ++calls_;
  Verdict verdict;
  if (!struck_ && fault_ != Fault::kNone && calls_ == fault_at_) {
    struck_ = true;
    struck_log_ = name.ends_with(kLogSuffix) && (what.starts_with("append") || what == "sync");
    verdict = Strike(need);
    if (dead_ && is_table) {
      verdict.status = IOStatus::OK();
    }
  } else if (full_ && need == Need::kSpace) {
    verdict = {NoSpace(), false};
  }
  trace_.push_back(std::to_string(calls_) + " " + std::string(what) + " " + name +
                   (verdict.status.ok() ? "" : " -> " + verdict.status.ToString()));
  if (trace_.size() > kTraceCalls) {
    trace_.pop_front();
  }
  return verdict;
}

SimFileSystem::Verdict SimFileSystem::Strike(Need need) {
  switch (fault_) {
    case Fault::kCrash:
      dead_ = true;
      return {Dead(), random_.OneIn(2)};
    case Fault::kIoError:
      return {IOStatus::IOError("injected"), random_.OneIn(4)};
    case Fault::kNoSpace:
      full_ = true;
      return need == Need::kSpace ? Verdict{NoSpace(), false} : Verdict{};
    case Fault::kNone:
      break;
  }
  return {};
}

IOStatus SimFileSystem::Append(SimFile& file, const std::string& name, std::string_view data) {
  const base::MutexLock lock(mutex_);
  Verdict verdict = Begin("append " + std::to_string(data.size()), name, Need::kSpace);
  if (verdict.takes_effect) {
    file.bytes.append(data);
  } else if (!dead_ && random_.OneIn(2)) {
    file.bytes.append(data.substr(0, random_.Below(data.size() + 1)));  // a short write
  }
  return verdict.status;
}

IOStatus SimFileSystem::Sync(SimFile& file, const std::string& name) {
  const base::MutexLock lock(mutex_);
  Verdict verdict = Begin("sync", name, Need::kNothing);
  if (dead_) {
    return verdict.status;
  }
  if (verdict.status.ok()) {
    file.synced_bytes = file.bytes.size();
  } else {
    file.doomed.emplace_back(file.synced_bytes, file.bytes.size());
  }
  return verdict.status;
}

IOStatus SimFileSystem::Truncate(SimFile& file, const std::string& name, uint64_t size) {
  const base::MutexLock lock(mutex_);
  Verdict verdict = Begin("truncate to " + std::to_string(size), name, Need::kNothing);
  if (verdict.takes_effect) {
    file.reserved_bytes = std::min<size_t>(file.reserved_bytes, size);
  }
  if (verdict.takes_effect && size < file.bytes.size()) {
    file.bytes.resize(size);
    file.synced_bytes = std::min<size_t>(file.synced_bytes, size);
  }
  return verdict.status;
}

IOStatus SimFileSystem::SyncDirectory() {
  const base::MutexLock lock(mutex_);
  Verdict verdict = Begin("sync", "the directory", Need::kNothing);
  if (verdict.status.ok()) {
    durable_names_ = names_;
    unsynced_names_.clear();
  }
  return verdict.status;
}

IOStatus SimFileSystem::Read(const SimFile& file, uint64_t offset, size_t count,
                             rocksdb::Slice* result, char* scratch) {
  const base::MutexLock lock(mutex_);
  *result = rocksdb::Slice(scratch, 0);
  const size_t size = std::max(file.bytes.size(), file.reserved_bytes);
  if (offset < size) {
    const size_t read = std::min(count, size - offset);
    std::memset(scratch, 0, read);
    if (offset < file.bytes.size()) {
      file.bytes.copy(scratch, read, offset);
    }
    *result = rocksdb::Slice(scratch, read);
  }
  return IOStatus::OK();
}

uint64_t SimFileSystem::SizeOf(const SimFile& file) {
  const base::MutexLock lock(mutex_);
  return std::max(file.bytes.size(), file.reserved_bytes);
}

std::string SimFileSystem::NameIn(const std::string& path) const {
  return path.starts_with(directory_ + "/") ? path.substr(directory_.size() + 1) : path;
}

SimFileSystem::FilePointer SimFileSystem::Find(const std::string& name) const {
  const auto found = names_.find(name);
  return found != names_.end() ? found->second : nullptr;
}

void SimFileSystem::Apply(const NameChange& change, Names& names) {
  if (!change.from.empty()) {
    const auto from = names.find(change.from);
    if (from != names.end() && from->second == change.file) {
      names.erase(from);
    }
  }
  if (change.file != nullptr) {
    names[change.name] = change.file;
  } else {
    names.erase(change.name);
  }
}

void SimFileSystem::ChangeName(NameChange change) {
  Apply(change, names_);
  unsynced_names_.push_back(std::move(change));
}

IOStatus SimFileSystem::NewSequentialFile(const std::string& path, const rocksdb::FileOptions&,
                                          std::unique_ptr<rocksdb::FSSequentialFile>* result,
                                          Context*) {
  const base::MutexLock lock(mutex_);
  FilePointer file = Find(NameIn(path));
  if (file == nullptr) {
    return NotFound(path);
  }
  *result = MakeSequentialFile(*this, std::move(file));
  return IOStatus::OK();
}

IOStatus SimFileSystem::NewRandomAccessFile(const std::string& path, const rocksdb::FileOptions&,
                                            std::unique_ptr<rocksdb::FSRandomAccessFile>* result,
                                            Context*) {
  const base::MutexLock lock(mutex_);
  FilePointer file = Find(NameIn(path));
  if (file == nullptr) {
    return NotFound(path);
  }
  *result = MakeRandomAccessFile(*this, std::move(file));
  return IOStatus::OK();
}

IOStatus SimFileSystem::NewWritableFile(const std::string& path,
                                        const rocksdb::FileOptions& options,
                                        std::unique_ptr<rocksdb::FSWritableFile>* result,
                                        Context*) {
  const base::MutexLock lock(mutex_);
  const std::string name = NameIn(path);
  const Verdict verdict = Begin("create", name, Need::kSpace);
  const bool is_log = name.ends_with(kLogSuffix);
  auto file = std::make_shared<SimFile>();
  if (verdict.takes_effect || (is_log && !dead_)) {
    ChangeName({name, file, ""});
  }
  if (!verdict.status.ok() && !is_log && !dead_) {
    return verdict.status;
  }
  *result = MakeWritableFile(*this, std::move(file), name, options);
  return IOStatus::OK();
}

IOStatus SimFileSystem::ReopenWritableFile(const std::string& path,
                                           const rocksdb::FileOptions& options,
                                           std::unique_ptr<rocksdb::FSWritableFile>* result,
                                           Context* context) {
  {
    const base::MutexLock lock(mutex_);
    const std::string name = NameIn(path);
    if (FilePointer file = Find(name); file != nullptr) {
      *result = MakeWritableFile(*this, std::move(file), name, options);
      return CheckAlive();
    }
  }
  return NewWritableFile(path, options, result, context);
}

IOStatus SimFileSystem::ReuseWritableFile(const std::string& path, const std::string& from,
                                          const rocksdb::FileOptions& options,
                                          std::unique_ptr<rocksdb::FSWritableFile>* result,
                                          Context*) {
  const base::MutexLock lock(mutex_);
  const std::string name = NameIn(path);
  const std::string from_name = NameIn(from);
  FilePointer file = Find(from_name);
  if (file == nullptr) {
    return NotFound(from);
  }
  Verdict verdict = Begin("reuse as " + name, from_name, Need::kNothing);
  if (verdict.takes_effect) {
    ChangeName({name, file, from_name});
  }
  if (verdict.status.ok()) {
    file->reserved_bytes = file->bytes.size();
    file->bytes.clear();
    file->synced_bytes = 0;
    *result = MakeWritableFile(*this, std::move(file), name, options);
  }
  return verdict.status;
}

IOStatus SimFileSystem::NewRandomRWFile(const std::string&, const rocksdb::FileOptions&,
                                        std::unique_ptr<rocksdb::FSRandomRWFile>*, Context*) {
  return IOStatus::NotSupported("NewRandomRWFile");
}

IOStatus SimFileSystem::NewDirectory(const std::string&, const Options&,
                                     std::unique_ptr<rocksdb::FSDirectory>* result, Context*) {
  const base::MutexLock lock(mutex_);
  *result = MakeDirectory(*this);
  return CheckAlive();
}

IOStatus SimFileSystem::FileExists(const std::string& path, const Options&, Context*) {
  const base::MutexLock lock(mutex_);
  return path == directory_ || Find(NameIn(path)) != nullptr ? IOStatus::OK()
                                                             : IOStatus::NotFound(path);
}

IOStatus SimFileSystem::GetChildren(const std::string& path, const Options&,
                                    std::vector<std::string>* names, Context*) {
  const base::MutexLock lock(mutex_);
  names->clear();
  if (path != directory_ && path != directory_ + "/") {
    return NotFound(path);
  }
  for (const auto& [name, file] : names_) {
    names->push_back(name);
  }
  return IOStatus::OK();
}

IOStatus SimFileSystem::GetChildrenFileAttributes(const std::string& path, const Options& options,
                                                  std::vector<rocksdb::FileAttributes>* result,
                                                  Context* context) {
  return FileSystem::GetChildrenFileAttributes(path, options, result, context);
}

IOStatus SimFileSystem::DeleteFile(const std::string& path, const Options&, Context*) {
  const base::MutexLock lock(mutex_);
  const std::string name = NameIn(path);
  if (!dead_ && Find(name) == nullptr) {
    return NotFound(path);
  }
  const Verdict verdict = Begin("delete", name, Need::kNothing);
  if (verdict.takes_effect) {
    ChangeName({name, nullptr, ""});
  }
  return verdict.status;
}

IOStatus SimFileSystem::Truncate(const std::string& path, size_t size, const Options&, Context*) {
  FilePointer file;
  const std::string name = NameIn(path);
  {
    const base::MutexLock lock(mutex_);
    file = Find(name);
  }
  return file != nullptr ? Truncate(*file, name, size) : NotFound(path);
}

IOStatus SimFileSystem::CreateDir(const std::string& path, const Options&, Context*) {
  return path == directory_ ? IOStatus::OK() : IOStatus::NotSupported(path);
}

IOStatus SimFileSystem::CreateDirIfMissing(const std::string& path, const Options&, Context*) {
  return path == directory_ ? IOStatus::OK() : IOStatus::NotSupported(path);
}

IOStatus SimFileSystem::DeleteDir(const std::string& path, const Options&, Context*) {
  return IOStatus::NotSupported(path);
}

IOStatus SimFileSystem::GetFileSize(const std::string& path, const Options&, uint64_t* size,
                                    Context*) {
  const base::MutexLock lock(mutex_);
  const FilePointer file = Find(NameIn(path));
  if (file == nullptr) {
    return NotFound(path);
  }
  *size = std::max(file->bytes.size(), file->reserved_bytes);
  return IOStatus::OK();
}

IOStatus SimFileSystem::GetFileModificationTime(const std::string&, const Options&,
                                                uint64_t* seconds, Context*) {
  *seconds = 0;
  return IOStatus::OK();
}

IOStatus SimFileSystem::GetAbsolutePath(const std::string& path, const Options&,
                                        std::string* result, Context*) {
  *result = path;
  return IOStatus::OK();
}

IOStatus SimFileSystem::RenameFile(const std::string& from, const std::string& to, const Options&,
                                   Context*) {
  const base::MutexLock lock(mutex_);
  const std::string from_name = NameIn(from);
  const std::string to_name = NameIn(to);
  const FilePointer file = Find(from_name);
  if (!dead_ && file == nullptr) {
    return NotFound(from);
  }
  const Verdict verdict = Begin("rename to " + to_name, from_name, Need::kNothing);
  if (verdict.takes_effect) {
    ChangeName({to_name, file, from_name});
  }
  return verdict.status;
}

IOStatus SimFileSystem::LinkFile(const std::string&, const std::string&, const Options&, Context*) {
  return IOStatus::NotSupported("LinkFile");
}

IOStatus SimFileSystem::LockFile(const std::string& path, const Options&, rocksdb::FileLock** lock,
                                 Context*) {
  const base::MutexLock guard(mutex_);
  *lock = nullptr;
  if (dead_) {
    return Dead();
  }
  if (!locks_.insert(path).second) {
    return IOStatus::IOError("locked", path);
  }
  *lock = std::make_unique<SimLock>(path).release();  // UnlockFile takes it back
  return IOStatus::OK();
}

IOStatus SimFileSystem::UnlockFile(rocksdb::FileLock* lock, const Options&, Context*) {
  const std::unique_ptr<SimLock> held(static_cast<SimLock*>(lock));
  const base::MutexLock guard(mutex_);
  locks_.erase(held->name);
  return IOStatus::OK();
}

IOStatus SimFileSystem::GetFreeSpace(const std::string&, const Options&, uint64_t* bytes,
                                     Context*) {
  const base::MutexLock lock(mutex_);
  *bytes = full_ ? 0 : kFreeBytes;
  return CheckAlive();
}

IOStatus SimFileSystem::IsDirectory(const std::string& path, const Options&, bool* result,
                                    Context*) {
  *result = path == directory_;
  return IOStatus::OK();
}

void SimFileSystem::LosePower() {
  const base::MutexLock lock(mutex_);
  Names survivors;
  for (const auto& [name, file] : SurvivingNames()) {
    survivors[name] = Survivor(name, *file);
  }
  names_ = survivors;
  durable_names_ = std::move(survivors);
  unsynced_names_.clear();
  trace_.emplace_back("the power failed");
  fault_ = Fault::kNone;
  dead_ = false;
  full_ = false;
}

void SimFileSystem::EndProcess() {
  const base::MutexLock lock(mutex_);
  trace_.emplace_back("the process ended");
  fault_ = Fault::kNone;
  dead_ = false;
  full_ = false;
}

SimFileSystem::Names SimFileSystem::SurvivingNames() {
  Names names = durable_names_;
  const bool keeps_order = power_loss_.names == NameOrder::kKept;
  size_t kept = random_.Below(unsynced_names_.size() + 1);
  for (const NameChange& change : unsynced_names_) {
    if (keeps_order ? kept > 0 : random_.OneIn(2)) {
      kept -= keeps_order ? 1 : 0;
      Apply(change, names);
      trace_.push_back("  kept: " + change.from + (change.file ? " -> " : " removed ") +
                       change.name);
    } else {
      trace_.push_back("  lost: " + change.from + (change.file ? " -> " : " removed ") +
                       change.name);
    }
  }
  return names;
}

SimFileSystem::FilePointer SimFileSystem::Survivor(const std::string& name, const SimFile& file) {
  auto survivor = std::make_shared<SimFile>(file);
  const bool may_garble =
      power_loss_.tails == Tails::kGarbledAlways ||
      (power_loss_.tails == Tails::kGarbled && !name.starts_with(kManifestPrefix));
  if (file.synced_bytes < file.bytes.size()) {
    trace_.push_back("  unsynced " + std::to_string(file.synced_bytes) + " to " +
                     std::to_string(file.bytes.size()) + " of " + name + ": " +
                     TearTail(*survivor, may_garble));
  }
  for (const auto& [begin, end] : file.doomed) {
    if (begin >= survivor->bytes.size() || random_.OneIn(2)) {
      continue;
    }
    if (!may_garble && file.synced_bytes <= begin) {
      survivor->bytes.resize(begin);
    } else {
      Garble(survivor->bytes, begin, std::min(end, survivor->bytes.size()), true);
    }
    trace_.push_back("  given up: " + std::to_string(begin) + " to " + std::to_string(end) +
                     " of " + name);
  }
  survivor->bytes.resize(std::max(survivor->bytes.size(), file.reserved_bytes));
  survivor->reserved_bytes = 0;
  survivor->synced_bytes = survivor->bytes.size();
  survivor->doomed.clear();
  return survivor;
}

std::string SimFileSystem::TearTail(SimFile& file, bool may_garble) {
  std::string& bytes = file.bytes;
  const size_t synced = file.synced_bytes;
  const size_t loose = bytes.size() - synced;
  switch (random_.Below(may_garble ? 4 : 3)) {
    case 0:
      bytes.resize(synced);
      return "dropped";
    case 1:
      bytes.resize(synced + random_.Below(loose));
      return "torn at " + std::to_string(bytes.size());
    case 2:
      return "kept";
    default:
      break;
  }
  const size_t page = (synced + random_.Below(loose)) / kPageBytes * kPageBytes;
  const bool with_zeros = random_.OneIn(2);
  Garble(bytes, std::max(page, synced), std::min(page + kPageBytes, bytes.size()), with_zeros);
  return (with_zeros ? "zeros at " : "garbled at ") + std::to_string(std::max(page, synced));
}

void SimFileSystem::Garble(std::string& bytes, size_t begin, size_t end, bool with_zeros) {
  for (size_t i = begin; i < end; ++i) {
    bytes[i] = with_zeros ? '\0' : static_cast<char>(random_.Next());
  }
}

}  // namespace stator::crash_points
