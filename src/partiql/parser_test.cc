#include "partiql/parser.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/limits.h"
#include "partiql/test_statements.h"

namespace stator::partiql {
namespace {

using engine::ReturnValues;
using expression::ConditionOp;
using expression::PathToString;
using model::AttributeValue;

constexpr std::string_view kPrefix = "Statement wasn't well formed, can't be processed: ";

std::string Text(std::string_view text, size_t count, std::string_view more = "") {
  std::string repeated;
  for (size_t i = 0; i < count; ++i) {
    repeated += text;
  }
  return repeated += more;
}

// Those of the statements that are not refused with words that begin so.
std::vector<std::string> NotRefused(std::string_view words,
                                    std::initializer_list<const char*> statements) {
  std::vector<std::string> others;
  for (const char* statement : statements) {
    if (!Refusal(statement).starts_with(words)) {
      others.emplace_back(statement);
    }
  }
  return others;
}

TEST(PartiqlParser, ReadsSelect) {
  const Select select = Parsed<Select>(
      R"(SELECT a, b.c[2]."d e" FROM "t-1"."i" WHERE a = 1 ORDER BY a DESC, "b" ASC;)");
  EXPECT_EQ(select.table, "t-1");
  EXPECT_EQ(select.index, "i");
  ASSERT_EQ(select.columns.size(), 2);
  EXPECT_EQ(PathToString(select.columns[1]), "[b, c, [2], d e]");
  ASSERT_TRUE(select.where);
  EXPECT_EQ(select.where->op, ConditionOp::kEqual);
  ASSERT_EQ(select.order_by.size(), 2);
  EXPECT_TRUE(select.order_by[0].descending);
  EXPECT_FALSE(select.order_by[1].descending);
  EXPECT_TRUE(Parsed<Select>("select * from t").columns.empty());
}

TEST(PartiqlParser, ReadsLiterals) {
  const Insert insert = Parsed<Insert>(
      "INSERT INTO t VALUE {'s': 'it''s', 'n': -1.5e1, 't': true, 'f': FALSE, 'z': null, "
      "'l': [1, 'a', []], 'm': {'x': {}}, 'ss': <<'b', 'a'>>, 'ns': <<2, 1>>, 'p': ?, 'q': [?]}",
      {S("first"), N("2")});
  const model::Item& item = insert.item;
  EXPECT_EQ(*item.Find("s"), S("it's"));
  EXPECT_EQ(*item.Find("n"), N("-15"));
  EXPECT_EQ(*item.Find("t"), AttributeValue(true));
  EXPECT_EQ(*item.Find("f"), AttributeValue(false));
  EXPECT_EQ(*item.Find("z"), AttributeValue());
  EXPECT_EQ(item.Find("l")->Get<model::List>()->size(), 3);
  EXPECT_TRUE(item.Find("m")->is_map());
  EXPECT_EQ(*item.Find("ss"), AttributeValue(model::StringSet{{"a", "b"}}));
  EXPECT_EQ(item.Find("ns")->Get<model::NumberSet>()->members.size(), 2);
  EXPECT_EQ(*item.Find("p"), S("first"));
  EXPECT_EQ(*item.Find("q"), AttributeValue(model::List{N("2")}));
  EXPECT_FALSE(insert.if_not_exists);
}

// Binaries come with parameters only.
TEST(PartiqlParser, TakesBinaryParameters) {
  const AttributeValue binary(model::Binary{"\xFF"});
  EXPECT_EQ(*Parsed<Insert>("INSERT INTO t VALUE {'b': <<?>>}", {binary}).item.Find("b"),
            AttributeValue(model::BinarySet{{"\xFF"}}));
}

TEST(PartiqlParser, RefusesFaultySets) {  // N9
  EXPECT_EQ(Refusal("INSERT INTO t VALUE {'a': <<>>}"), "Empty bags are not supported at 1:27:2");
  EXPECT_EQ(Refusal("INSERT INTO t VALUE {'a': <<1, 1.0>>}"),
            "Input collection contains duplicates");
  const std::string others =
      "Unsupported data type in Bag. DynamoDB only supports either numbers or strings in bags";
  EXPECT_EQ(Refusal("INSERT INTO t VALUE {'a': <<1, 'b'>>}"), others);
  EXPECT_EQ(Refusal("INSERT INTO t VALUE {'a': <<1, [2]>>}"), others + " at 1:32:1");
  EXPECT_TRUE(Refusal("INSERT INTO t VALUE {'a': 1e400}").starts_with("Number overflow"));
}

TEST(PartiqlParser, ReadsInsert) {
  EXPECT_TRUE(Parsed<Insert>("INSERT INTO \"t\" value {'pk': 'a'} IF NOT EXISTS").if_not_exists);
  for (const char* other : {"[1]", "'a'", "?", "<<1>>"}) {
    EXPECT_TRUE(Refusal(std::string("INSERT INTO t VALUE ") + other, {N("1")})
                    .starts_with("Unsupported format in item expression. "));
  }
  EXPECT_TRUE(Refusal("INSERT INTO t (a) VALUES (1)").starts_with(kPrefix));
  EXPECT_EQ(Refusal("INSERT INTO t VALUE {'a': 1, 'a': 2}"),
            "Duplicate keys in tuple. Key: a under root at 1:30:3");
  EXPECT_EQ(Refusal("INSERT INTO t VALUE {'m': {'a': 1, 'a': 2}}"),
            "Duplicate keys in tuple. Key: a under root at 1:27:1");
  EXPECT_EQ(Refusal("INSERT INTO t VALUE {\"a\": 1}"),
            "Tuple keys must be of type String. Actual type: VariableReference under root at "
            "1:22:3");
  EXPECT_EQ(Refusal("INSERT INTO t VALUE {'a': missing}"),
            "Unsupported data type: missing under key root at 1:27:7");
  EXPECT_EQ(Refusal("INSERT INTO t VALUE {'a': 1 + 1}"),
            "Unsupported data type: + under key root at 1:29:1");
  EXPECT_TRUE(Refusal("INSERT INTO t VALUE {'a': 1} RETURNING ALL OLD *").starts_with(kPrefix));
}

TEST(PartiqlParser, ReadsUpdate) {
  const Update update = Parsed<Update>(
      "UPDATE t SET a = 1, b.c = b.c + ? - 2 REMOVE d, e[0] SET l = LIST_APPEND(l, [1]) "
      "SET s = set_add(s, <<'x'>>) SET r = SET_DELETE(r, <<1>>) WHERE pk = 'a' "
      "RETURNING MODIFIED NEW *",
      {N("5")});
  ASSERT_EQ(update.assignments.size(), 7);
  EXPECT_EQ(update.assignments[1].steps.size(), 5);
  EXPECT_EQ(update.assignments[2].kind, expression::UpdateAction::Kind::kRemove);
  EXPECT_EQ(PathToString(update.assignments[3].path), "[e, [0]]");
  EXPECT_EQ(update.assignments[4].steps.size(), 3);
  EXPECT_EQ(update.assignments[5].kind, expression::UpdateAction::Kind::kAdd);
  EXPECT_EQ(update.assignments[6].kind, expression::UpdateAction::Kind::kDelete);
  EXPECT_EQ(update.returning, ReturnValues::kUpdatedNew);
}

TEST(PartiqlParser, ChecksOperandsOfUpdate) {
  EXPECT_EQ(Refusal("UPDATE t SET a = a + 'x'"),
            "Incorrect operand type for operator or function; operator or function: +, operand "
            "type: S");
  EXPECT_EQ(Refusal("UPDATE t SET a = list_append(a, 1)"),
            "Incorrect operand type for operator or function; operator or function: list_append, "
            "operand type: N");
  EXPECT_EQ(Refusal("UPDATE t SET a = set_add(a, 1)"),
            "The second argument to SET_ADD must be a value with type SET at 1:26:1");
  EXPECT_EQ(Refusal("UPDATE t SET a = set_delete(a)"),
            "SET_DELETE must have exactly two arguments at 1:18:10");
  EXPECT_EQ(Refusal("UPDATE t SET a = set_add(b, <<1>>)"),
            "The first argument to SET_ADD must equal the assignment value");
  EXPECT_EQ(Refusal("UPDATE t SET a = a * 2"),
            "Unsupported operator in Update Expression. Operator: *");
  EXPECT_EQ(Refusal("UPDATE t SET a = size(b)"),
            "The function is not allowed in an update expression; function: size");
  EXPECT_EQ(Refusal("UPDATE t SET a = lower(b)"), "Unrecognized function: lower");
  EXPECT_EQ(Refusal("UPDATE t SET a = MISSING"), "MISSING must be compared using IS operator");
  EXPECT_EQ(Refusal("UPDATE t WHERE pk = 'a'"),
            std::string(kPrefix) + "Expected data manipulation");
}

TEST(PartiqlParser, ReadsIfNotExists) {
  const Update update = Parsed<Update>(
      "UPDATE t SET a = if_not_exists(b.c, 0) + 1, l = list_append(IF_NOT_EXISTS(l, "
      "[]), [1]) WHERE pk = 'a'");
  ASSERT_EQ(update.assignments.size(), 2);
  const std::vector<SetStep>& steps = update.assignments[0].steps;
  ASSERT_EQ(steps.size(), 4);  // 0, if_not_exists, 1, +
  EXPECT_EQ(steps[1].op, expression::ValueStep::Op::kIfNotExists);
  EXPECT_EQ(PathToString(steps[1].operand.path), "[b, c]");
  EXPECT_EQ(update.assignments[1].steps.size(), 4);
  EXPECT_EQ(Refusal("UPDATE t SET a = if_not_exists(1, 2)"),
            "Operator or function requires a document path; operator or function: if_not_exists");
  EXPECT_EQ(Refusal("UPDATE t SET a = if_not_exists(a)"),
            "Incorrect number of operands for operator or function; operator or function: "
            "if_not_exists, number of operands: 1");
}

TEST(PartiqlParser, ReadsDelete) {
  const Delete remove = Parsed<Delete>("DELETE FROM t WHERE pk = 'a' RETURNING ALL OLD *");
  EXPECT_EQ(remove.returning, ReturnValues::kAllOld);
  // P3
  for (const char* other : {"MODIFIED OLD", "ALL NEW", "MODIFIED NEW"}) {
    EXPECT_EQ(Refusal("DELETE FROM t WHERE pk = 'a' RETURNING " + std::string(other) + " *"),
              "Invalid returning clause: RETURNING " + std::string(other) +
                  " *. Only RETURNING ALL OLD * is allowed in DELETE statements.");
  }
  EXPECT_EQ(Refusal("DELETE FROM t WHERE pk = 'a' RETURNING ALL OLD a"),
            "Expected '*' after ( MODIFIED | ALL ) ( NEW | OLD ) in RETURNING clause");
}

TEST(PartiqlParser, ReadsExists) {
  const Exists exists = Parsed<Exists>("EXISTS(SELECT * FROM t WHERE pk = 'a' AND n = 1)");
  EXPECT_EQ(TableOf(Statement(exists)), "t");
  EXPECT_EQ(Refusal("SELECT * FROM t WHERE EXISTS(SELECT * FROM t)"),
            "Unsupported token in expression: SELECT at 1:30:6");
}

TEST(PartiqlParser, ReadsConditions) {
  const Select select = Parsed<Select>(
      "SELECT * FROM t WHERE a = 1 AND b <> 2 AND c != 3 AND d < 4 AND e <= 5 AND f > 6 AND "
      "g >= 7 AND h BETWEEN 1 AND 2 AND i IN [1, 2] AND j IN (3) AND k IS MISSING AND "
      "l IS NOT MISSING AND m IS NULL AND begins_with(n, 'x') AND CONTAINS(o, 1) AND "
      "attribute_type(p, 'SS') AND size(q) > 1 AND 1 = r AND attribute_exists(s) AND "
      "ATTRIBUTE_NOT_EXISTS(t) AND contains('abc', u)");
  ASSERT_TRUE(select.where);
  ASSERT_EQ(select.where->kind, Where::Kind::kAnd);
  const ConditionOp expected[] = {ConditionOp::kEqual,
                                  ConditionOp::kNotEqual,
                                  ConditionOp::kNotEqual,
                                  ConditionOp::kLess,
                                  ConditionOp::kLessOrEqual,
                                  ConditionOp::kGreater,
                                  ConditionOp::kGreaterOrEqual,
                                  ConditionOp::kBetween,
                                  ConditionOp::kIn,
                                  ConditionOp::kIn,
                                  ConditionOp::kAttributeNotExists,
                                  ConditionOp::kAttributeExists,
                                  ConditionOp::kAttributeType,
                                  ConditionOp::kBeginsWith,
                                  ConditionOp::kContains,
                                  ConditionOp::kAttributeType,
                                  ConditionOp::kGreater,
                                  ConditionOp::kEqual,
                                  ConditionOp::kAttributeExists,
                                  ConditionOp::kAttributeNotExists,
                                  ConditionOp::kContains};
  ASSERT_EQ(select.where->children.size(), std::size(expected));
  for (size_t i = 0; i < std::size(expected); ++i) {
    EXPECT_EQ(select.where->children[i].op, expected[i]) << i;
  }
  EXPECT_TRUE(select.where->children[16].operands[0].size);
}

TEST(PartiqlParser, BindsNotBeforeAndBeforeOr) {
  const Select select = Parsed<Select>("SELECT * FROM t WHERE NOT a = 1 AND b = 2 OR c = 3");
  ASSERT_EQ(select.where->kind, Where::Kind::kOr);
  ASSERT_EQ(select.where->children[0].kind, Where::Kind::kAnd);
  EXPECT_EQ(select.where->children[0].children[0].kind, Where::Kind::kNot);
  EXPECT_EQ(Parsed<Select>("SELECT * FROM t WHERE NOT NOT a = 1").where->kind, Where::Kind::kTest);
  EXPECT_EQ(Parsed<Select>("SELECT * FROM t WHERE a NOT IN [1]").where->kind, Where::Kind::kNot);
}

// P8: what has no order is refused before the table is looked up.
TEST(PartiqlParser, RefusesOrderOfWhatHasNone) {
  EXPECT_EQ(Refusal("SELECT * FROM none WHERE a < TRUE"),
            "Incorrect operand type for operator or function; operator or function: <, operand "
            "type: BOOL");
  EXPECT_EQ(Refusal("SELECT * FROM none WHERE a >= ?", {AttributeValue(model::List())}),
            "Incorrect operand type for operator or function; operator or function: >=, operand "
            "type: L");
  EXPECT_EQ(Refusal("SELECT * FROM none WHERE a BETWEEN <<1>> AND <<2>>"),
            "Incorrect operand type for operator or function; operator or function: BETWEEN, "
            "operand type: NS");
  EXPECT_EQ(Refusal("SELECT * FROM none WHERE begins_with(a, 1)"),
            "Incorrect operand type for operator or function; operator or function: begins_with, "
            "operand type: N");
  EXPECT_TRUE(Refusal("SELECT * FROM none WHERE a BETWEEN 2 AND 1").starts_with("The BETWEEN"));
  EXPECT_TRUE(Refusal("SELECT * FROM none WHERE attribute_type(a, 'X')").starts_with("Invalid"));
}

TEST(PartiqlParser, CountsOperandsOfFunctions) {
  const std::string wrong =
      "Incorrect number of operands for operator or function; operator or function: ";
  EXPECT_EQ(Refusal("SELECT * FROM t WHERE begins_with(a)"),
            wrong + "begins_with, number of operands: 1");
  EXPECT_EQ(Refusal("SELECT * FROM t WHERE attribute_exists(a, b)"),
            wrong + "attribute_exists, number of operands: 2");
  EXPECT_EQ(Refusal("SELECT * FROM t WHERE size() = 1"), wrong + "size, number of operands: 0");
  EXPECT_EQ(Refusal("SELECT * FROM t WHERE attribute_exists('a')"),
            "Operator or function requires a document path; operator or function: "
            "attribute_exists");
  EXPECT_EQ(Refusal("SELECT * FROM t WHERE size(size(a)) = 1"),
            "Incorrect operand type for operator or function; operator or function: size, operand "
            "type: N");
  EXPECT_EQ(Refusal("SELECT * FROM t WHERE lower(a) = 'x'"), "Unrecognized function: lower");
}

TEST(PartiqlParser, RefusesColumnsThatOverlap) {
  EXPECT_EQ(Refusal("SELECT a, b.a FROM t"), "Duplicate identifiers in select clause: a");
  EXPECT_EQ(Refusal("SELECT a, a.b FROM t"),
            "Two document paths overlap with each other; must remove or rewrite one of these "
            "paths; path one: [a], path two: [a, b]");
  EXPECT_EQ(Refusal("SELECT a.* FROM t"),
            "Changing item's hierarchy while reading isn't supported");
}

// What SQL has and this has not.
TEST(PartiqlParser, RefusesOtherSql) {
  const std::pair<const char*, const char*> cases[] = {
      {"SELECT * FROM t LIMIT 5", "Unsupported clause: LIMIT at 1:23:1"},
      {"SELECT * FROM t WHERE a = 1 GROUP BY a", "Unsupported clause: GROUP BY"},
      {"SELECT * FROM t HAVING a = 1", "Unsupported clause: HAVING at 1:24:1"},
      {"SELECT DISTINCT a FROM t", "Unsupported token in expression: DISTINCT"},
      {"SELECT VALUE a FROM t", "Select projection doesn't support value or pivot keywords"},
      {"SELECT a AS b FROM t", "Aliasing is not supported"},
      {"SELECT * FROM t x", "Aliasing is not supported"},
      {"SELECT * FROM t AS x", "Aliasing is not supported"},
      {"SELECT * FROM t, u", "Only select from a single table or index is supported."},
      {"SELECT * FROM t INNER JOIN u ON a = b",
       "Only select from a single table or index is supported."},
      {"SELECT a + 1 FROM t", "Unexpected path component at 1:10:1"},
      {"SELECT a || b FROM t", "Unexpected path component at 1:10:2"},
      {"SELECT * FROM t WHERE a LIKE 'x'",
       "Unsupported operator in Condition Expression. Operator: like"},
      {"SELECT * FROM t WHERE a = 1 + 1",
       "Unsupported operator in Condition Expression. Operator: +"},
      {"SELECT * FROM t WHERE a",
       "WHERE clause must contain an expression that resolves to a boolean"},
      {"SELECT * FROM t WHERE a = MISSING", "MISSING must be compared using IS operator"},
      {"SELECT * FROM t WHERE a IN 'x'",
       "IN operator must have a left hand argument of type Variable Reference and right hand "
       "argument of type Seq with at least one member"},
      {"SELECT a[-1] FROM t",
       "List index is not within the allowable range; index: [-1] at 1:11:1"},
      {"SELECT a[?] FROM t", "Unexpected path component at 1:10:1"},
      {"CREATE TABLE t", "Unsupported operation: CreateTable"},
      {"DROP TABLE t", "Unsupported operation: DropTable"},
      {"DROP INDEX i ON t", "Unsupported operation: DropIndex"},
  };
  for (const auto& [statement, message] : cases) {
    EXPECT_EQ(Refusal(statement), message) << statement;
  }
}

// P6
TEST(PartiqlParser, RefusesAggregates) {
  EXPECT_EQ(Refusal("SELECT COUNT(*) FROM t"), "Unexpected path component at 1:8:5");
  EXPECT_EQ(Refusal("SELECT a,\n  SUM(b) FROM t"), "Unexpected path component at 2:3:3");
}

// P9
TEST(PartiqlParser, SaysWhereAStatementIsNotWellFormed) {
  const std::string prefix(kPrefix);
  EXPECT_THAT(NotRefused(prefix + "Expected data manipulation",
                         {"", "CREATE INDEX t", "LIST", "  ", "(SELECT * FROM t)"}),
              testing::IsEmpty());
  EXPECT_EQ(Refusal("SELECT * FROM"), prefix + "Unexpected end of statement");
  EXPECT_EQ(Refusal("SELECT a.from FROM t"), prefix + "Invalid path dot component");
  EXPECT_EQ(Refusal("SELECT * FROM t; SELECT * FROM t"),
            prefix + "Unexpected token 'SELECT' at 1:18:6");
  EXPECT_THAT(NotRefused(prefix, {"SELECT * FROM t WHERE", "SELECT * FROM t WHERE (a = 1",
                                  "SELECT * FROM t WHERE a = 1)", "SELECT * FROM t WHERE a IN []",
                                  "SELECT * FROM t WHERE a = ", "SELECT * FROM t WHERE a IS STRING",
                                  "SELECT FROM t", "SELECT * FROM t WHERE a[1.5] = 1",
                                  "UPDATE t SET a WHERE pk = 1", "DELETE t WHERE pk = 1",
                                  "SELECT a, FROM t", "SELECT * FROM t WHERE a = 'x",
                                  "INSERT INTO t VALUE {'a': [1,]}"}),
              testing::IsEmpty());
}

// P4
TEST(PartiqlParser, TakesAnIndexInSelectOnly) {
  EXPECT_EQ(Refusal("SELECT * FROM a.b.c"),
            "A path may contain at most 2 components in the FROM clause");
  EXPECT_THAT(NotRefused("Path component cannot be an empty string",
                         {"SELECT * FROM \"a\".\"\"", "SELECT * FROM \"\".\"a\""}),
              testing::IsEmpty());
  EXPECT_THAT(NotRefused("This operation is not supported on an index",
                         {"UPDATE a.b SET c = 1 WHERE pk = 1", "DELETE FROM a.b WHERE pk = 1"}),
              testing::IsEmpty());
  EXPECT_EQ(Refusal("INSERT INTO a.b VALUE {'pk': 1}"),
            "FROM clause may only contain a single table name in data manipulation statements");
  EXPECT_TRUE(Refusal("SELECT * FROM a.").starts_with(kPrefix));
}

TEST(PartiqlParser, CountsParameters) {
  const std::string mismatch = "Number of parameters in request and statement don't match.";
  EXPECT_EQ(Refusal("SELECT * FROM t WHERE a = ?"), mismatch);
  EXPECT_EQ(Refusal("SELECT * FROM t WHERE a = 1", {N("1")}), mismatch);
  EXPECT_EQ(Refusal("SELECT * FROM t WHERE a = '?'", {N("1")}), mismatch);
}

// P10: neither depth nor size harms.
TEST(PartiqlParser, BoundsDepthAndComplexity) {
  const std::string select = "SELECT * FROM t WHERE ";
  EXPECT_TRUE(Parsed<Select>(select + Text("(", 250, "a = 1") + Text(")", 250)).where);
  EXPECT_EQ(Refusal(select + Text("(", 4000)),
            std::string(kPrefix) + "Parentheses are nested too deep");
  EXPECT_EQ(Refusal("UPDATE t SET a = " + Text("(", 4000)),
            std::string(kPrefix) + "Parentheses are nested too deep");
  EXPECT_EQ(Refusal("UPDATE t SET a = " + Text("list_append(", 600)),
            std::string(kPrefix) + "Parentheses are nested too deep");
  EXPECT_EQ(Refusal("INSERT INTO t VALUE {'a': " + Text("[", 4000)), model::kNestedTooDeep);
  EXPECT_EQ(Refusal("INSERT INTO t VALUE {'a': " + Text("{'a': ", 1000)), model::kNestedTooDeep);
  EXPECT_EQ(Refusal("INSERT INTO t VALUE {'a': " + Text("<<", 4000)), model::kNestedTooDeep);
  EXPECT_EQ(Refusal(select + Text("NOT ", 2000, "a = 1")),
            "The expression contains too many operators; operator count: 301");
  EXPECT_EQ(Refusal(select + Text("a = 1 OR ", 900, "a = 1")),
            "The expression contains too many operators; operator count: 301");
  EXPECT_EQ(Refusal(select + "a IN [0" + Text(", 1", 100, "]")),
            "The IN operator is provided with too many operands; number of operands: 101");
  EXPECT_TRUE(Refusal("SELECT a" + Text(".a", 1000, " FROM t"))
                  .starts_with("The document path has too many nesting elements"));
  EXPECT_TRUE(Refusal("SELECT a[100000000] FROM t").starts_with("List index"));
}

TEST(PartiqlParser, TakesWhatFitsAnItem) {
  const std::string deepest =
      Text("[", model::limits::kNestingDepth, "1") + Text("]", model::limits::kNestingDepth);
  EXPECT_EQ(Refusal("INSERT INTO t VALUE {'a': [" + deepest + "]}"), model::kNestedTooDeep);
  AttributeValue nested = N("1");
  for (int i = 0; i < model::limits::kNestingDepth; ++i) {
    nested = AttributeValue(model::List{nested});
  }
  EXPECT_FALSE(Parsed<Insert>("INSERT INTO t VALUE {'a': ?}", {nested}).item.empty());
  EXPECT_EQ(Refusal("INSERT INTO t VALUE {'a': [?]}", {nested}), model::kNestedTooDeep);
}

TEST(PartiqlParser, FindsTheTable) {
  EXPECT_EQ(TableOfStatement("SELECT \"from\", 'FROM x' /* FROM y */ FROM shop.byDay WHERE k = ?"),
            "shop");
  EXPECT_EQ(TableOfStatement("INSERT INTO \"a \"\"b\"\"\" VALUE {'k': ?}"), "a \"b\"");
  EXPECT_EQ(TableOfStatement("update shop SET a = 1 WHERE k = 1"), "shop");
  EXPECT_EQ(TableOfStatement("EXISTS(SELECT * FROM \"shop\" WHERE k = 1)"), "shop");
  EXPECT_EQ(TableOfStatement("DELETE FROM"), std::nullopt);
  EXPECT_EQ(TableOfStatement("SELECT 1"), std::nullopt);
}

}  // namespace
}  // namespace stator::partiql
