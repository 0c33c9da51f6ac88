#include "storage/rocksdb/physical_key.h"

#include <algorithm>

#include "storage/key_encoding.h"

namespace stator::storage {
namespace {

template <typename T>
void AppendBigEndian(std::string& out, T value) {
  char bytes[sizeof(T)];
  for (size_t i = 0; i < sizeof(T); ++i) {
    bytes[i] = static_cast<char>(value >> (8 * (sizeof(T) - 1 - i)));
  }
  out.append(bytes, sizeof(T));
}

template <typename T>
T ReadBigEndian(std::string_view bytes) {
  T value = 0;
  for (size_t i = 0; i < sizeof(T); ++i) {
    value = static_cast<T>(value << 8) | static_cast<uint8_t>(bytes[i]);
  }
  return value;
}

}  // namespace

void AppendSpacePrefix(std::string& out, Space space) { AppendBigEndian(out, space); }

std::optional<Space> ParseSpacePrefix(std::string_view key) {
  if (key.size() < sizeof(Space)) {
    return std::nullopt;
  }
  return ReadBigEndian<Space>(key);
}

void AppendHashPrefix(std::string& out, Space space, uint64_t hash) {
  AppendBigEndian(out, space);
  AppendBigEndian(out, hash);
}

void AppendGroupPrefix(std::string& out, Space space, uint64_t hash, std::string_view partition) {
  AppendHashPrefix(out, space, hash);
  AppendTerminated(out, partition);
}

void AppendRowKey(std::string& out, const Key& key, uint64_t hash) {
  AppendGroupPrefix(out, key.space, hash, key.partition);
  out.append(key.sort);
}

std::string SpaceKeyOf(Space space) {
  std::string key;
  AppendSpacePrefix(key, space);
  return key;
}

bool IsSpaceKey(std::string_view key) { return key.size() == sizeof(Space); }

std::string CounterKey(CounterId counter) {
  std::string key;
  AppendBigEndian(key, counter.space);
  AppendBigEndian(key, counter.which);
  return key;
}

std::optional<CounterId> ParseCounterKey(std::string_view key) {
  if (key.size() != 2 * sizeof(uint32_t)) {
    return std::nullopt;
  }
  return CounterId{ReadBigEndian<uint32_t>(key), ReadBigEndian<uint32_t>(key.substr(4))};
}

std::string CounterValue(int64_t value) {
  std::string bytes;
  AppendBigEndian(bytes, static_cast<uint64_t>(value));
  return bytes;
}

std::optional<int64_t> ParseCounterValue(std::string_view value) {
  if (value.size() != sizeof(int64_t)) {
    return std::nullopt;
  }
  return static_cast<int64_t>(ReadBigEndian<uint64_t>(value));
}

std::string LogKeyOf(LogId log) {
  std::string key;
  AppendBigEndian(key, log.space);
  AppendBigEndian(key, log.which);
  return key;
}

std::string LogRowKeyOf(LogId log, LogPosition position) {
  std::string key = LogKeyOf(log);
  AppendBigEndian(key, position);
  return key;
}

std::string LogPositionValue(LogPosition position) {
  std::string value;
  AppendBigEndian(value, position);
  return value;
}

std::optional<LogPosition> ParseLogPosition(std::string_view value) {
  if (value.size() != sizeof(LogPosition)) {
    return std::nullopt;
  }
  return ReadBigEndian<LogPosition>(value);
}

std::optional<LogRowKey> ParseLogRowKey(std::string_view key) {
  LogRowKey parsed;
  const std::optional<Space> space = ParseSpacePrefix(key);
  if (!space) {
    return std::nullopt;
  }
  parsed.log.space = *space;
  key.remove_prefix(sizeof(Space));
  if (key.empty()) {
    return parsed;
  }
  parsed.is_log = true;
  if (key.size() != sizeof(uint32_t)) {
    parsed.position = ParseLogPosition(key.substr(std::min(key.size(), sizeof(uint32_t))));
    if (!parsed.position) {
      return std::nullopt;
    }
  }
  parsed.log.which = ReadBigEndian<uint32_t>(key.substr(0, sizeof(uint32_t)));
  return parsed;
}

std::optional<RowKeyParser::Parts> RowKeyParser::Parse(std::string_view key) {
  if (key.size() < kGroupPrefixBytes) {
    return std::nullopt;
  }
  Parts parts{ReadBigEndian<uint64_t>(key.substr(sizeof(Space))), {}, {}};
  std::string_view rest = key.substr(kGroupPrefixBytes);
  partition_.clear();
  while (true) {
    const size_t zero = rest.find('\0');
    if (zero == std::string_view::npos || zero + 1 == rest.size()) {
      return std::nullopt;
    }
    const std::string_view before = rest.substr(0, zero);
    const char mark = rest[zero + 1];
    rest.remove_prefix(zero + 2);
    if (mark == '\0') {
      // Most partitions have no zeros, and need not be copied.
      parts.partition = partition_.empty() ? before : std::string_view(partition_.append(before));
      parts.sort = rest;
      return parts;
    }
    if (mark != '\xFF') {
      return std::nullopt;
    }
    partition_.append(before).push_back('\0');
  }
}

}  // namespace stator::storage
