#include "expression/condition_parser.h"

#include <gtest/gtest.h>

#include "expression/test_values.h"

namespace stator::expression {
namespace {

// What is wrong with a ConditionExpression, without the prefix; "" when nothing is.
std::string Fault(std::string_view text, Placeholders::Values values = {},
                  Placeholders::Names names = {}) {
  Placeholders placeholders = With(std::move(names), std::move(values));
  const std::string message =
      MessageOf(ParseCondition(ExpressionKind::kCondition, text, placeholders));
  const std::string prefix = "Invalid ConditionExpression: ";
  EXPECT_TRUE(message.empty() || message.starts_with(prefix)) << message;
  return message.empty() ? message : message.substr(prefix.size());
}

std::string Repeat(std::string_view part, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) {
    text += part;
  }
  return text;
}

TEST(ConditionParser, NamesTheExpression) {
  Placeholders placeholders;
  EXPECT_EQ(MessageOf(ParseCondition(ExpressionKind::kFilter, "", placeholders)),
            "Invalid FilterExpression: The expression can not be empty;");
  EXPECT_EQ(MessageOf(ParseCondition(ExpressionKind::kCondition, " \t\n", placeholders)),
            "Invalid ConditionExpression: The expression can not be empty;");
  EXPECT_EQ(MessageOf(ParseConditionNode(ExpressionKind::kKeyCondition, "a", placeholders)),
            "Invalid KeyConditionExpression: Syntax error; token: \"<EOF>\", near: \"a\"");
}

// V9
TEST(ConditionParser, BoundsTheTextBeforeParsing) {
  const std::string message =
      "Expression size has exceeded the maximum allowed size; expression size: ";
  EXPECT_EQ(Fault("a = :v" + std::string(4090, ' '), {{":v", N("1")}}), "");
  EXPECT_EQ(Fault("a = :v" + std::string(4091, ' '), {{":v", N("1")}}), message + "4097");
  EXPECT_EQ(Fault(std::string(5000, '(')), message + "5000");
}

// V12
TEST(ConditionParser, QuotesTokenAndNeighbours) {
  const Placeholders::Values v = {{":v", N("1")}};
  EXPECT_EQ(Fault("a x b"), "Syntax error; token: \"x\", near: \"a x b\"");
  EXPECT_EQ(Fault("a = :v)", v), "Syntax error; token: \")\", near: \":v)\"");
  EXPECT_EQ(Fault("(a = :v", v), "Syntax error; token: \"<EOF>\", near: \":v\"");
  EXPECT_EQ(Fault("a = = :v", v), "Syntax error; token: \"=\", near: \"= = :v\"");
  EXPECT_EQ(Fault("a  =\t, :v", v), "Syntax error; token: \",\", near: \"=\t, :v\"");
  EXPECT_EQ(Fault("_type = :v", v), "Syntax error; token: \"_\", near: \"_type\"");
  EXPECT_EQ(Fault("__typename <> :v", v), "Syntax error; token: \"_\", near: \"__\"");
  EXPECT_EQ(Fault("a != :v", v), "Syntax error; token: \"!\", near: \"a !=\"");
  EXPECT_EQ(Fault("1a = :v", v), "Syntax error; token: \"1\", near: \"1a\"");
  EXPECT_EQ(Fault("GI-1 = :v", v), "Syntax error; token: \"-\", near: \"GI-1\"");
  EXPECT_EQ(Fault(")"), "Syntax error; token: \")\", near: \")\"");
  EXPECT_EQ(Fault("a[-1] = :v", v), "Syntax error; token: \"-\", near: \"[-1\"");
  EXPECT_EQ(Fault("a[b] = :v", v), "Syntax error; token: \"b\", near: \"[b]\"");
  EXPECT_EQ(Fault("a[1.5] = :v", v), "Syntax error; token: \".\", near: \"1.5\"");
  EXPECT_EQ(Fault("a..b = :v", v), "Syntax error; token: \".\", near: \"..b\"");
  EXPECT_EQ(Fault("a = 5"), "Syntax error; token: \"5\", near: \"= 5\"");
  EXPECT_EQ(Fault("a = :v AND", v), "Syntax error; token: \"<EOF>\", near: \"AND\"");
  EXPECT_EQ(Fault("size()"), "Syntax error; token: \")\", near: \"()\"");
}

TEST(ConditionParser, RequiresConditionsAndOperandsInTheirPlaces) {
  const Placeholders::Values v = {{":v", N("1")}};
  EXPECT_EQ(Fault("a"), "Syntax error; token: \"<EOF>\", near: \"a\"");
  EXPECT_EQ(Fault("a AND b = :v", v), "Syntax error; token: \"AND\", near: \"a AND b\"");
  EXPECT_EQ(Fault("a = :v OR b", v), "Syntax error; token: \"<EOF>\", near: \"b\"");
  EXPECT_EQ(Fault("NOT a", v), "Syntax error; token: \"<EOF>\", near: \"a\"");
  EXPECT_EQ(Fault("a = b = :v", v), "Syntax error; token: \"=\", near: \"b = :v\"");
  EXPECT_EQ(Fault("(a = b) = :v", v), "Syntax error; token: \"=\", near: \") = :v\"");
  EXPECT_EQ(Fault("a = (b = :v)", v), "Syntax error; token: \"=\", near: \"b = :v\"");
  EXPECT_EQ(Fault("a BETWEEN :v", v), "Syntax error; token: \"<EOF>\", near: \":v\"");
  EXPECT_EQ(Fault("a BETWEEN :v OR b", v), "Syntax error; token: \"OR\", near: \":v OR b\"");
  EXPECT_EQ(Fault("a IN :v", v), "Syntax error; token: \":v\", near: \"IN :v\"");
  EXPECT_EQ(Fault("a IN ()", v), "Syntax error; token: \")\", near: \"()\"");
  EXPECT_EQ(Fault("a IN (:v", v), "Syntax error; token: \"<EOF>\", near: \":v\"");
}

// V11
TEST(ConditionParser, RefusesRedundantParentheses) {
  const Placeholders::Values v = {{":v", N("1")}};
  const std::string message = "The expression has redundant parentheses;";
  EXPECT_EQ(Fault("((a = :v))", v), message);
  EXPECT_EQ(Fault("((a)) = :v", v), message);
  EXPECT_EQ(Fault("a = ((:v))", v), message);
  EXPECT_EQ(Fault("(a = :v)", v), "");
  EXPECT_EQ(Fault("((a = :v) AND (b = :v))", v), "");
  EXPECT_EQ(Fault("(NOT (a = :v))", v), "");
}

// V10: NOT counts, parentheses and functions do not.
TEST(ConditionParser, CountsOperators) {
  const Placeholders::Values v = {{":v", N("1")}};
  EXPECT_EQ(Fault(Repeat("NOT ", 299) + "a=:v", v), "");
  EXPECT_EQ(Fault(Repeat("NOT ", 300) + "a=:v", v),
            "The expression contains too many operators; operator count: 301");
  EXPECT_EQ(Fault("a=:v" + Repeat(" OR a=:v", 149), v), "");
  EXPECT_EQ(Fault("a=:v" + Repeat(" OR a=:v", 150), v),
            "The expression contains too many operators; operator count: 301");
}

// E22
TEST(ConditionParser, RefusesReservedWords) {
  const Placeholders::Values v = {{":v", N("1")}};
  EXPECT_EQ(Fault("status = :v", v),
            "Attribute name is a reserved keyword; reserved keyword: status");
  EXPECT_EQ(Fault("a.Date = :v", v),
            "Attribute name is a reserved keyword; reserved keyword: Date");
  EXPECT_EQ(Fault("attribute_exists(a[0].name)"),
            "Attribute name is a reserved keyword; reserved keyword: name");
  EXPECT_EQ(Fault("#s = :v", v, {{"#s", "status"}}), "");
}

TEST(ConditionParser, RefusesUndefinedPlaceholders) {
  EXPECT_EQ(Fault("a = :v"),
            "An expression attribute value used in expression is not defined; attribute value: :v");
  EXPECT_EQ(Fault("#n = :v", {{":v", N("1")}}),
            "An expression attribute name used in the document path is not defined; attribute "
            "name: #n");
  EXPECT_EQ(
      Fault("a BETWEEN :lo AND :v", {{":v", N("1")}}),
      "An expression attribute value used in expression is not defined; attribute value: :lo");
}

TEST(ConditionParser, ReportsSyntaxErrorsFirst) {
  EXPECT_EQ(Fault("status = :undefined AND )"), "Syntax error; token: \")\", near: \"AND )\"");
}

// E7
TEST(ConditionParser, RefusesMisusedFunctions) {
  const Placeholders::Values v = {{":v", N("1")}};
  const std::string misuse =
      "The function is not allowed to be used this way in an expression; function: ";
  EXPECT_EQ(Fault("size(a)"), misuse + "size");
  EXPECT_EQ(Fault("NOT size(a)"), misuse + "size");
  EXPECT_EQ(Fault("a = :v AND size(a)", v), misuse + "size");
  EXPECT_EQ(Fault("attribute_exists(a) < :v", v), misuse + "attribute_exists");
  EXPECT_EQ(Fault("a = begins_with(b, :v)", {{":v", S("x")}}), misuse + "begins_with");
  EXPECT_EQ(Fault("size(size(a)) = :v", v), misuse + "size");
  EXPECT_EQ(Fault("contains(a, size(b))"), misuse + "size");
  EXPECT_EQ(Fault("a IN (attribute_exists(b))"), misuse + "attribute_exists");
}

// E8: function names are case-sensitive.
TEST(ConditionParser, RefusesUnknownFunctions) {
  EXPECT_EQ(Fault("foo(a)"), "Invalid function name; function: foo");
  EXPECT_EQ(Fault("Attribute_Exists(a)"), "Invalid function name; function: Attribute_Exists");
  EXPECT_EQ(Fault("foo(a) = bar(b)"), "Invalid function name; function: foo");
  EXPECT_EQ(Fault("if_not_exists(a, b) = c"),
            "The function is not allowed in a condition expression; function: if_not_exists");
}

TEST(ConditionParser, CountsFunctionOperands) {
  const std::string wrong =
      "Incorrect number of operands for operator or function; operator or function: ";
  EXPECT_EQ(Fault("attribute_exists(a, b)"), wrong + "attribute_exists, number of operands: 2");
  EXPECT_EQ(Fault("begins_with(a)"), wrong + "begins_with, number of operands: 1");
  EXPECT_EQ(Fault("contains(a, b, c)"), wrong + "contains, number of operands: 3");
  EXPECT_EQ(Fault("size(a, b) = c"), wrong + "size, number of operands: 2");
}

TEST(ConditionParser, ChecksOperandTypes) {
  const std::string wrong =
      "Incorrect operand type for operator or function; operator or function: ";
  EXPECT_EQ(Fault("begins_with(a, :v)", {{":v", N("1")}}), wrong + "begins_with, operand type: N");
  EXPECT_EQ(Fault("begins_with(:v, a)", {{":v", SS({"x"})}}),
            wrong + "begins_with, operand type: SS");
  EXPECT_EQ(Fault("size(:v) = a", {{":v", N("1")}}), wrong + "size, operand type: N");
  EXPECT_EQ(Fault("size(:v) = a", {{":v", Bool(true)}}), wrong + "size, operand type: BOOL");
  EXPECT_EQ(Fault("attribute_type(a, :v)", {{":v", N("1")}}),
            wrong + "attribute_type, operand type: N");
  EXPECT_EQ(Fault("a < :v", {{":v", L({})}}), wrong + "<, operand type: L");
  EXPECT_EQ(Fault("a >= :v", {{":v", NullValue()}}), wrong + ">=, operand type: NULL");
  EXPECT_EQ(Fault(":v <= a", {{":v", M({})}}), wrong + "<=, operand type: M");
  EXPECT_EQ(Fault("a BETWEEN :v AND :v", {{":v", NS({"1"})}}), wrong + "BETWEEN, operand type: NS");
  EXPECT_EQ(Fault("a = :v AND a <> :v AND a IN (:v)", {{":v", L({})}}), "");
}

// E3
TEST(ConditionParser, ChecksTypeNames) {
  EXPECT_EQ(Fault("attribute_type(a, :v)", {{":v", S("STRING")}}),
            "Invalid attribute type name found; type: STRING, valid types: "
            "{B,NULL,SS,BOOL,L,BS,N,NS,S,M}");
  EXPECT_NE(Fault("attribute_type(a, b)"), "");
  EXPECT_EQ(Fault("attribute_type(a, :v)", {{":v", S("BOOL")}}), "");
}

TEST(ConditionParser, RequiresPaths) {
  const std::string wrong = "Operator or function requires a document path; operator or function: ";
  const Placeholders::Values v = {{":v", S("S")}};
  EXPECT_EQ(Fault("attribute_exists(:v)", v), wrong + "attribute_exists");
  EXPECT_EQ(Fault("attribute_not_exists(:v)", v), wrong + "attribute_not_exists");
  EXPECT_EQ(Fault("attribute_type(:v, :v)", v), wrong + "attribute_type");
  EXPECT_EQ(Fault("contains(:v, a)", v), wrong + "contains");
}

// E4
TEST(ConditionParser, RequiresDistinctOperands) {
  const std::string same =
      "The first operand must be distinct from the remaining operands for this operator or "
      "function; operator: ";
  EXPECT_EQ(Fault("contains(x, x)"), same + "contains, first operand: [x]");
  EXPECT_EQ(Fault("begins_with(x.y, x.y)"), same + "begins_with, first operand: [x, y]");
  EXPECT_EQ(Fault("a[0] = a[0]"), same + "=, first operand: [a, [0]]");
  EXPECT_EQ(Fault("a BETWEEN b AND a"), same + "BETWEEN, first operand: [a]");
  EXPECT_EQ(Fault("a IN (b, c, a)"), same + "IN, first operand: [a]");
  EXPECT_EQ(Fault("#a <> a", {}, {{"#a", "a"}}), same + "<>, first operand: [a]");
  EXPECT_EQ(Fault("size(a) = a"), "");
}

// E6
TEST(ConditionParser, RequiresOrderedBounds) {
  const std::string text = "a BETWEEN :lo AND :hi";
  EXPECT_EQ(
      Fault(text, {{":lo", N("5")}, {":hi", N("1")}}),
      "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; "
      "lower bound operand: AttributeValue: {N:5}, upper bound operand: AttributeValue: {N:1}");
  EXPECT_EQ(
      Fault(text, {{":lo", S("b")}, {":hi", S("a")}}),
      "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; "
      "lower bound operand: AttributeValue: {S:b}, upper bound operand: AttributeValue: {S:a}");
  EXPECT_EQ(
      Fault(text, {{":lo", S("1")}, {":hi", N("2")}}),
      "The BETWEEN operator requires same data type for lower and upper bounds; "
      "lower bound operand: AttributeValue: {S:1}, upper bound operand: AttributeValue: {N:2}");
  EXPECT_NE(Fault(text, {{":lo", N("1.0000000000000000000000000000000000002")},
                         {":hi", N("1.0000000000000000000000000000000000001")}}),
            "");
  EXPECT_EQ(Fault(text, {{":lo", N("1")}, {":hi", N("1.0")}}), "");
}

// E7
TEST(ConditionParser, BoundsTheOperandsOfIn) {
  const Placeholders::Values v = {{":v", N("1")}};
  EXPECT_EQ(Fault("a IN (:v" + Repeat(",:v", 99) + ")", v), "");
  EXPECT_EQ(Fault("a IN (:v" + Repeat(",:v", 100) + ")", v),
            "The IN operator is provided with too many operands; number of operands: 101");
}

TEST(ConditionParser, BoundsPaths) {
  EXPECT_EQ(Fault("attribute_exists(a" + Repeat(".a", 31) + ")"), "");
  EXPECT_EQ(Fault("attribute_exists(a" + Repeat(".a", 32) + ")"),
            "The document path has too many nesting elements; nesting levels: 33");
  EXPECT_EQ(Fault("attribute_exists(a[100000000])"),
            "List index is not within the allowable range; index: [100000000]");
  EXPECT_EQ(Fault("attribute_exists(a[99999999999999999999999999])"),
            "List index is not within the allowable range; index: [99999999999999999999999999]");
}

TEST(ConditionParser, SurvivesDeepNesting) {
  const Placeholders::Values v = {{":v", N("1")}};
  EXPECT_EQ(Fault(Repeat("(", 4096)), "The expression has redundant parentheses;");
  EXPECT_EQ(Fault(Repeat("(", 250) + "a = :v" + Repeat(")", 250), v),
            "The expression has redundant parentheses;");
  EXPECT_EQ(Fault("a = " + Repeat("(", 4000), v), "The expression has redundant parentheses;");
  EXPECT_EQ(Fault(Repeat("NOT ", 1000), v),
            "The expression contains too many operators; operator count: 301");
  EXPECT_EQ(Fault(Repeat("f(", 2000)),
            "The function is not allowed to be used this way in an expression; function: f");
  // 250 levels that each need their parentheses.
  EXPECT_EQ(Fault(Repeat("NOT (", 250) + "a = :v" + Repeat(")", 250), v), "");
  EXPECT_EQ(Fault(Repeat("(", 149) + "a=:v" + Repeat(" OR a=:v)", 149), v), "");
}

}  // namespace
}  // namespace stator::expression
