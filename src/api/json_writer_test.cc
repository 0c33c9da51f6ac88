#include "api/json_writer.h"

#include <string>

#include <gtest/gtest.h>

#include "model/item_json.h"
#include "storage/record.h"

namespace stator::api {
namespace {

std::string Double(double number) {
  std::string out;
  AppendDouble(number, out);
  return out;
}

TEST(JsonWriter, PrintsDoublesAsTheServiceDoes) {
  EXPECT_EQ(Double(0), "0.0");
  EXPECT_EQ(Double(0.5), "0.5");
  EXPECT_EQ(Double(1), "1.0");
  EXPECT_EQ(Double(12.5), "12.5");
  EXPECT_EQ(Double(0.25), "0.25");
  EXPECT_EQ(Double(20'000'000), "2e+07");
}

TEST(JsonWriter, WritesObjectsAndArrays) {
  std::string out;
  ObjectWriter object(out);
  object.String("a", "x\"y");
  object.Integer("b", -1);
  object.Boolean("c", true);
  ArrayWriter empty(object.Member("d"));
  empty.End();
  ArrayWriter array(object.EscapedMember("\""));
  array.String("1");
  ObjectWriter nothing(array.Next());
  nothing.End();
  array.End();
  object.End();
  EXPECT_EQ(out, R"({"a":"x\"y","b":-1,"c":true,"d":[],"\"":["1",{}]})");
}

// A record prints as the item that it holds.
TEST(JsonWriter, PrintsRecordsAsItems) {
  using model::AttributeValue;
  const model::Item nested = {
      {"empty", AttributeValue(model::Item{})},
      {"list", AttributeValue(model::List{AttributeValue(model::List{}), AttributeValue("s"),
                                          AttributeValue(true), AttributeValue(false)})},
      {"null", AttributeValue(model::Null{})},
  };
  const model::Item items[] = {
      {},
      {{"pk", AttributeValue("k,")}},
      {{"b", AttributeValue(model::Binary{"\x01\xFF"})},
       {"bs", AttributeValue(model::BinarySet{{"", "\x01"}})},
       {"m", AttributeValue(nested)},
       {"n", AttributeValue(*model::Number::Parse("-1.50"))},
       {"ns",
        AttributeValue(model::NumberSet{{*model::Number::Parse("1"), *model::Number::Parse("2")}})},
       {"q\"", AttributeValue("\n")},
       {"ss", AttributeValue(model::StringSet{{"a", "b"}})}},
  };
  for (const model::Item& item : items) {
    std::string expected;
    model::AppendItem(item, expected);
    std::string printed;
    ASSERT_TRUE(AppendRecord(storage::EncodeRecord(item), printed).ok());
    EXPECT_EQ(printed, expected);
  }
}

TEST(JsonWriter, RefusesDamagedRecords) {
  std::string out;
  EXPECT_FALSE(AppendRecord("\x01\x05\x01", out).ok());
  EXPECT_FALSE(AppendRecord("", out).ok());
}

}  // namespace
}  // namespace stator::api
