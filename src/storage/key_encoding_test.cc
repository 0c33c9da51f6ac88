#include "storage/key_encoding.h"

#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"

namespace stator::storage {
namespace {

using model::AttributeValue;
using model::Binary;
using model::Number;

AttributeValue N(std::string_view text) { return AttributeValue(*Number::Parse(text)); }

std::string SortKey(const AttributeValue& value, bool last) {
  std::string key;
  AppendSortKey(key, value, last);
  return key;
}

// Few different bytes, so that escapes and near misses are frequent.
std::string RandomBytes(base::Random& random) {
  std::string bytes;
  for (size_t left = random.Below(5); left > 0; --left) {
    bytes.push_back("\x00\x01\xFE\xFF"[random.Below(4)]);
  }
  return bytes;
}

TEST(SortKey, HasTheDocumentedBytes) {
  EXPECT_EQ(SortKey(AttributeValue("ab"), true), "ab");
  EXPECT_EQ(SortKey(AttributeValue("ab"), false), std::string("ab\0\0", 4));
  EXPECT_EQ(SortKey(AttributeValue(Binary{std::string("a\0b", 3)}), true), std::string("a\0b", 3));
  EXPECT_EQ(SortKey(AttributeValue(Binary{std::string("a\0b", 3)}), false), std::string("a\0\xFF"
                                                                                        "b\0\0",
                                                                                        6));
}

TEST(SortKey, ComparesLikeNumbers) {
  const std::vector<std::string> ascending = {
      "-9.9e125", "-1e100", "-10", "-9.5", "-1",   "-0.5", "-1e-130", "0",
      "1e-130",   "0.25",   "1",   "2",    "9.99", "10",   "1e20",    "9.9e125"};
  for (const bool last : {false, true}) {
    for (size_t i = 0; i + 1 < ascending.size(); ++i) {
      const std::string next = SortKey(N(ascending[i + 1]), last);
      EXPECT_LT(SortKey(N(ascending[i]), last), next) << i;
      std::string after;
      AppendSortKeyAfter(after, N(ascending[i]), last);
      EXPECT_LE(after, next) << i;
    }
  }
}

TEST(SortKey, ComparesComponentByComponent) {
  base::Random random(1);
  for (int i = 0; i < 20000; ++i) {
    const auto make = [&](std::string& key) {
      const std::string first = RandomBytes(random);
      const auto second = static_cast<int64_t>(random.Below(3));
      const std::string third = RandomBytes(random);
      AppendSortKey(key, AttributeValue(first), false);
      AppendSortKey(key, AttributeValue(Number::FromInteger(second)), false);
      AppendSortKey(key, AttributeValue(Binary{third}), true);
      return std::tuple(first, second, third);
    };
    std::string left_key;
    std::string right_key;
    const auto left = make(left_key);
    const auto right = make(right_key);
    EXPECT_EQ(left < right, left_key < right_key);
    EXPECT_EQ(left == right, left_key == right_key);
  }
}

// The table in key_encoding.h, tried on all pairs: the queried component is the last one of the key
// or is followed by another.
TEST(SortKey, ConditionsAreRanges) {
  std::set<std::string> values;
  base::Random random(2);
  for (int i = 0; i < 300; ++i) {
    values.insert(RandomBytes(random));
  }
  const std::string prefix = SortKey(AttributeValue("before"), false);
  for (const bool last : {false, true}) {
    for (const std::string& value : values) {
      const AttributeValue operand(value);
      std::string exact = prefix;
      AppendSortKey(exact, operand, last);
      std::string after = prefix;
      AppendSortKeyAfter(after, operand, last);
      std::string begins = prefix;
      AppendSortKeyPrefix(begins, operand, last);
      const std::optional<std::string> begins_end = PrefixSuccessor(begins);
      for (const std::string& other : values) {
        std::string key = prefix;
        AppendSortKey(key, AttributeValue(other), last);
        key += last ? "" : SortKey(AttributeValue("behind"), true);
        EXPECT_EQ(key < exact, other < value);
        EXPECT_EQ(key < after, other <= value);
        EXPECT_EQ(key >= begins && key < begins_end, other.starts_with(value));
      }
    }
  }
}

TEST(SortKey, NumbersHaveRangesToo) {
  for (const bool last : {false, true}) {
    for (const std::string text : {"-1", "0", "1", "9.9999999999999999999999999999999999999e125"}) {
      std::string after;
      AppendSortKeyAfter(after, N(text), last);
      const std::string key = SortKey(N(text), last) + (last ? "" : "\xFF\xFF");
      EXPECT_LT(key, after);
    }
    std::string after;
    AppendSortKeyAfter(after, N("1"), last);
    EXPECT_LE(after, SortKey(N("1.0000000000000000000000000000000000001"), last));
    EXPECT_LE(after, SortKey(N("2"), last));
  }
}

TEST(PartitionKey, DelimitsItself) {
  base::Random random(3);
  std::set<std::string> keys;
  std::set<std::tuple<std::string, std::string>> values;
  for (int i = 0; i < 20000; ++i) {
    const std::string first = RandomBytes(random);
    const std::string second = RandomBytes(random);
    std::string key;
    AppendPartitionKey(key, AttributeValue(first));
    AppendPartitionKey(key, AttributeValue(Binary{second}));
    keys.insert(key);
    values.emplace(first, second);
  }
  EXPECT_EQ(keys.size(), values.size());
}

TEST(PartitionKey, HasTheDocumentedBytes) {
  std::string key;
  AppendPartitionKey(key, AttributeValue("ab"));
  AppendPartitionKey(key, AttributeValue(Binary{std::string(200, 'x')}));
  EXPECT_EQ(key, std::string("\x01\x02"
                             "ab\x03\xC8\x01") +
                     std::string(200, 'x'));
  std::string number;
  AppendPartitionKey(number, N("42"));
  std::string expected = "\x02";
  Number::FromInteger(42).AppendKeyTo(expected);
  EXPECT_EQ(number, expected);
}

TEST(PrefixSuccessor, IsTheLeastBytesAbove) {
  EXPECT_EQ(PrefixSuccessor("a"), "b");
  EXPECT_EQ(PrefixSuccessor("a\xFF\xFF"), "b");
  EXPECT_EQ(PrefixSuccessor("\x7F"), "\x80");
  EXPECT_EQ(PrefixSuccessor(""), std::nullopt);
  EXPECT_EQ(PrefixSuccessor("\xFF\xFF"), std::nullopt);
}

}  // namespace
}  // namespace stator::storage
