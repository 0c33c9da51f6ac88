#include "storage/rocksdb/physical_key.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <tuple>

#include <gtest/gtest.h>

#include "base/random.h"

namespace stator::storage {
namespace {

std::string RowKeyOf(const Key& key) {
  std::string row_key;
  AppendRowKey(row_key, key, GroupHash(key.partition));
  return row_key;
}

// Few different bytes, so that escapes and near misses are frequent.
std::string RandomBytes(base::Random& random) {
  std::string bytes;
  for (size_t left = random.Below(5); left > 0; --left) {
    bytes.push_back("\x00\x01\xFF"[random.Below(3)]);
  }
  return bytes;
}

TEST(PhysicalKey, HasTheDocumentedBytes) {
  // The hash is part of the format: it must never change.
  EXPECT_EQ(GroupHash(""), 0x2D06800538D394C2ULL);
  EXPECT_EQ(GroupHash("abc"), 0x78AF5F94892F3950ULL);
  EXPECT_EQ(RowKeyOf({0x01020304, RowKind::kItem, "abc", "s"}),
            std::string("\x01\x02\x03\x04\x78\xAF\x5F\x94\x89\x2F\x39\x50"
                        "abc\0\0s",
                        18));
}

TEST(PhysicalKey, ComparesLikeItsParts) {
  base::Random random(1);
  for (int i = 0; i < 20000; ++i) {
    const Key left{static_cast<Space>(random.Below(2)), RowKind::kItem, RandomBytes(random),
                   RandomBytes(random)};
    const Key right{static_cast<Space>(random.Below(2)), RowKind::kItem, RandomBytes(random),
                    RandomBytes(random)};
    const auto parts = [](const Key& key) {
      return std::tuple(key.space, GroupHash(key.partition), key.partition, key.sort);
    };
    EXPECT_EQ(RowKeyOf(left) < RowKeyOf(right), parts(left) < parts(right));
    EXPECT_EQ(RowKeyOf(left) == RowKeyOf(right), left == right);
  }
}

TEST(PhysicalKey, ParsesBack) {
  base::Random random(2);
  RowKeyParser parser;
  for (int i = 0; i < 5000; ++i) {
    const Key key{static_cast<Space>(random.Next()), RowKind::kItem, RandomBytes(random),
                  RandomBytes(random)};
    const std::string row_key = RowKeyOf(key);
    const auto parts = parser.Parse(row_key);
    ASSERT_TRUE(parts.has_value());
    EXPECT_EQ(parts->hash, GroupHash(key.partition));
    EXPECT_EQ(parts->partition, key.partition);
    EXPECT_EQ(parts->sort, key.sort);
  }
}

TEST(PhysicalKey, ParsesNoKeyThatIsCutOrDamaged) {
  RowKeyParser parser;
  const std::string row_key = RowKeyOf({1, RowKind::kItem, "p", ""});
  for (size_t size = 0; size < row_key.size(); ++size) {
    EXPECT_FALSE(parser.Parse(row_key.substr(0, size)).has_value());
  }
  std::string damaged = row_key;
  damaged[damaged.size() - 1] = '\x01';  // neither an escape nor the end
  EXPECT_FALSE(parser.Parse(damaged).has_value());
}

TEST(PhysicalKey, CountersKeepTheirValues) {
  for (const int64_t value : {INT64_MIN, INT64_C(-1), INT64_C(0), INT64_C(1), INT64_MAX}) {
    EXPECT_EQ(ParseCounterValue(CounterValue(value)), value);
  }
  EXPECT_EQ(ParseCounterKey(CounterKey({7, UINT32_MAX})), (CounterId{7, UINT32_MAX}));
  EXPECT_FALSE(ParseCounterKey("short").has_value());
  EXPECT_FALSE(ParseCounterValue("short").has_value());
}

TEST(PhysicalKey, LogsKeepTheirKeysInOrder) {
  const LogId log{7, 8};
  std::string space;
  AppendSpacePrefix(space, 7);
  const std::string keys[] = {space,
                              LogKeyOf(log),
                              LogRowKeyOf(log, 0),
                              LogRowKeyOf(log, 255),
                              LogRowKeyOf(log, 256),
                              LogRowKeyOf(log, UINT64_MAX),
                              LogKeyOf({7, 9})};
  EXPECT_TRUE(std::is_sorted(std::begin(keys), std::end(keys)));
  EXPECT_FALSE(ParseLogRowKey(keys[0])->is_log);
  EXPECT_EQ(ParseLogRowKey(keys[0])->log.space, 7U);
  EXPECT_EQ(ParseLogRowKey(keys[1])->log, log);
  EXPECT_EQ(ParseLogRowKey(keys[1])->position, std::nullopt);
  EXPECT_EQ(ParseLogRowKey(keys[4])->log, log);
  EXPECT_EQ(ParseLogRowKey(keys[4])->position, 256U);
  EXPECT_EQ(ParseLogPosition(LogPositionValue(UINT64_MAX - 1)), UINT64_MAX - 1);
  for (const size_t size : {0U, 3U, 5U, 7U, 9U, 15U, 17U}) {
    EXPECT_FALSE(ParseLogRowKey(std::string(size, 'x')).has_value()) << size;
  }
}

}  // namespace
}  // namespace stator::storage
