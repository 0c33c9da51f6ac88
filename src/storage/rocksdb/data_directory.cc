#include "storage/rocksdb/data_directory.h"

#include <cerrno>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>
#include <xxhash.h>

#include "base/random.h"

namespace stator::storage {
namespace {

constexpr std::string_view kFormatName = "FORMAT";
constexpr std::string_view kFormatTempName = "FORMAT.tmp";
constexpr std::string_view kLockName = "LOCK";
constexpr std::string_view kDatabaseName = "rocksdb";
constexpr std::string_view kLostAndFoundName = "lost+found";  // in the root of a new file system

constexpr std::string_view kMagicLine = "stator-data";
constexpr size_t kFormatBytesMax = 4096;

base::Error IoError(const std::string& what, int error_number) {
  const auto code = error_number == ENOSPC ? base::ErrorCode::kNoSpace : base::ErrorCode::kIo;
  return {code, what + ": " + std::generic_category().message(error_number)};
}

base::Error DamagedFormat() { return {base::ErrorCode::kCorruption, "The FORMAT file is damaged"}; }

std::string PathIn(const std::string& directory, std::string_view name) {
  return directory + "/" + std::string(name);
}

uint64_t Checksum(std::string_view text) { return XXH3_64bits(text.data(), text.size()); }

// Removes the line "<name> <value>" from the front of the text and returns the value.
std::optional<std::string_view> TakeLine(std::string_view& text, std::string_view name) {
  const size_t end = text.find('\n');
  if (end == std::string_view::npos || !text.starts_with(name) || text[name.size()] != ' ') {
    return std::nullopt;
  }
  const std::string_view value = text.substr(name.size() + 1, end - name.size() - 1);
  text.remove_prefix(end + 1);
  return value;
}

template <typename T>
std::optional<T> ParseInteger(std::string_view digits, int base) {
  T value = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  if (error != std::errc() || end != digits.data() + digits.size()) {
    return std::nullopt;
  }
  return value;
}

// Whether the directory holds nothing but what setting a store up leaves before the FORMAT file.
base::Result<bool> IsFree(const std::string& path) {
  std::error_code error;
  for (std::filesystem::directory_iterator entry(path, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (name != kLockName && name != kFormatTempName && name != kLostAndFoundName) {
      return false;
    }
  }
  if (error) {
    return IoError("Cannot read the directory " + path, error.value());
  }
  return true;
}

// Reads the FORMAT file of a directory that exists; nullopt when a new store may have it.
base::Result<std::optional<Format>> Examine(const std::string& path) {
  const std::string format_path = PathIn(path, kFormatName);
  std::error_code error;
  if (!std::filesystem::exists(format_path, error)) {
    STATOR_ASSIGN_OR_RETURN(const bool is_free, IsFree(path));
    if (!is_free) {
      return base::Error{
          base::ErrorCode::kCorruption,
          "The directory " + path +
              " is not empty and is no Stator data directory: it has no FORMAT file"};
    }
    return std::optional<Format>();
  }
  std::ifstream file(format_path, std::ios::binary);
  std::string text(kFormatBytesMax, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(file.gcount()));
  if (file.bad() || (!file.eof() && file.fail())) {
    return IoError("Cannot read " + format_path, EIO);
  }
  auto format = Format::Parse(text);
  if (!format.ok()) {
    return base::Error{format.error().code, format_path + ": " + format.error().message};
  }
  return std::optional<Format>(*std::move(format));
}

base::Result<void> SyncPath(const std::string& path, int flags) {
  const int file = open(path.c_str(), flags | O_CLOEXEC);
  if (file < 0) {
    return IoError("Cannot open " + path, errno);
  }
  const int result = fsync(file);
  const int error_number = errno;
  close(file);
  if (result != 0) {
    return IoError("Cannot sync " + path, error_number);
  }
  return {};
}

base::Result<int> Lock(const std::string& directory) {
  const std::string path = PathIn(directory, kLockName);
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (file < 0) {
    return IoError("Cannot open " + path, errno);
  }
  if (flock(file, LOCK_EX | LOCK_NB) != 0) {
    const int error_number = errno;
    close(file);
    if (error_number == EWOULDBLOCK) {
      return base::Error{base::ErrorCode::kUnavailable,
                         "The data directory " + directory + " is in use by another process"};
    }
    return IoError("Cannot lock " + path, error_number);
  }
  return file;
}

}  // namespace

std::string Format::ToText() const {
  std::string text(kMagicLine);
  text += " " + std::to_string(version) + "\n";
  text += "uuid " + uuid + "\n";
  text += std::string("state ") + (complete ? "complete" : "new") + "\n";
  char digits[16];
  const auto end = std::to_chars(digits, digits + sizeof(digits), Checksum(text), 16).ptr;
  text += "checksum " + std::string(digits, end) + "\n";
  return text;
}

base::Result<Format> Format::Parse(std::string_view text) {
  const std::string_view whole = text;
  Format format;
  const auto version_text = TakeLine(text, kMagicLine);
  const auto version = ParseInteger<uint32_t>(version_text.value_or(""), 10);
  if (!version || *version == 0) {
    return DamagedFormat();
  }
  if (*version > kCurrentVersion) {
    return base::Error{base::ErrorCode::kUnavailable,
                       "The data is of format " + std::to_string(*version) +
                           "; this program knows formats up to " + std::to_string(kCurrentVersion)};
  }
  format.version = *version;
  const auto uuid = TakeLine(text, "uuid");
  const auto state = TakeLine(text, "state");
  const std::string_view covered = whole.substr(0, whole.size() - text.size());
  const auto checksum = ParseInteger<uint64_t>(TakeLine(text, "checksum").value_or(""), 16);
  if (!uuid || !state || !checksum || *checksum != Checksum(covered) || !text.empty()) {
    return DamagedFormat();
  }
  format.uuid = *uuid;
  format.complete = *state == "complete";
  return format;
}

base::Result<DataDirectory> DataDirectory::Open(const std::string& path) {
  std::error_code error;
  if (std::filesystem::exists(path, error)) {
    // Before the lock file is made: a foreign directory is not to be touched.
    STATOR_RETURN_IF_ERROR(Examine(path));
  } else if (std::filesystem::create_directories(path, error); error) {
    return IoError("Cannot make the data directory " + path, error.value());
  }
  STATOR_ASSIGN_OR_RETURN(const int lock_file, Lock(path));
  DataDirectory directory(path, lock_file);
  // Again, now that nobody else can be setting it up.
  STATOR_ASSIGN_OR_RETURN(std::optional<Format> format, Examine(path));
  if (format) {
    directory.format_ = *std::move(format);
    return directory;
  }
  directory.format_.uuid = base::RandomUuid();
  directory.format_.complete = false;
  STATOR_RETURN_IF_ERROR(directory.WriteFormat());
  return directory;
}

base::Result<DataDirectory> DataDirectory::OpenExisting(const std::string& path) {
  std::error_code error;
  std::optional<Format> format;
  if (std::filesystem::exists(path, error)) {
    STATOR_ASSIGN_OR_RETURN(format, Examine(path));
  }
  if (!format || !format->complete) {
    return base::Error{base::ErrorCode::kUnavailable, "There is no data in " + path};
  }
  return Open(path);
}

DataDirectory::DataDirectory(DataDirectory&& other) noexcept
    : path_(std::move(other.path_)),
      lock_file_(std::exchange(other.lock_file_, -1)),
      format_(std::move(other.format_)) {}

DataDirectory& DataDirectory::operator=(DataDirectory&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(lock_file_, other.lock_file_);
  std::swap(format_, other.format_);
  return *this;
}

DataDirectory::~DataDirectory() {
  if (lock_file_ >= 0) {
    close(lock_file_);
  }
}

std::string DataDirectory::DatabasePath() const { return PathIn(path_, kDatabaseName); }

base::Result<void> DataDirectory::MarkComplete() {
  format_.complete = true;
  format_.version = Format::kCurrentVersion;
  return WriteFormat();
}

base::Result<void> DataDirectory::WriteFormat() {
  const std::string temp_path = PathIn(path_, kFormatTempName);
  std::ofstream file(temp_path, std::ios::binary | std::ios::trunc);
  file << format_.ToText();
  file.close();
  if (file.fail()) {
    return IoError("Cannot write " + temp_path, errno);
  }
  STATOR_RETURN_IF_ERROR(SyncPath(temp_path, O_RDONLY));
  std::error_code error;
  std::filesystem::rename(temp_path, PathIn(path_, kFormatName), error);
  if (error) {
    return IoError("Cannot rename " + temp_path, error.value());
  }
  return SyncPath(path_, O_RDONLY | O_DIRECTORY);
}

}  // namespace stator::storage
