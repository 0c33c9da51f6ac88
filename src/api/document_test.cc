#include "api/document.h"

#include <limits>
#include <random>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "api/constraints.h"
#include "api/operation.h"
#include "api/shapes_item.h"

namespace stator::api {
namespace {

enum Inner : size_t { kText, kCount };
constexpr Shape kTextShape = StringShape(1, 5);
constexpr Shape kCountShape = IntegerShape(1, 10);
constexpr Field kInnerFields[] = {{kText, "Text", &kTextShape}, {kCount, "Count", &kCountShape}};
constexpr Shape kInner = StructureShape("Inner", kInnerFields);

enum Outer : size_t { kList, kMap, kLong, kFlag, kItem, kValue, kChild };
constexpr Shape kInnerList = ListShape(kInner);
constexpr Shape kTextMap = MapShape(shapes::kString, shapes::kString);
constexpr Shape kLongShape = LongShape();
constexpr Field kOuterFields[] = {
    {kList, "List", &kInnerList},
    {kMap, "Map", &kTextMap},
    {kLong, "Long", &kLongShape},
    {kFlag, "Flag", &shapes::kBoolean},
    {kItem, "Item", &shapes::kAttributeMap},
    {kValue, "Value", &shapes::kAttributeValue},
    {kChild, "Child", &kInner},
};
constexpr Shape kOuter = StructureShape("Outer", kOuterFields);

std::string ErrorOf(const std::string& json) {
  Document document;
  const base::Result<Node*> node = document.Parse(json, kOuter);
  if (node.ok()) {
    return "";
  }
  EXPECT_EQ(node.error().code, base::ErrorCode::kSerialization);
  return node.error().message;
}

TEST(Document, ReadsEveryShape) {
  Document document;
  const base::Result<Node*> parsed = document.Parse(
      R"({"List":[{"Text":"a"},{"Count":3}],"Map":{"x":"y"},"Long":-9000000000,"Flag":true,
          "Item":{"pk":{"S":"k"}},"Value":{"N":"7"},"Child":{"Text":"t","Unknown":[1,{}]}})",
      kOuter);
  ASSERT_TRUE(parsed.ok());
  const Node& node = **parsed;
  ASSERT_EQ(node.List(kList).size(), 2U);
  EXPECT_EQ(node.List(kList)[0]->Text(kText), "a");
  EXPECT_EQ(node.List(kList)[1]->Integer(kCount), 3);
  ASSERT_EQ(node.Map(kMap).size(), 1U);
  EXPECT_EQ(node.Map(kMap)[0].key, "x");
  EXPECT_EQ(node.Map(kMap)[0].value->text(), "y");
  EXPECT_EQ(node.Integer(kLong), -9000000000);
  EXPECT_EQ(node.Boolean(kFlag), true);
  EXPECT_EQ(node.TakeItem(kItem)->size(), 1U);
  EXPECT_TRUE(node.TakeValue(kValue)->is_number());
  EXPECT_EQ(node.Member(kChild)->Text(kText), "t");
}

TEST(Document, TreatsNullAsAbsent) {
  Document document;
  const base::Result<Node*> parsed = document.Parse(R"({"Long":null,"Child":null})", kOuter);
  ASSERT_TRUE(parsed.ok());
  EXPECT_FALSE((*parsed)->Has(kLong));
  EXPECT_EQ((*parsed)->Integer(kLong), std::nullopt);
  EXPECT_FALSE((*parsed)->Has(kChild));
  EXPECT_EQ((*parsed)->Text(kText), "");
}

TEST(Document, CutsNumbersToWholeOnesThatFit) {
  Document document;
  const base::Result<Node*> parsed =
      document.Parse(R"({"Long":1e300,"Child":{"Count":2.9}})", kOuter);
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ((*parsed)->Integer(kLong), std::numeric_limits<int64_t>::max());
  EXPECT_EQ((*parsed)->Member(kChild)->Integer(kCount), 2);
}

// W11.
TEST(Document, NamesTheWrongJsonType) {
  EXPECT_EQ(ErrorOf(R"({"Child":{"Text":1}})"), "NUMBER_VALUE cannot be converted to String");
  EXPECT_EQ(ErrorOf(R"({"Child":{"Text":true}})"), "TRUE_VALUE cannot be converted to String");
  EXPECT_EQ(ErrorOf(R"({"Child":{"Text":[]}})"),
            "Unrecognized collection type class java.lang.String");
  EXPECT_EQ(ErrorOf(R"({"Child":{"Text":{}}})"),
            "Start of structure or map found where not expected");
  EXPECT_EQ(ErrorOf(R"({"Child":{"Count":"1"}})"), "STRING_VALUE cannot be converted to Integer");
  EXPECT_EQ(ErrorOf(R"({"Flag":"true"})"), "STRING_VALUE cannot be converted to Boolean");
  EXPECT_EQ(ErrorOf(R"({"Child":"x"})"), "Unexpected value type in payload");
  EXPECT_EQ(ErrorOf(R"({"Child":[]})"), "Start of list found where not expected");
  EXPECT_EQ(ErrorOf(R"({"List":"x"})"), "Unexpected field type");
  EXPECT_EQ(ErrorOf(R"({"List":{}})"), "Start of structure or map found where not expected");
}

// W10.
TEST(Document, RefusesWhatIsNoObject) {
  for (const std::string json :
       {"", " ", "null", "[]", "1", "\"a\"", "{", "{}}", "{} x", "{\"a\"}", "{\"a\":}", "{a:1}",
        "{\"Flag\":true,}", "{\"Unknown\":[1,}", "{\"Unknown\":tru}", "\xEF\xBB\xBF{}"}) {
    EXPECT_NE(ErrorOf(json), "") << json;
  }
}

TEST(Document, RefusesNamesThatStandTwice) {
  const std::string message = "Duplicate name found in a JSON object";
  EXPECT_EQ(ErrorOf(R"({"Flag":true,"Flag":true})"), message);
  EXPECT_EQ(ErrorOf(R"({"Map":{"a":"1","b":"2","a":"3"}})"), message);
  EXPECT_EQ(ErrorOf(R"({"Item":{"a":{"S":"1"},"a":{"S":"2"}}})"), message);
}

TEST(Document, RefusesTextThatIsNoUnicode) {
  EXPECT_EQ(ErrorOf(R"({"Map":{"a":"\uD83D\uDE00 \\uD800"}})"), "");
  for (const std::string text : {R"(\uD800)", R"(\uDC00)", R"(\uD800\uD800)", R"(\uDE00\uD83D)",
                                 R"(\uD800A)", "\xC0\xAF", "\xED\xA0\x80", "\xFF", "\xF5"}) {
    EXPECT_NE(ErrorOf(R"({"Map":{"a":")" + text + R"("}})"), "") << text;
    EXPECT_NE(ErrorOf(R"({"Unknown":")" + text + R"("})"), "") << text;
  }
}

TEST(Document, BoundsTheDepth) {
  const auto nested = [](size_t levels, const std::string& open, const std::string& close) {
    std::string json = R"({"Value":)";
    for (size_t i = 0; i < levels; ++i) {
      json += open;
    }
    json += R"({"S":"a"})";
    for (size_t i = 0; i < levels; ++i) {
      json += close;
    }
    return json + "}";
  };
  EXPECT_EQ(ErrorOf(nested(32, R"({"L":[)", "]}")), "");
  EXPECT_EQ(ErrorOf(nested(100, R"({"L":[)", "]}")), "");  // refused later, as a value
  EXPECT_NE(ErrorOf(nested(200'000, R"({"L":[)", "]}")), "");
  EXPECT_NE(ErrorOf(std::string(200'000, '[')), "");
  EXPECT_NE(ErrorOf(std::string(200'000, '{')), "");
}

constexpr std::string_view kPutBody =
    R"({"TableName":"Users","Item":{"pk":{"S":"USER#1"},"n":{"N":"-12.50"},"b":{"B":"AAEC"},)"
    R"("ss":{"SS":["a","b"]},"m":{"M":{"x":{"L":[{"NULL":true},{"BOOL":false}]}}}},)"
    R"("ConditionExpression":"attribute_not_exists(#k) AND n < :v",)"
    R"("ExpressionAttributeNames":{"#k":"pk"},"ExpressionAttributeValues":{":v":{"N":"1"}},)"
    R"("ReturnValues":"ALL_OLD","ReturnConsumedCapacity":"INDEXES","Text":"\u00e9\ud83d\ude00"})";

const Shape& PutShape() { return *FindOperation("DynamoDB_20120810.PutItem")->input; }

// W10: a body that was cut off anywhere.
TEST(Document, RefusesEveryPrefixOfABody) {
  {
    Document document;
    const std::string whole(kPutBody);
    const base::Result<Node*> node = document.Parse(whole, PutShape());
    ASSERT_TRUE(node.ok());
    EXPECT_TRUE(CheckConstraints(**node, ValidationWording::kFirstOnly).ok());
  }
  for (size_t length = 0; length < kPutBody.size(); ++length) {
    Document document;
    const std::string prefix(kPutBody.substr(0, length));
    const base::Result<Node*> node = document.Parse(prefix, PutShape());
    ASSERT_FALSE(node.ok()) << prefix;
    EXPECT_EQ(node.error().code, base::ErrorCode::kSerialization);
  }
}

// Whatever the bytes, there is an answer; run under the sanitizers this finds what reads too far.
TEST(Document, SurvivesMutatedBodies) {
  std::mt19937 random(20120810);
  constexpr std::string_view kSpice = "{}[]\",:\\0123456789.eE-+tfnu \xC3\xFF";
  for (int round = 0; round < 20'000; ++round) {
    std::string body(kPutBody);
    for (size_t i = random() % 4 + 1; i > 0; --i) {
      const size_t at = random() % body.size();
      switch (random() % 4) {
        case 0:
          body[at] = kSpice[random() % kSpice.size()];
          break;
        case 1:
          body.erase(at, random() % 8 + 1);
          break;
        case 2:
          body.insert(at, 1, kSpice[random() % kSpice.size()]);
          break;
        default:
          body.insert(at, body.substr(random() % body.size(), random() % 40));
      }
      if (body.empty()) {
        break;
      }
    }
    Document document;
    const base::Result<Node*> node = document.Parse(body, PutShape());
    if (node.ok()) {
      const base::Result<void> checked = CheckConstraints(**node, ValidationWording::kAggregated);
      EXPECT_TRUE(checked.ok() || checked.error().code == base::ErrorCode::kValidation);
    } else {
      EXPECT_EQ(node.error().code, base::ErrorCode::kSerialization);
    }
  }
}

}  // namespace
}  // namespace stator::api
