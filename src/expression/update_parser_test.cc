#include <gtest/gtest.h>

#include "expression/test_values.h"
#include "expression/update.h"

namespace stator::expression {
namespace {

// What is wrong with an UpdateExpression, without the prefix; "" when nothing is.
std::string Fault(std::string_view text, Placeholders::Values values = {},
                  Placeholders::Names names = {}) {
  Placeholders placeholders = With(std::move(names), std::move(values));
  const std::string message = MessageOf(ParseUpdate(text, placeholders));
  const std::string prefix = "Invalid UpdateExpression: ";
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

// E16, V12
TEST(UpdateParser, ReportsSyntaxErrors) {
  const Placeholders::Values v = {{":v", N("1")}};
  EXPECT_EQ(Fault(""), "The expression can not be empty;");
  EXPECT_EQ(Fault("   "), "The expression can not be empty;");
  EXPECT_EQ(Fault("a x b"), "Syntax error; token: \"a\", near: \"a x\"");
  EXPECT_EQ(Fault("INVALID SYNTAX HERE"),
            "Syntax error; token: \"INVALID\", near: \"INVALID SYNTAX\"");
  EXPECT_EQ(Fault("ADD hits : incr"), "Syntax error; token: \":\", near: \"hits : incr\"");
  EXPECT_EQ(Fault("set _something = :something"),
            "Syntax error; token: \"_\", near: \"set _something\"");
  EXPECT_EQ(Fault("SET"), "Syntax error; token: \"<EOF>\", near: \"SET\"");
  EXPECT_EQ(Fault("SET a"), "Syntax error; token: \"<EOF>\", near: \"a\"");
  EXPECT_EQ(Fault("SET a = :v,", v), "Syntax error; token: \"<EOF>\", near: \",\"");
  EXPECT_EQ(Fault("SET a = :v b = :v", v), "Syntax error; token: \"b\", near: \":v b =\"");
  EXPECT_EQ(Fault("SET remove = :v", v), "Syntax error; token: \"remove\", near: \"SET remove =\"");
  EXPECT_EQ(Fault("ADD a b"), "Syntax error; token: \"b\", near: \"a b\"");
  EXPECT_EQ(Fault("REMOVE a :v", v), "Syntax error; token: \":v\", near: \"a :v\"");
  EXPECT_EQ(Fault("SET a[-1] = :v", v), "Syntax error; token: \"-\", near: \"[-1\"");
  EXPECT_EQ(Fault("SET a = if_not_exists(a, :v"), "Syntax error; token: \"<EOF>\", near: \":v\"");
  EXPECT_EQ(Fault("SET :v = a", v), "Syntax error; token: \":v\", near: \"SET :v =\"");
}

// E8, E16
TEST(UpdateParser, TakesSectionsInAnyOrderAndCase) {
  const Placeholders::Values v = {{":v", N("1")}, {":s", SS({"x"})}};
  EXPECT_EQ(Fault("delete a :s add b :v remove c set d = :v", v), "");
  EXPECT_EQ(Fault("SET a = :v SET b = :s", v),
            "The \"SET\" section can only be used once in an update expression;");
  EXPECT_EQ(Fault("ADD x :v SET a = :s add y :v", v),
            "The \"ADD\" section can only be used once in an update expression;");
}

// E11
TEST(UpdateParser, RefusesClashingPaths) {
  const Placeholders::Values v = {{":v", N("1")}};
  EXPECT_EQ(Fault("SET a = :v, a.b = :v", v),
            "Two document paths overlap with each other; must remove or rewrite one of these "
            "paths; path one: [a], path two: [a, b]");
  EXPECT_EQ(Fault("SET f = :v REMOVE #f", v, {{"#f", "f"}}),
            "Two document paths overlap with each other; must remove or rewrite one of these "
            "paths; path one: [f], path two: [f]");
  EXPECT_EQ(Fault("SET a.b = :v, a[1] = :v", v),
            "Two document paths conflict with each other; must remove or rewrite one of these "
            "paths; path one: [a, b], path two: [a, [1]]");
}

TEST(UpdateParser, RefusesUndefinedAndReservedNames) {
  const Placeholders::Values v = {{":v", N("1")}};
  EXPECT_EQ(Fault("SET status = :v", v),
            "Attribute name is a reserved keyword; reserved keyword: status");
  EXPECT_EQ(Fault("SET a = a.count", v),
            "Attribute name is a reserved keyword; reserved keyword: count");
  EXPECT_EQ(Fault("SET a = :x"),
            "An expression attribute value used in expression is not defined; attribute value: :x");
  EXPECT_EQ(Fault("ADD a :x"),
            "An expression attribute value used in expression is not defined; attribute value: :x");
  EXPECT_EQ(Fault("REMOVE #x"),
            "An expression attribute name used in the document path is not defined; attribute "
            "name: #x");
}

// E13
TEST(UpdateParser, ChecksOperandTypes) {
  EXPECT_EQ(Fault("ADD a :v", {{":v", S("x")}}),
            "Incorrect operand type for operator or function; operator: ADD, operand type: STRING, "
            "typeSet: ALLOWED_FOR_ADD_OPERAND");
  EXPECT_EQ(Fault("ADD a :v", {{":v", L({})}}),
            "Incorrect operand type for operator or function; operator: ADD, operand type: LIST, "
            "typeSet: ALLOWED_FOR_ADD_OPERAND");
  EXPECT_EQ(Fault("DELETE a :v", {{":v", N("1")}}),
            "Incorrect operand type for operator or function; operator: DELETE, operand type: "
            "NUMBER, typeSet: ALLOWED_FOR_DELETE_OPERAND");
  EXPECT_EQ(Fault("SET a = a + :v", {{":v", S("x")}}),
            "Incorrect operand type for operator or function; operator or function: +, operand "
            "type: S");
  EXPECT_EQ(Fault("SET a = :v - a", {{":v", NullValue()}}),
            "Incorrect operand type for operator or function; operator or function: -, operand "
            "type: NULL");
  EXPECT_EQ(Fault("SET a = list_append(a, :v)", {{":v", S("x")}}),
            "Incorrect operand type for operator or function; operator or function: list_append, "
            "operand type: S");
}

// E15
TEST(UpdateParser, ChecksFunctions) {
  const Placeholders::Values v = {{":v", N("1")}};
  EXPECT_EQ(Fault("SET a = if_not_exists(:v, a)", v),
            "Operator or function requires a document path; operator or function: if_not_exists");
  EXPECT_EQ(Fault("SET a = if_not_exists(list_append(a, b), :v)", v),
            "Operator or function requires a document path; operator or function: if_not_exists");
  EXPECT_EQ(Fault("SET a = if_not_exists(a)"),
            "Incorrect number of operands for operator or function; operator or function: "
            "if_not_exists, number of operands: 1");
  EXPECT_EQ(Fault("SET a = list_append(a, b, c)"),
            "Incorrect number of operands for operator or function; operator or function: "
            "list_append, number of operands: 3");
  EXPECT_EQ(Fault("SET a = size(b)"),
            "The function is not allowed in an update expression; function: size");
  EXPECT_EQ(Fault("SET a = if_not_exists(e, e)"),
            "The first operand must be distinct from the remaining operands for this operator or "
            "function; operator: if_not_exists, first operand: [e]");
  EXPECT_EQ(Fault("SET a = foo(b)"), "Invalid function name; function: foo");
  EXPECT_EQ(Fault("SET a = IF_NOT_EXISTS(a, :v)", v),
            "Invalid function name; function: IF_NOT_EXISTS");
}

TEST(UpdateParser, ASumHasTwoOperands) {
  EXPECT_EQ(Fault("SET a = b + c + d"), "Syntax error; token: \"+\", near: \"c + d\"");
  EXPECT_EQ(Fault("SET a = (b + c) + d"), "");
}

// As many assignments of a sum, each to an attribute of its own.
std::string Sums(int count) {
  std::string text = "SET ";
  for (int i = 0; i < count; ++i) {
    text += (i == 0 ? "a" : ",a") + std::to_string(i) + "=b+c";
  }
  return text;
}

// V9, V10, V11
TEST(UpdateParser, HasLimits) {
  const Placeholders::Values v = {{":v", N("1")}};
  EXPECT_EQ(Fault("SET a = ((:v))", v), "The expression has redundant parentheses;");
  EXPECT_EQ(Fault(std::string(4097, ' ')),
            "Expression size has exceeded the maximum allowed size; expression size: 4097");
  EXPECT_EQ(Fault(Sums(300)), "");
  EXPECT_EQ(Fault(Sums(301)), "The expression contains too many operators; operator count: 301");
}

TEST(UpdateParser, SurvivesDeepNesting) {
  EXPECT_EQ(Fault("SET a = " + Repeat("(", 4000)), "The expression has redundant parentheses;");
  EXPECT_EQ(Fault("SET a = " + Repeat("f(", 2000)),
            "The function is not allowed to be used this way in an expression; function: f");
  EXPECT_EQ(Fault("SET a = " + Repeat("if_not_exists(a,", 200) + ":v" + Repeat(")", 200),
                  {{":v", N("1")}}),
            "");
}

}  // namespace
}  // namespace stator::expression
