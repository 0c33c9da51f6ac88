#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <rocksdb/file_system.h>

#include "base/mutex.h"
#include "base/random.h"

namespace stator::crash_points {

// What goes wrong at the machine's n-th mutating call.
enum class Fault : uint8_t {
  kNone,
  // The call may still reach the cache; it and every later mutating call fail. Reads do not: nobody
  // is left to see what they give.
  kCrash,
  kIoError,  // the call fails with EIO, once
  kNoSpace,  // that call and later ones fail with ENOSPC if they need space, until GiveSpace
};

// What a power loss may leave of bytes that were not synced.
enum class Tails : uint8_t {
  kTorn,           // any first part of them
  kGarbled,        // in MANIFEST files that; else also all of them but for a page that was not
                   // written: zeros, or anything
  kGarbledAlways,  // the same in all files; RocksDB by itself does not open such a MANIFEST
};

// What a power loss may leave of changes of the directory that were not synced.
enum class NameOrder : uint8_t {
  kKept,  // the first ones: what every journaling file system does, and RocksDB relies on
  kAny,   // any of them, which is all that POSIX promises
};

// What a power loss may do.
struct PowerLoss {
  Tails tails = Tails::kGarbled;
  NameOrder names = NameOrder::kKept;
};

// A file's bytes, and which of them the device is sure to have.
struct SimFile {
  std::string bytes;
  size_t synced_bytes = 0;  // a prefix: files are only appended to
  // A file that was reused is that long, with zeros behind `bytes`, which the device has.
  size_t reserved_bytes = 0;
  // Ranges, closed and open, that a failed sync covered. The system may have given up on them, so a
  // later sync promises nothing for them.
  std::vector<std::pair<size_t, size_t>> doomed;
};

// One directory of files in memory that forgets what a power loss may take: bytes that were not
// synced, and names whose directory was not. All threads may call; the state outlives the stores
// that use it.
//
// Making a log never fails, nor does making any file on a dead machine, where it gets no name and
// takes no bytes; and there no call for a table fails. RocksDB 7.8 forgets to release column
// families when two of them are to get a new log that cannot be made, and its assertions then end
// the process when it is closed; another ends it when a compaction leaves nothing, and the table in
// which nothing stands cannot be written. Nobody would be left to see either.
class SimFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  using Options = rocksdb::IOOptions;
  using Context = rocksdb::IODebugContext;

  // All files lie in `directory`, and nothing else does.
  SimFileSystem(std::string directory, uint64_t seed, PowerLoss power_loss);

  // Counts mutating calls from 1 again; call number `at` meets the fault.
  void Arm(Fault fault, uint64_t at) EXCLUDES(mutex_);
  // Ends kNoSpace.
  void GiveSpace() EXCLUDES(mutex_);
  // Whether the fault has happened.
  bool Struck() const EXCLUDES(mutex_);
  // Whether the fault met an append to a log, or its sync.
  bool StruckLog() const EXCLUDES(mutex_);
  bool IsDead() const EXCLUDES(mutex_);

  // Chooses what is left after the power has failed, and makes it the durable state of a machine
  // that runs again. REQUIRES: nobody uses the files.
  void LosePower() EXCLUDES(mutex_);
  // Begins anew with everything that the cache has. REQUIRES: nobody uses the files.
  void EndProcess() EXCLUDES(mutex_);

  // The latest calls, for people.
  std::vector<std::string> Trace() const EXCLUDES(mutex_);

  // For the file handles.
  rocksdb::IOStatus Append(SimFile& file, const std::string& name, std::string_view data)
      EXCLUDES(mutex_);
  rocksdb::IOStatus Sync(SimFile& file, const std::string& name) EXCLUDES(mutex_);
  rocksdb::IOStatus Truncate(SimFile& file, const std::string& name, uint64_t size)
      EXCLUDES(mutex_);
  rocksdb::IOStatus SyncDirectory() EXCLUDES(mutex_);
  rocksdb::IOStatus Read(const SimFile& file, uint64_t offset, size_t count, rocksdb::Slice* result,
                         char* scratch) EXCLUDES(mutex_);
  uint64_t SizeOf(const SimFile& file) EXCLUDES(mutex_);

  const char* Name() const override { return "SimFileSystem"; }
  rocksdb::IOStatus NewSequentialFile(const std::string& path, const rocksdb::FileOptions&,
                                      std::unique_ptr<rocksdb::FSSequentialFile>* result,
                                      Context*) override;
  rocksdb::IOStatus NewRandomAccessFile(const std::string& path, const rocksdb::FileOptions&,
                                        std::unique_ptr<rocksdb::FSRandomAccessFile>* result,
                                        Context*) override;
  rocksdb::IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* result,
                                    Context*) override;
  rocksdb::IOStatus ReopenWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                       std::unique_ptr<rocksdb::FSWritableFile>* result,
                                       Context*) override;
  // `from` holds zeros, and all of it is synced.
  rocksdb::IOStatus ReuseWritableFile(const std::string& path, const std::string& from,
                                      const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSWritableFile>* result,
                                      Context*) override;
  rocksdb::IOStatus NewRandomRWFile(const std::string&, const rocksdb::FileOptions&,
                                    std::unique_ptr<rocksdb::FSRandomRWFile>*, Context*) override;
  rocksdb::IOStatus NewDirectory(const std::string& path, const Options&,
                                 std::unique_ptr<rocksdb::FSDirectory>* result, Context*) override;
  rocksdb::IOStatus FileExists(const std::string& path, const Options&, Context*) override;
  rocksdb::IOStatus GetChildren(const std::string& path, const Options&,
                                std::vector<std::string>* names, Context*) override;
  rocksdb::IOStatus GetChildrenFileAttributes(const std::string& path, const Options& options,
                                              std::vector<rocksdb::FileAttributes>* result,
                                              Context* context) override;
  rocksdb::IOStatus DeleteFile(const std::string& path, const Options&, Context*) override;
  rocksdb::IOStatus Truncate(const std::string& path, size_t size, const Options&,
                             Context*) override;
  rocksdb::IOStatus CreateDir(const std::string& path, const Options&, Context*) override;
  rocksdb::IOStatus CreateDirIfMissing(const std::string& path, const Options&, Context*) override;
  rocksdb::IOStatus DeleteDir(const std::string& path, const Options&, Context*) override;
  rocksdb::IOStatus GetFileSize(const std::string& path, const Options&, uint64_t* size,
                                Context*) override;
  rocksdb::IOStatus GetFileModificationTime(const std::string& path, const Options&,
                                            uint64_t* seconds, Context*) override;
  rocksdb::IOStatus GetAbsolutePath(const std::string& path, const Options&, std::string* result,
                                    Context*) override;
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to, const Options&,
                               Context*) override;
  rocksdb::IOStatus LinkFile(const std::string&, const std::string&, const Options&,
                             Context*) override;
  rocksdb::IOStatus LockFile(const std::string& path, const Options&, rocksdb::FileLock** lock,
                             Context*) override;
  rocksdb::IOStatus UnlockFile(rocksdb::FileLock* lock, const Options&, Context*) override;
  rocksdb::IOStatus GetFreeSpace(const std::string&, const Options&, uint64_t* bytes,
                                 Context*) override;
  rocksdb::IOStatus IsDirectory(const std::string& path, const Options&, bool* result,
                                Context*) override;

 private:
  using FilePointer = std::shared_ptr<SimFile>;
  using Names = std::map<std::string, FilePointer>;
  // A change of the directory that no sync covers yet.
  struct NameChange {
    std::string name;
    FilePointer file;  // null: the name is removed
    std::string from;  // of a rename, else empty
  };
  // What a mutating call needs and does.
  enum class Need : uint8_t { kNothing, kSpace };
  // How a mutating call ends.
  struct Verdict {
    rocksdb::IOStatus status;
    bool takes_effect = true;  // in the cache, whatever the status
  };

  static void Apply(const NameChange& change, Names& names);

  Verdict Begin(std::string_view what, const std::string& name, Need need) REQUIRES(mutex_);
  Verdict Strike(Need need) REQUIRES(mutex_);
  rocksdb::IOStatus CheckAlive() const REQUIRES(mutex_);
  void ChangeName(NameChange change) REQUIRES(mutex_);
  std::string NameIn(const std::string& path) const;
  FilePointer Find(const std::string& name) const REQUIRES(mutex_);
  Names SurvivingNames() REQUIRES(mutex_);
  FilePointer Survivor(const std::string& name, const SimFile& file) REQUIRES(mutex_);
  std::string TearTail(SimFile& file, bool may_garble) REQUIRES(mutex_);
  void Garble(std::string& bytes, size_t begin, size_t end, bool with_zeros) REQUIRES(mutex_);

  const std::string directory_;
  const PowerLoss power_loss_;

  mutable base::Mutex mutex_;
  base::Random random_ GUARDED_BY(mutex_);
  Names names_ GUARDED_BY(mutex_);
  Names durable_names_ GUARDED_BY(mutex_);
  std::vector<NameChange> unsynced_names_ GUARDED_BY(mutex_);
  std::set<std::string> locks_ GUARDED_BY(mutex_);
  Fault fault_ GUARDED_BY(mutex_) = Fault::kNone;
  uint64_t fault_at_ GUARDED_BY(mutex_) = 0;
  uint64_t calls_ GUARDED_BY(mutex_) = 0;
  bool struck_ GUARDED_BY(mutex_) = false;
  bool struck_log_ GUARDED_BY(mutex_) = false;
  bool dead_ GUARDED_BY(mutex_) = false;
  bool full_ GUARDED_BY(mutex_) = false;
  std::deque<std::string> trace_ GUARDED_BY(mutex_);
};

}  // namespace stator::crash_points
