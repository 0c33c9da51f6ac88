#include "partiql/select_plan.h"

#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "partiql/test_statements.h"

namespace stator::partiql {
namespace {

SelectPlan Plan(const std::string& rest, bool consistent = false) {
  base::Result<SelectPlan> plan =
      PlanSelect(Parsed<Select>("SELECT * FROM " + rest), TestSchema(), consistent);
  EXPECT_TRUE(plan.ok()) << rest;
  return plan.ok() ? std::move(plan).value() : SelectPlan();
}

std::string Refused(const std::string& rest, bool consistent = false) {
  const base::Result<SelectPlan> plan =
      PlanSelect(Parsed<Select>("SELECT * FROM " + rest), TestSchema(), consistent);
  EXPECT_FALSE(plan.ok()) << rest;
  return plan.ok() ? std::string() : plan.error().message;
}

// What a plan does: "get", "query pk= sk>", with the number of lookups before it and "filter"
// behind it.
std::string Describe(const SelectPlan& plan) {
  constexpr const char* kOperators[] = {"=", "<", "<=", ">", ">=", " between", " begins"};
  std::string text;
  if (plan.scans()) {
    text = "scan";
  } else if (std::holds_alternative<model::Item>(plan.lookups[0])) {
    text = std::to_string(plan.lookups.size()) + " get";
  } else {
    text = std::to_string(plan.lookups.size()) + " query";
    for (const auto& predicate : std::get<expression::KeyCondition>(plan.lookups[0]).predicates) {
      text += " " + predicate.attribute + kOperators[static_cast<size_t>(predicate.op)];
    }
  }
  return text + (plan.filter ? ", filter" : "") + (plan.forward ? "" : ", reverse");
}

TEST(SelectPlan, ChoosesTheCheapestRead) {
  const std::pair<const char*, const char*> cases[] = {
      {"t WHERE pk = 'a' AND sk = 1", "1 get"},
      {"t WHERE 1 = sk AND ('a' = pk)", "1 get"},
      {"t WHERE pk = 'a' AND sk = 1 AND n = 1", "1 query pk= sk=, filter"},
      {"t WHERE pk = 'a'", "1 query pk="},
      {"t WHERE pk = 'a' AND sk > 1", "1 query pk= sk>"},
      {"t WHERE pk = 'a' AND 1 > sk", "1 query pk= sk<"},
      {"t WHERE pk = 'a' AND sk BETWEEN 1 AND 2", "1 query pk= sk between"},
      {"t WHERE pk = 'a' AND sk > 1 AND sk < 5", "1 query pk= sk between, filter"},
      {"t WHERE pk = 'a' AND sk <= 5 AND sk >= 1", "1 query pk= sk between"},
      {"t WHERE pk = 'a' AND sk > 5 AND sk < 1", "1 query pk= sk>, filter"},
      {"t WHERE pk = 'a' AND sk <> 1", "1 query pk=, filter"},
      {"t WHERE pk = 'a' AND sk IN [1, 2]", "1 query pk=, filter"},
      {"t WHERE pk = 'a' AND sk = n", "1 query pk=, filter"},
      {"t WHERE pk = 'a' AND pk = 'b'", "1 query pk=, filter"},
      {"t", "scan"},
      {"t WHERE pk > 'a'", "scan, filter"},  // P11, as are all that follow
      {"t WHERE n = 1", "scan, filter"},
      {"t WHERE pk = 'a' OR n = 1", "scan, filter"},
      {"t WHERE NOT pk = 'a'", "scan, filter"},
      {"t WHERE sk = 1", "scan, filter"},
      {"t WHERE pk.x = 'a'", "scan, filter"},
      {"t.global WHERE pk = 'a' AND sk = 1", "scan, filter"},
      {"t.global WHERE g = 'a' AND h = 'b'", "1 query g= h="},
      {"t.global WHERE g = 'a' AND begins_with(h, 'b')", "1 query g= h begins"},
      {"t.local WHERE pk = 'a' AND ls = 'b'", "1 query pk= ls="},
      {"t.local WHERE pk = 'a' AND sk = 1", "1 query pk=, filter"},
  };
  for (const auto& [rest, expected] : cases) {
    EXPECT_EQ(Describe(Plan(rest)), expected) << rest;
  }
}

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.select.html
TEST(SelectPlan, LooksAtListedPartitions) {
  EXPECT_EQ(Describe(Plan("t WHERE pk IN ['a', 'b']")), "2 query pk=");
  EXPECT_EQ(Describe(Plan("t WHERE pk = 'a' OR pk = 'b'")), "2 query pk=");
  EXPECT_EQ(Describe(Plan("t WHERE pk IN ('a', 'b') OR pk = 'c'")), "3 query pk=");
  EXPECT_EQ(Describe(Plan("t WHERE pk IN ['a', 'b', 'a'] AND sk = 1")), "2 get");
  EXPECT_EQ(Describe(Plan("t WHERE sk = 1 AND n = 2 AND pk IN ['a', 'b']")),
            "2 query pk= sk=, filter");
  EXPECT_EQ(Describe(Plan("t WHERE NOT pk IN ['a']")), "scan, filter");
}

TEST(SelectPlan, KnowsWhenItFindsOneItem) {
  EXPECT_FALSE(Plan("t WHERE pk IN ['a'] AND sk = 1").key);
  EXPECT_TRUE(Plan("t WHERE pk = 'a' AND sk = 1 AND n = 1").key);
}

TEST(SelectPlan, BoundsListedPartitions) {
  std::string many = "t WHERE pk IN ['0'";
  for (int i = 1; i <= 50; ++i) {
    many += ", '" + std::to_string(i) + "'";
  }
  EXPECT_EQ(Refused(many + "]"),
            "The IN operator is provided with too many hash key values; number of values: 51");
}

TEST(SelectPlan, OrdersByKeys) {
  EXPECT_EQ(Describe(Plan("t WHERE pk = 'a' ORDER BY sk DESC")), "1 query pk=, reverse");
  EXPECT_EQ(Describe(Plan("t WHERE pk = 'a' ORDER BY pk DESC, sk")), "1 query pk=");
  EXPECT_EQ(Describe(Plan("t.global WHERE g = 'a' ORDER BY h DESC")), "1 query g=, reverse");
  const SelectPlan listed = Plan("t WHERE pk IN ['a', 'c', 'b'] ORDER BY pk DESC, sk DESC");
  EXPECT_EQ(Describe(listed), "3 query pk=, reverse");
  EXPECT_EQ(std::get<expression::KeyCondition>(listed.lookups[0]).predicates[0].operands[0],
            S("c"));
  const SelectPlan within = Plan("t WHERE pk IN ['a', 'c', 'b'] ORDER BY sk DESC");
  EXPECT_EQ(Describe(within), "3 query pk=, reverse");
  EXPECT_EQ(std::get<expression::KeyCondition>(within.lookups[0]).predicates[0].operands[0],
            S("a"));
}

TEST(SelectPlan, RefusesOrdersThatKeysDoNotHave) {
  EXPECT_EQ(Refused("t ORDER BY pk"),
            "Must have WHERE clause in the statement when using ORDER BY clause.");
  const std::string needs_hash =
      "Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY "
      "clause.";
  EXPECT_EQ(Refused("t WHERE n = 1 ORDER BY sk"), needs_hash);
  EXPECT_EQ(Refused("t WHERE pk = 'a' ORDER BY n"),
            "Variable reference n in ORDER BY clause must be part of the primary key");
  EXPECT_EQ(Refused("t.global WHERE g = 'a' ORDER BY sk"),
            "Variable reference sk in ORDER BY clause must be part of the primary key");
}

// P4
TEST(SelectPlan, ChecksTheIndex) {
  EXPECT_EQ(Refused("t.none"), "The table does not have the specified index: none");
  EXPECT_EQ(Refused("t.none", true), "The table does not have the specified index: none");
  EXPECT_EQ(Refused("t.global", true),
            "Consistent reads are not supported on global secondary indexes");
  EXPECT_EQ(Describe(Plan("t.local", true)), "scan");
}

}  // namespace
}  // namespace stator::partiql
