#include "storage/record.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"
#include "model/item_size.h"

namespace stator::storage {
namespace {

using model::AttributeValue;
using model::Item;
using model::List;
using model::Number;

Number N(std::string_view text) { return *Number::Parse(text); }

std::string Bytes(std::initializer_list<int> bytes) { return {bytes.begin(), bytes.end()}; }

Item EveryType() {
  return {
      {"binary", AttributeValue(model::Binary{std::string("\0\xFF", 2)})},
      {"binaries", AttributeValue(model::BinarySet{{std::string(), std::string("\0", 1), "b"}})},
      {"false", AttributeValue(false)},
      {"list", AttributeValue(List{AttributeValue("x"), AttributeValue(List{}),
                                   AttributeValue(Item{}), AttributeValue(N("-1.5"))})},
      {"map", AttributeValue(Item{{"", AttributeValue(model::Null{})},
                                  {"inner", AttributeValue(Item{{"n", AttributeValue(N("7"))}})}})},
      {"null", AttributeValue(model::Null{})},
      {"number", AttributeValue(N("123456789012345678901234567890"))},
      {"numbers", AttributeValue(model::NumberSet{{N("-2"), N("0"), N("1e100")}})},
      {"string", AttributeValue(std::string(300, 's'))},
      {"strings", AttributeValue(model::StringSet{{"", "a", "b"}})},
      {"true", AttributeValue(true)},
  };
}

AttributeValue RandomValue(base::Random& random, int depth) {
  const auto bytes = [&] { return std::string(random.Below(4), static_cast<char>(random.Next())); };
  const auto number = [&] {
    return *Number::Parse((random.OneIn(2) ? "-" : "") + std::to_string(random.Next()) + "e" +
                          std::to_string(static_cast<int>(random.Below(200)) - 100));
  };
  switch (random.Below(depth > 0 ? 10 : 8)) {
    case 0:
      return AttributeValue(bytes());
    case 1:
      return AttributeValue(number());
    case 2:
      return AttributeValue(model::Binary{bytes()});
    case 3:
      return AttributeValue(model::StringSet{{"a", "b" + bytes()}});
    case 4:
      return AttributeValue(model::NumberSet{{number()}});
    case 5:
      return AttributeValue(model::BinarySet{{"", "x" + bytes()}});
    case 6:
      return AttributeValue(model::Null{});
    case 7:
      return AttributeValue(random.OneIn(2));
    case 8: {
      List list;
      for (size_t left = random.Below(4); left > 0; --left) {
        list.push_back(RandomValue(random, depth - 1));
      }
      return AttributeValue(std::move(list));
    }
    default: {
      Item map;
      for (size_t left = random.Below(4); left > 0; --left) {
        map.Set(bytes(), RandomValue(random, depth - 1));
      }
      return AttributeValue(std::move(map));
    }
  }
}

TEST(Record, HasTheDocumentedBytes) {
  EXPECT_EQ(EncodeRecord(Item()), Bytes({1, 0, 0}));
  EXPECT_EQ(EncodeRecord({{"k", AttributeValue("v")}}), Bytes({1, 2, 1, 1, 'k', 1, 1, 'v'}));
  EXPECT_EQ(EncodeRecord({{"k", AttributeValue(N("0"))}}), Bytes({1, 2, 1, 1, 'k', 2, 0}));
  EXPECT_EQ(EncodeRecord({{"k", AttributeValue(N("258"))}}),
            Bytes({1, 4, 1, 1, 'k', 2, 0x02, 0x02, 0x01}));
  // -1.5 is 15 * 10^-1; the exponent -1 is 1 in zigzag.
  EXPECT_EQ(EncodeRecord({{"k", AttributeValue(N("-1.5"))}}).substr(5), Bytes({2, 0xC1, 0x01, 15}));
  EXPECT_EQ(EncodeRecord({{"k", AttributeValue(N("100"))}}).substr(5), Bytes({2, 0x41, 0x04, 1}));
  EXPECT_EQ(EncodeRecord({{"k", AttributeValue(true)}}).substr(5), Bytes({11}));
  EXPECT_EQ(EncodeRecord({{"k", AttributeValue(List{AttributeValue(false)})}}).substr(5),
            Bytes({8, 1, 10}));
}

TEST(Record, DecodesWhatItEncoded) {
  const Item item = EveryType();
  const std::string record = EncodeRecord(item);
  const auto decoded = DecodeRecord(record);
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(*decoded, item);
  EXPECT_EQ(*RecordSizeBytes(record), model::ItemSizeBytes(item));
}

TEST(Record, DecodesRandomItems) {
  base::Random random(1);
  for (int i = 0; i < 1000; ++i) {
    Item item;
    for (size_t left = random.Below(6); left > 0; --left) {
      item.Set(std::to_string(random.Below(100)), RandomValue(random, 4));
    }
    const std::string record = EncodeRecord(item);
    const auto decoded = DecodeRecord(record);
    ASSERT_TRUE(decoded.ok());
    EXPECT_EQ(*decoded, item);
    EXPECT_EQ(EncodeRecord(*decoded), record);
    EXPECT_EQ(*RecordSizeBytes(record), model::ItemSizeBytes(item));
  }
}

TEST(Record, KeepsNumbersAtTheirLimits) {
  for (const std::string text :
       {"9.9999999999999999999999999999999999999e125",
        "-9.9999999999999999999999999999999999999e125", "1e-130", "-1e-130", "1e125",
        "99999999999999999999999999999999999999", "1.0000000000000000000000000000000000001e-93",
        "18446744073709551616"}) {
    const Item item{{"n", AttributeValue(N(text))}};
    const auto decoded = DecodeRecord(EncodeRecord(item));
    ASSERT_TRUE(decoded.ok()) << text;
    EXPECT_EQ(*decoded, item);
  }
}

TEST(Record, FindsEachAttribute) {
  const Item item = EveryType();
  const std::string record = EncodeRecord(item);
  for (const model::Attribute& attribute : item) {
    const auto found = FindInRecord(record, attribute.name);
    ASSERT_TRUE(found.ok());
    EXPECT_EQ(*found, attribute.value);
  }
  for (const std::string name : {"", "a", "listen", "zzz"}) {
    EXPECT_EQ(*FindInRecord(record, name), std::nullopt);
  }
}

// Writes down what it is told.
struct Recorder {
  std::string text;
  void BeginItem(size_t count) { text += "(" + std::to_string(count) + " "; }
  void EndItem() { text += ")"; }
  void Name(std::string_view name) { text += std::string(name) + ":"; }
  void String(std::string_view string) { text += "'" + std::string(string) + "' "; }
  void NumberValue(const Number& number) { text += number.ToString() + " "; }
  void Binary(std::string_view bytes) { text += "b'" + std::string(bytes) + "' "; }
  void Null() { text += "null "; }
  void Boolean(bool boolean) { text += boolean ? "true " : "false "; }
  void BeginMap(size_t count) { text += "{" + std::to_string(count) + " "; }
  void EndMap() { text += "} "; }
  void BeginList(size_t count) { text += "[" + std::to_string(count) + " "; }
  void EndList() { text += "] "; }
  void BeginSet(model::ValueType type, size_t count) {
    text += std::string(model::ValueTypeName(type)) + "<" + std::to_string(count) + " ";
  }
  void EndSet() { text += "> "; }
};

TEST(Record, ReportsPartsInOrder) {
  const Item item{
      {"a", AttributeValue(List{AttributeValue(Item{}), AttributeValue(N("1"))})},
      {"b", AttributeValue(Item{{"c", AttributeValue(model::StringSet{{"x", "y"}})}})},
      {"d", AttributeValue(model::Binary{"z"})},
      {"e", AttributeValue(true)},
      {"f", AttributeValue(model::Null{})},
  };
  Recorder recorder;
  EXPECT_TRUE(VisitRecord(EncodeRecord(item), recorder).ok());
  EXPECT_EQ(recorder.text, "(5 a:[2 {0 } 1 ] b:{1 c:SS<2 'x' 'y' > } d:b'z' e:true f:null )");
}

std::string Nested(int depth) {
  AttributeValue value("x");
  for (int i = 0; i < depth; ++i) {
    value = i % 2 == 0 ? AttributeValue(List{value}) : AttributeValue(Item{{"m", value}});
  }
  return EncodeRecord({{"k", value}});
}

TEST(Record, BoundsTheNesting) {
  EXPECT_TRUE(DecodeRecord(Nested(model::limits::kNestingDepth)).ok());
  EXPECT_TRUE(DecodeRecord(Nested(model::limits::kNestingDepth + 2)).ok());
  EXPECT_EQ(DecodeRecord(Nested(model::limits::kNestingDepth + 3)).error().code,
            base::ErrorCode::kCorruption);
}

TEST(Record, RefusesARecordThatIsCutOrHasMore) {
  const std::string record = EncodeRecord(EveryType());
  for (size_t size = 0; size < record.size(); ++size) {
    EXPECT_FALSE(DecodeRecord(std::string_view(record).substr(0, size)).ok()) << size;
  }
  EXPECT_FALSE(DecodeRecord(record + '\0').ok());
}

// Whatever bytes are accepted are those of the item they decode to; nothing else may happen.
TEST(Record, AcceptsOnlyCanonicalBytes) {
  base::Random random(2);
  const std::string record = EncodeRecord(EveryType());
  for (int i = 0; i < 5000; ++i) {
    std::string damaged = record;
    for (uint64_t left = 1 + random.Below(3); left > 0; --left) {
      damaged[random.Below(damaged.size())] = static_cast<char>(random.Next());
    }
    const auto decoded = DecodeRecord(damaged);
    if (decoded.ok()) {
      // The billed size is not derived again.
      EXPECT_EQ(EncodeRecord(*decoded).size(), damaged.size());
    }
    (void)FindInRecord(damaged, "strings");
  }
}

TEST(Record, RefusesOtherFormsOfTheSameItem) {
  const std::vector<std::string> damaged = {
      Bytes({2, 0, 0}),                                // another version
      Bytes({1, 0x80, 0, 0}),                          // a number of too many bytes
      Bytes({1, 2, 2, 1, 'b', 9, 1, 'a', 9}),          // names out of order
      Bytes({1, 2, 2, 1, 'a', 9, 1, 'a', 9}),          // a name twice
      Bytes({1, 2, 1, 1, 'k', 12}),                    // an unknown type
      Bytes({1, 2, 1, 1, 'k', 2, 0x41, 0x00, 5}),      // an exponent of zero
      Bytes({1, 2, 1, 1, 'k', 2, 0x01, 10}),           // a coefficient that ends in zero
      Bytes({1, 2, 1, 1, 'k', 2, 0x02, 5, 0}),         // a coefficient of too many bytes
      Bytes({1, 2, 1, 1, 'k', 2, 0x80}),               // minus zero
      Bytes({1, 2, 1, 1, 'k', 2, 0x20}),               // an unknown flag
      Bytes({1, 2, 1, 1, 'k', 2, 0x61, 0x02, 5}),      // an unknown flag
      Bytes({1, 2, 1, 1, 'k', 2, 0x41, 0xFC, 1, 5}),   // 5e126
      Bytes({1, 2, 1, 1, 'k', 4, 2, 1, 'b', 1, 'a'}),  // members out of order
      Bytes({1, 2, 1, 1, 'k', 4, 2, 1, 'a', 1, 'a'}),  // a member twice
      Bytes({1, 2, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F}),     // a count beyond the bytes
  };
  for (const std::string& record : damaged) {
    const auto decoded = DecodeRecord(record);
    EXPECT_FALSE(decoded.ok()) << testing::PrintToString(record);
  }
}

}  // namespace
}  // namespace stator::storage
