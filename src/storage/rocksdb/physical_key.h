#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "storage/store.h"

// The keys of RocksDB's rows: space (4 bytes, big endian), GroupHash (8, big endian), the partition
// (escaped and terminated), the sort bytes. The row's kind is its column family.
namespace stator::storage {

// Space and hash: what all rows of a group, and practically no others, begin with.
inline constexpr size_t kGroupPrefixBytes = 12;

void AppendSpacePrefix(std::string& out, Space space);
// The space that the key of a row or a counter begins with; nullopt when it is too short.
std::optional<Space> ParseSpacePrefix(std::string_view key);

// Where the groups of that hash begin.
void AppendHashPrefix(std::string& out, Space space, uint64_t hash);

// What exactly the rows of a group begin with. `hash` is the partition's.
void AppendGroupPrefix(std::string& out, Space space, uint64_t hash, std::string_view partition);

// A row's whole key. `hash` is that of its partition.
void AppendRowKey(std::string& out, const Key& key, uint64_t hash);

// The key that is a space and nothing else: among the counters, the mark that it is dropped.
std::string SpaceKeyOf(Space space);
bool IsSpaceKey(std::string_view key);

// The key of a counter: space and number, 4 bytes each, big endian.
std::string CounterKey(CounterId counter);
std::optional<CounterId> ParseCounterKey(std::string_view key);
// A counter's value: 8 bytes, big endian, two's complement.
std::string CounterValue(int64_t value);
std::optional<int64_t> ParseCounterValue(std::string_view value);

// The rows of logs: a record's key is space and number of the log, 4 bytes each, and the position,
// 8, all big endian. The key without a position is that of the row with the log's begin, and the
// space alone that of the row with a lower limit of the space's next position.
std::string LogRowKeyOf(LogId log, LogPosition position);
std::string LogKeyOf(LogId log);
// A position as a value: 8 bytes, big endian.
std::string LogPositionValue(LogPosition position);
std::optional<LogPosition> ParseLogPosition(std::string_view value);

// What the key of a log's row says.
struct LogRowKey {
  LogId log;
  bool is_log = false;                       // false: of the whole space
  std::optional<LogPosition> position = {};  // of a record
};
// Nullopt when `key` is no key of a log's row.
std::optional<LogRowKey> ParseLogRowKey(std::string_view key);

// Takes row keys apart. Views it returns are valid until its next call and as long as the key is.
class RowKeyParser {
 public:
  // The parts of a row's key.
  struct Parts {
    uint64_t hash;
    std::string_view partition;
    std::string_view sort;
  };

  // Nullopt when `key` is no row's key.
  std::optional<Parts> Parse(std::string_view key);

 private:
  std::string partition_;  // the last one that had to be unescaped
};

}  // namespace stator::storage
