#include "auth/policy_text.h"

#include <string>

#include <gtest/gtest.h>

namespace stator::auth {
namespace {

bool Matches(std::string_view pattern, std::string_view value,
             const PolicyContext& context = PolicyContext()) {
  return PolicyText::Parse(pattern, {.wildcards = true, .variables = true})
      ->Matches(value, context);
}

TEST(PolicyText, MatchesWildcards) {
  EXPECT_TRUE(Matches("", ""));
  EXPECT_FALSE(Matches("", "a"));
  EXPECT_TRUE(Matches("*", ""));
  EXPECT_TRUE(Matches("a*c*e", "abcde"));
  EXPECT_TRUE(Matches("a*c*e", "accee"));
  EXPECT_FALSE(Matches("a*c*e", "abde"));
  EXPECT_TRUE(Matches("*ab", "aab"));
  EXPECT_TRUE(Matches("?*", "x"));
  EXPECT_FALSE(Matches("?*", ""));
  EXPECT_TRUE(Matches("a?", "a\xc3\xa9"));          // one character of two bytes
  EXPECT_TRUE(Matches("a?", "a\xf0\x9f\x98\x80"));  // of four
  EXPECT_TRUE(Matches("a?", "a\xf0"));              // and a broken one
}

// Many stars must not make it slow: only the last one is tried again.
TEST(PolicyText, IsNotSlowWithManyWildcards) {
  std::string pattern;
  for (int i = 0; i < 1000; ++i) {
    pattern += "*a";
  }
  EXPECT_FALSE(Matches(pattern + "b", std::string(2000, 'a')));
  EXPECT_TRUE(Matches(pattern, std::string(2000, 'a')));
}

TEST(PolicyText, PutsValuesInPlaceOfVariables) {
  PolicyContext context;
  context.Set(PolicyKeyId::kUsername, "a*");
  context.Set(PolicyKeyId::kUserId, "\x01");
  EXPECT_TRUE(Matches("x-${aws:username}-*", "x-a*-y", context));
  EXPECT_FALSE(Matches("x-${aws:username}-*", "x-ab-y", context));
  EXPECT_FALSE(Matches("${aws:userid}", "anything", context));
  EXPECT_FALSE(Matches("${aws:PrincipalTag/none}", "", context));
  EXPECT_TRUE(Matches("${ aws:PrincipalTag/none , 'it' }", "it", context));
  EXPECT_TRUE(Matches("${aws:PrincipalTag/none,''}", "", context));
}

TEST(PolicyText, IsLiteralWithoutSyntax) {
  const PolicyText text = *PolicyText::Parse("${aws:username}*", {});
  EXPECT_TRUE(text.Matches("${aws:username}*", PolicyContext()));
  EXPECT_FALSE(text.has_variables());
}

}  // namespace
}  // namespace stator::auth
