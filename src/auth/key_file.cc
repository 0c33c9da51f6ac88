#include "auth/key_file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "auth/sealed_box.h"

namespace stator::auth {

namespace {

using base::Error;
using base::ErrorCode;

constexpr size_t kHexBytes = 2 * sizeof(Digest);
constexpr mode_t kOwnerOnly = 0600;
constexpr mode_t kOthers = 0077;

// An open file, closed at the end of its scope.
class File {
 public:
  File(const std::string& path, int flags) : descriptor_(open(path.c_str(), flags, kOwnerOnly)) {}
  ~File() {
    if (descriptor_ >= 0) {
      close(descriptor_);
    }
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  int descriptor() const { return descriptor_; }
  bool is_open() const { return descriptor_ >= 0; }

 private:
  const int descriptor_;
};

Error Failed(const std::string& path) {
  const ErrorCode code = errno == ENOENT ? ErrorCode::kResourceNotFound : ErrorCode::kIo;
  return Error{code, path + ": " + std::error_code(errno, std::generic_category()).message()};
}

std::optional<int> HexValue(char c) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const size_t at = kDigits.find(c);
  return at == std::string_view::npos ? std::nullopt : std::optional(static_cast<int>(at));
}

std::optional<Digest> ParseKey(std::string_view text) {
  if (text.size() == kHexBytes + 1 && text.back() == '\n') {
    text.remove_suffix(1);
  }
  if (text.size() != kHexBytes) {
    return std::nullopt;
  }
  Digest key{};
  for (size_t i = 0; i < key.size(); ++i) {
    const std::optional<int> high = HexValue(text[2 * i]);
    const std::optional<int> low = HexValue(text[2 * i + 1]);
    if (!high || !low) {
      return std::nullopt;
    }
    key[i] = static_cast<uint8_t>(*high * 16 + *low);
  }
  return key;
}

// Makes the name of a new file durable.
bool SyncFolder(const std::string& path) {
  const size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const File file(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  return file.is_open() && fsync(file.descriptor()) == 0;
}

}  // namespace

base::Result<Digest> ReadKeyFile(const std::string& path) {
  const File file(path, O_RDONLY | O_CLOEXEC);
  struct stat status {};
  if (!file.is_open() || fstat(file.descriptor(), &status) != 0) {
    return Failed(path);
  }
  if ((status.st_mode & kOthers) != 0) {
    return Error{ErrorCode::kIo, path + " is open to others than its owner; chmod 600 it"};
  }
  std::array<char, kHexBytes + 2> text{};
  const ssize_t bytes = read(file.descriptor(), text.data(), text.size());
  if (bytes < 0) {
    return Failed(path);
  }
  const std::optional<Digest> key =
      ParseKey(std::string_view(text.data(), static_cast<size_t>(bytes)));
  if (!key) {
    return Error{ErrorCode::kIo, path + " does not hold a key of 64 hexadecimal characters"};
  }
  return *key;
}

base::Result<Digest> CreateKeyFile(const std::string& path) {
  const std::string random = RandomBytes(sizeof(Digest));
  Digest key{};
  std::ranges::copy(random, key.begin());
  std::string text;
  AppendHex(key, text);
  text.push_back('\n');
  const File file(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC);
  if (!file.is_open() ||
      write(file.descriptor(), text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
      fsync(file.descriptor()) != 0 || !SyncFolder(path)) {
    return Failed(path);
  }
  return key;
}

Digest DeriveKey(const Digest& key, std::string_view purpose) {
  return Hasher().HmacSha256(key, purpose);
}

}  // namespace stator::auth
