#include "storage/rocksdb/log_scan.h"

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

#include <rocksdb/file_checksum.h>

#include "storage/rocksdb/rocksdb_status.h"

namespace stator::storage {
namespace {

// A log is blocks of 32 KB. A record is a header of 7 bytes and its part of a write: it never
// crosses a block, and where less than a header is left in one, there are zeros.
//   4  CRC-32C of the type and what follows, masked    2  length of what follows    1  type
constexpr size_t kBlockBytes = 32 * 1024;
constexpr size_t kHeaderBytes = 7;
constexpr size_t kLengthAt = 4;
constexpr size_t kTypeAt = 6;

// Which part of a write a record is. RocksDB knows more types, which it does not write here.
enum class RecordType : uint8_t { kFull = 1, kFirst = 2, kMiddle = 3, kLast = 4 };

bool BeginsWrite(RecordType type) {
  return type == RecordType::kFull || type == RecordType::kFirst;
}
bool EndsWrite(RecordType type) { return type == RecordType::kFull || type == RecordType::kLast; }

uint32_t ByteAt(std::string_view bytes, size_t at) { return static_cast<uint8_t>(bytes[at]); }

uint32_t Crc32c(std::string_view bytes) {
  const auto generator =
      rocksdb::GetFileChecksumGenCrc32cFactory()->CreateFileChecksumGenerator({});
  generator->Update(bytes.data(), bytes.size());
  generator->Finalize();
  const std::string big_endian = generator->GetChecksum();
  uint32_t crc = 0;
  for (size_t i = 0; i < big_endian.size(); ++i) {
    crc = (crc << 8) | ByteAt(big_endian, i);
  }
  return crc;
}

// As it stands in a record, so that a checksum of bytes with checksums in them is no special case.
uint32_t Mask(uint32_t crc) { return ((crc >> 15) | (crc << 17)) + 0xa282ead8U; }
uint32_t Unmask(uint32_t masked) {
  const uint32_t rotated = masked - 0xa282ead8U;
  return (rotated >> 17) | (rotated << 15);
}

uint32_t StoredChecksum(std::string_view header) {
  return ByteAt(header, 0) | ByteAt(header, 1) << 8 | ByteAt(header, 2) << 16 |
         ByteAt(header, 3) << 24;
}

size_t LengthOf(std::string_view header) {
  return ByteAt(header, kLengthAt) | ByteAt(header, kLengthAt + 1) << 8;
}

// A sound record at the front of `rest`, which is what is left of its block.
struct Record {
  RecordType type;
  size_t bytes;  // with its header
};

std::optional<Record> ParseRecord(std::string_view rest) {
  if (rest.size() < kHeaderBytes) {
    return std::nullopt;
  }
  const uint32_t type = ByteAt(rest, kTypeAt);
  const size_t bytes = kHeaderBytes + LengthOf(rest);
  if (type < 1 || type > 4 || bytes > rest.size() ||
      Mask(Crc32c(rest.substr(kTypeAt, bytes - kTypeAt))) != StoredChecksum(rest)) {
    return std::nullopt;
  }
  return Record{static_cast<RecordType>(type), bytes};
}

// The same polynomial bit by bit, for what one changed bit does to a checksum.
constexpr uint32_t kPolynomial = 0x82f63b78U;

constexpr std::array<uint32_t, 256> MakeTable() {
  std::array<uint32_t, 256> table{};
  for (uint32_t byte = 0; byte < table.size(); ++byte) {
    uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) {
      crc = (crc >> 1) ^ ((crc & 1U) * kPolynomial);
    }
    table[byte] = crc;
  }
  return table;
}
constexpr std::array<uint32_t, 256> kTable = MakeTable();

// Whether one changed bit among `byte_count` bytes changes their CRC-32C by `difference`.
bool IsOneBit(uint32_t difference, size_t byte_count) {
  std::array<uint32_t, 8> effects{};  // of each bit of a byte, with as many bytes behind it
  for (size_t bit = 0; bit < effects.size(); ++bit) {
    effects[bit] = kTable[size_t{1} << bit];
  }
  for (size_t left = byte_count; left > 0; --left) {
    for (uint32_t& effect : effects) {
      if (effect == difference) {
        return true;
      }
      effect = (effect >> 8) ^ kTable[effect & 0xff];
    }
  }
  return false;
}

// Whether changing a single bit makes a sound record of what stands at the front of `rest`.
bool IsOneBitFromSound(std::string_view rest) {
  if (rest.size() < kHeaderBytes) {
    return false;
  }
  std::string changed(rest);
  for (size_t bit = 0; bit < 8 * kHeaderBytes; ++bit) {
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
    if (ParseRecord(changed)) {
      return true;
    }
    changed[bit / 8] = rest[bit / 8];
  }
  const size_t bytes = kHeaderBytes + LengthOf(rest);
  if (bytes > rest.size()) {
    return false;
  }
  const std::string_view covered = rest.substr(kTypeAt, bytes - kTypeAt);
  return IsOneBit(Crc32c(covered) ^ Unmask(StoredChecksum(rest)), covered.size());
}

bool IsZeros(std::string_view bytes) {
  return bytes.find_first_not_of('\0') == std::string_view::npos;
}

// Reads a file record by record.
class LogScanner {
 public:
  explicit LogScanner(rocksdb::SequentialFile& file) : file_(file) {}

  base::Result<LogScan> Scan() {
    LogScan scan;
    bool in_write = false;
    while (scan.end == LogScan::End::kWhole && ReadBlock()) {
      while (!BlockIsOver()) {
        const std::optional<Record> record = ParseRecord(rest_);
        if (!record || BeginsWrite(record->type) == in_write) {
          scan.end = in_write ? Judge() : JudgeTail();
          break;
        }
        in_write = !EndsWrite(record->type);
        rest_.remove_prefix(record->bytes);
        scan.sound_bytes = block_end_ - rest_.size();
        scan.whole_bytes = in_write ? scan.whole_bytes : scan.sound_bytes;
      }
    }
    if (scan.end == LogScan::End::kWhole && in_write) {
      scan.end = LogScan::End::kTorn;
    }
    if (!status_.ok()) {
      return ErrorFromStatus(status_);
    }
    return scan;
  }

 private:
  bool ReadBlock() {
    rocksdb::Slice block;
    status_ = file_.Read(kBlockBytes, &block, buffer_.data());
    if (!status_.ok()) {
      return false;
    }
    rest_ = block.ToStringView();
    is_full_ = block.size() == kBlockBytes;
    block_end_ += block.size();
    return !rest_.empty();
  }
  // A full block ends with less than a header, the file with nothing.
  bool BlockIsOver() const { return rest_.empty() || (rest_.size() < kHeaderBytes && is_full_); }

  // As Judge, where no write has begun.
  LogScan::End JudgeTail() {
    const LogScan::End end = Judge();
    return end == LogScan::End::kTorn && only_zeros_ ? LogScan::End::kZeros : end;
  }

  // What the record at the front of `rest_` is, which is not sound, or not in its place.
  LogScan::End Judge() {
    if (IsOneBitFromSound(rest_)) {
      return LogScan::End::kFlipped;
    }
    only_zeros_ = IsZeros(rest_);
    // Its length may be wrong: in this block, the next record may stand anywhere.
    for (size_t at = 1; at + kHeaderBytes <= rest_.size(); ++at) {
      const std::optional<Record> record = ParseRecord(rest_.substr(at));
      if (record && BeginsWrite(record->type)) {
        return LogScan::End::kGap;
      }
    }
    while (ReadBlock()) {
      only_zeros_ = only_zeros_ && IsZeros(rest_);
      while (const std::optional<Record> record = ParseRecord(rest_)) {
        if (BeginsWrite(record->type)) {
          return LogScan::End::kGap;
        }
        rest_.remove_prefix(record->bytes);
      }
    }
    return LogScan::End::kTorn;
  }

  rocksdb::SequentialFile& file_;
  std::string buffer_ = std::string(kBlockBytes, '\0');
  std::string_view rest_;  // of the block, perhaps in buffer_
  bool is_full_ = false;
  uint64_t block_end_ = 0;   // in the file
  bool only_zeros_ = false;  // from the record that was judged on
  rocksdb::Status status_;
};

}  // namespace

base::Result<LogScan> ScanLog(rocksdb::Env& env, const std::string& path) {
  std::unique_ptr<rocksdb::SequentialFile> file;
  uint64_t file_bytes = 0;
  rocksdb::Status status = env.NewSequentialFile(path, &file, rocksdb::EnvOptions());
  if (status.ok()) {
    status = env.GetFileSize(path, &file_bytes);
  }
  if (!status.ok()) {
    return ErrorFromStatus(status);
  }
  STATOR_ASSIGN_OR_RETURN(LogScan scan, LogScanner(*file).Scan());
  scan.file_bytes = file_bytes;
  return scan;
}

}  // namespace stator::storage
