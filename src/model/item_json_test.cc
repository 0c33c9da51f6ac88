#include "model/item_json.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <simdjson.h>

namespace stator::model {
namespace {

base::Result<ParsedValue> ParseValue(std::string_view json) {
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  EXPECT_EQ(parser.parse(json.data(), json.size()).get(root), simdjson::SUCCESS) << json;
  return ParseAttributeValue(root);
}

std::string Reprint(std::string_view json) {
  base::Result<ParsedValue> parsed = ParseValue(json);
  if (!parsed.ok()) {
    return "error: " + parsed.error().message;
  }
  if (parsed->fault) {
    return "fault: " + *parsed->fault;
  }
  std::string out;
  AppendAttributeValue(parsed->value, out);
  return out;
}

TEST(ItemJson, ReadsAndWritesEveryType) {
  for (const std::string_view json :
       {R"({"S":"a"})", R"({"S":""})", R"({"N":"-1.5"})", R"({"B":"AAH/"})", R"({"B":""})",
        R"({"SS":["","a"]})", R"({"NS":["1","2"]})", R"({"BS":["","AA=="]})", R"({"NULL":true})",
        R"({"BOOL":true})", R"({"BOOL":false})", R"({"L":[]})", R"({"M":{}})",
        R"({"L":[{"S":"a"},{"L":[]}]})", R"({"M":{"a":{"N":"1"},"b":{"M":{}}}})"}) {
    EXPECT_EQ(Reprint(json), json);
  }
}

TEST(ItemJson, WritesTheCanonicalForm) {
  EXPECT_EQ(Reprint(R"({"N":"1E2"})"), R"({"N":"100"})");            // N4
  EXPECT_EQ(Reprint(R"({"SS":["b","a"]})"), R"({"SS":["a","b"]})");  // N12
  EXPECT_EQ(Reprint(R"({"M":{"b":{"NULL":true},"a":{"S":"x"}}})"),   // N13
            R"({"M":{"a":{"S":"x"},"b":{"NULL":true}}})");
}

// W11: the wrong JSON type is a SerializationException, at any depth.
TEST(ItemJson, RefusesWrongJsonTypes) {
  EXPECT_EQ(Reprint(R"({"N":3})"), "error: NUMBER_VALUE cannot be converted to String");
  EXPECT_EQ(Reprint(R"({"L":[{"M":{"a":{"S":7}}}]})"),
            "error: NUMBER_VALUE cannot be converted to String");
  EXPECT_EQ(Reprint(R"({"BOOL":"true"})"), "error: STRING_VALUE cannot be converted to Boolean");
  EXPECT_EQ(Reprint(R"({"S":true})"), "error: TRUE_VALUE cannot be converted to String");
  EXPECT_EQ(Reprint(R"({"S":{}})"), "error: Start of structure or map found where not expected");
  EXPECT_EQ(Reprint(R"({"SS":"a"})"), "error: Unexpected field type");
  EXPECT_EQ(Reprint(R"({"M":[]})"), "error: Start of list found where not expected");
  EXPECT_EQ(Reprint(R"("a")"), "error: Unexpected value type in payload");
  EXPECT_EQ(Reprint(R"({"B":"AA"})"),  // W12
            "error: Base64 encoded length is expected a multiple of 4 bytes but found: 2");
  EXPECT_EQ(Reprint(R"({"S":"a","S":"b"})"), "error: Duplicate name found in a JSON object");
  EXPECT_EQ(Reprint(R"({"M":{"a":{"S":"a"},"b":{"S":"a"},"a":{"S":"a"}}})"),
            "error: Duplicate name found in a JSON object");
}

// W11, N9, N10: legal JSON that is no legal value.
TEST(ItemJson, ReportsFaultsBesideTheValue) {
  const std::string empty =
      "fault: Supplied AttributeValue is empty, must contain exactly one of the supported "
      "datatypes";
  for (const std::string_view json : {"{}", "null", R"({"dog":"cat"})", R"({"S":null})",
                                      R"({"L":[null]})", R"({"M":{"a":{"dog":"cat"}}})"}) {
    EXPECT_EQ(Reprint(json), empty) << json;
  }
  EXPECT_EQ(Reprint(R"({"S":"a","N":"1"})"),
            "fault: Supplied AttributeValue has more than one datatypes set, must contain exactly "
            "one of the supported datatypes");
  const std::string invalid = "fault: One or more parameter values were invalid: ";
  EXPECT_EQ(Reprint(R"({"SS":[]})"), invalid + "An string set  may not be empty");
  EXPECT_EQ(Reprint(R"({"NS":[]})"), invalid + "An number set  may not be empty");
  EXPECT_EQ(Reprint(R"({"BS":[]})"), invalid + "Binary sets should not be empty");
  EXPECT_EQ(Reprint(R"({"SS":["a","b","a"]})"),
            invalid + "Input collection [a, b, a] contains duplicates.");
  EXPECT_EQ(Reprint(R"({"NS":["1","1.0"]})"),  // N7
            invalid + "Input collection contains duplicates");
  EXPECT_EQ(Reprint(R"({"NULL":false})"),
            invalid + "Null attribute value types must have the value of true");
}

TEST(ItemJson, LimitsNesting) {
  const auto nested = [](int levels) {
    std::string json = R"({"S":"a"})";
    for (int i = 0; i < levels; ++i) {
      json = i % 2 == 0 ? R"({"L":[)" + json + "]}" : R"({"M":{"a":)" + json + "}}";
    }
    return json;
  };
  EXPECT_EQ(Reprint(nested(31)), nested(31));
  EXPECT_EQ(Reprint(nested(32)), std::string("fault: ") + kNestedTooDeep);
  EXPECT_EQ(NestingDepth(ParseValue(nested(31))->value), 31);
}

TEST(ItemJson, NamesTheFaultyAttributeOfAnItem) {
  simdjson::dom::parser parser;
  const std::string json = R"({"b":{"NS":[]},"a":{"M":{"x":{}}},"c":{"S":"s"}})";
  base::Result<ParsedItem> parsed = ParseItem(parser.parse(json).value());
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->faulty_name, "a");
  EXPECT_EQ(parsed->item.size(), 3U);
}

}  // namespace
}  // namespace stator::model
