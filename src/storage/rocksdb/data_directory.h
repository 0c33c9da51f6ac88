#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace stator::storage {

// What the FORMAT file of a data directory says. `docs/storage_format.md` has its lines.
struct Format {
  // The layout of everything in the directory; grows by one with each change that an older program
  // would misread.
  static constexpr uint32_t kCurrentVersion = 2;

  uint32_t version = kCurrentVersion;
  std::string uuid;      // of the store; new with each directory
  bool complete = true;  // false while the directory is being set up, before the first update

  std::string ToText() const;
  // Fails with kCorruption when the text is damaged, and with kUnavailable when it is of a newer
  // version, whatever else that has changed.
  static base::Result<Format> Parse(std::string_view text);
};

// A directory that belongs to one store, held exclusively as long as this object lives. Everything
// but Open is for the thread that opens the store.
class DataDirectory {
 public:
  // Looks before it touches: a directory that has files but no FORMAT, or a FORMAT that is damaged
  // or newer, is refused (kCorruption or kUnavailable) and left as it is. An absent or empty one
  // becomes a new store's. kUnavailable when another process, or store, holds the directory.
  static base::Result<DataDirectory> Open(const std::string& path);

  // The same for a directory that has a store with data already, and nothing in it is changed;
  // kUnavailable when there is none.
  static base::Result<DataDirectory> OpenExisting(const std::string& path);

  DataDirectory(DataDirectory&& other) noexcept;
  DataDirectory& operator=(DataDirectory&& other) noexcept;
  DataDirectory(const DataDirectory&) = delete;
  DataDirectory& operator=(const DataDirectory&) = delete;
  ~DataDirectory();

  // Whether there is no data yet, so that the database is to be made.
  bool is_new() const { return !format_.complete; }
  // Whether an older program wrote the data.
  bool is_old() const { return format_.version < Format::kCurrentVersion; }
  // Writes down that the database has been made, and is of the current format.
  base::Result<void> MarkComplete();

  const Format& format() const { return format_; }
  std::string DatabasePath() const;

 private:
  DataDirectory(std::string path, int lock_file) : path_(std::move(path)), lock_file_(lock_file) {}

  base::Result<void> WriteFormat();

  std::string path_;
  int lock_file_;  // -1 when moved from
  Format format_;
};

}  // namespace stator::storage
