#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"
#include "expression/condition.h"
#include "expression/key_condition.h"
#include "expression/projection.h"
#include "expression/test_values.h"
#include "expression/update.h"

// Random expressions: whatever the text, the parsers answer, and what they accept evaluates.
namespace stator::expression {
namespace {

constexpr uint64_t kSeed = 20'120'810;

std::string RandomSoup(base::Random& random) {
  static const std::vector<std::string> kTokens = {"a",
                                                   "b",
                                                   "c",
                                                   "#n",
                                                   "#u",
                                                   ":v",
                                                   ":s",
                                                   ":l",
                                                   ":x",
                                                   ":u",
                                                   "(",
                                                   ")",
                                                   "(",
                                                   ")",
                                                   "[",
                                                   "]",
                                                   "[0]",
                                                   "[1]",
                                                   "[7]",
                                                   ".",
                                                   ",",
                                                   "=",
                                                   "=",
                                                   "<>",
                                                   "<",
                                                   "<=",
                                                   ">",
                                                   ">=",
                                                   "+",
                                                   "-",
                                                   "AND",
                                                   "OR",
                                                   "NOT",
                                                   "BETWEEN",
                                                   "IN",
                                                   "SET",
                                                   "REMOVE",
                                                   "ADD",
                                                   "DELETE",
                                                   "size",
                                                   "attribute_exists(",
                                                   "attribute_not_exists(",
                                                   "attribute_type(",
                                                   "begins_with(",
                                                   "contains(",
                                                   "if_not_exists(",
                                                   "list_append(",
                                                   "status",
                                                   "_",
                                                   "\xC3\xA4",
                                                   "\xFF",
                                                   "0",
                                                   "99999999999",
                                                   "#",
                                                   ":"};
  std::string text;
  const uint64_t length = 1 + random.Below(30);
  for (uint64_t i = 0; i < length; ++i) {
    text += kTokens[random.Below(kTokens.size())];
    if (!random.OneIn(4)) {
      text += ' ';
    }
  }
  return text;
}

const std::string& Pick(base::Random& random, const std::vector<std::string>& choices) {
  return choices[random.Below(choices.size())];
}

std::string RandomOperand(base::Random& random) {
  return Pick(random,
              {"a", "b.c", "l[0]", "l[1].x", "#n", ":v", ":s", "size(a)", "size(l)", "(b)"});
}

// A condition that is mostly well formed.
std::string RandomCondition(base::Random& random, int depth) {
  switch (random.Below(depth > 0 ? 7 : 4)) {
    case 0:
      return RandomOperand(random) + Pick(random, {" = ", " <> ", " < ", " >= "}) +
             RandomOperand(random);
    case 1:
      return RandomOperand(random) + " BETWEEN " + RandomOperand(random) + " AND " +
             RandomOperand(random);
    case 2:
      return RandomOperand(random) + " IN (" + RandomOperand(random) + ", " +
             RandomOperand(random) + ")";
    case 3:
      return Pick(random, {"attribute_exists(a)", "contains(l, :v)", "begins_with(b, :s)",
                           "attribute_type(l, :t)"});
    case 4:
      return "NOT " + RandomCondition(random, depth - 1);
    default:
      return "(" + RandomCondition(random, depth - 1) + Pick(random, {" AND ", " OR "}) +
             RandomCondition(random, depth - 1) + ")";
  }
}

std::string RandomUpdate(base::Random& random) {
  static const std::vector<std::string> kPaths = {"a",    "b",    "c.x", "l[0]",    "l[1].x",
                                                  "l[9]", "l[8]", "c.y", "m[0][1]", "#n"};
  static const std::vector<std::string> kValues = {
      "a + :v", ":v - a", "list_append(l, :l)", "if_not_exists(zz, :v) + :v",
      "l[1]",   "c",      "(a - :v)",           ":s"};
  std::string text = "SET " + Pick(random, kPaths) + " = " + Pick(random, kValues);
  for (uint64_t i = random.Below(3); i > 0; --i) {
    text += ", " + Pick(random, kPaths) + " = " + Pick(random, kValues);
  }
  text += " REMOVE " + Pick(random, kPaths) + ", " + Pick(random, kPaths);
  text += " ADD " + Pick(random, kPaths) + " :v DELETE " + Pick(random, kPaths) + " :x";
  return text;
}

Placeholders Sample() {
  return With(
      {{"#n", "name"}},
      {{":v", N("1")}, {":s", S("text")}, {":t", S("L")}, {":l", L({N("1")})}, {":x", SS({"x"})}});
}

const model::Item& SampleItem() {
  static const model::Item item = {{"a", N("1")},
                                   {"b", M({{"c", S("text")}})},
                                   {"c", M({{"x", SS({"x"})}})},
                                   {"l", L({N("1"), M({{"x", SS({"x", "y"})}, {"y", N("2")}})})},
                                   {"m", L({L({N("1"), SS({"x"})})})}};
  return item;
}

TEST(Robustness, TokenSoupNeverCrashes) {
  base::Random random(kSeed);
  int accepted = 0;
  for (int i = 0; i < 15'000; ++i) {
    const std::string text = RandomSoup(random);
    Placeholders placeholders = Sample();
    if (const auto condition = ParseCondition(ExpressionKind::kFilter, text, placeholders);
        condition.ok()) {
      ++accepted;
      (void)condition->Matches(SampleItem());
      (void)condition->Matches({});
      EXPECT_FALSE(condition->TopLevelAttributes().empty() && text.find('(') == std::string::npos &&
                   text.find(':') == std::string::npos);
    }
    if (const auto update = ParseUpdate(text, placeholders); update.ok()) {
      ++accepted;
      (void)update->Apply(SampleItem());
      (void)update->TouchedParts(SampleItem());
    }
    if (const auto projection = ParseProjection(text, placeholders); projection.ok()) {
      ++accepted;
      EXPECT_LE(projection->Apply(SampleItem()).size(), SampleItem().size());
    }
    (void)ParseKeyCondition(text, placeholders);
  }
  EXPECT_GT(accepted, 25) << "seed " << kSeed;
}

TEST(Robustness, GrownConditionsEvaluate) {
  base::Random random(kSeed);
  int accepted = 0;
  for (int i = 0; i < 5'000; ++i) {
    const std::string text = RandomCondition(random, 6);
    Placeholders placeholders = Sample();
    const auto condition = ParseCondition(ExpressionKind::kCondition, text, placeholders);
    Placeholders negated_placeholders = Sample();
    const auto negated =
        ParseCondition(ExpressionKind::kCondition, "NOT (" + text + ")", negated_placeholders);
    if (condition.ok() && negated.ok()) {
      ++accepted;
      EXPECT_NE(condition->Matches(SampleItem()), negated->Matches(SampleItem())) << text;
    }
  }
  EXPECT_GT(accepted, 250) << "seed " << kSeed;
}

TEST(Robustness, GrownUpdatesApply) {
  base::Random random(kSeed);
  int applied = 0;
  for (int i = 0; i < 5'000; ++i) {
    const std::string text = RandomUpdate(random);
    Placeholders placeholders = Sample();
    const auto update = ParseUpdate(text, placeholders);
    if (update.ok()) {
      const auto after = update->Apply(SampleItem());
      applied += after.ok() ? 1 : 0;
      (void)update->Apply({});
      (void)update->TouchedParts(after.ok() ? *after : SampleItem());
    }
  }
  EXPECT_GT(applied, 5) << "seed " << kSeed;
}

}  // namespace
}  // namespace stator::expression
