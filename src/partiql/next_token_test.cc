#include "partiql/next_token.h"

#include <string>

#include <gtest/gtest.h>

#include "partiql/test_statements.h"

namespace stator::partiql {
namespace {

// P7
TEST(NextToken, BelongsToItsStatement) {
  const std::string digest = StatementDigest("SELECT * FROM t WHERE a = ?", {S("x")});
  const model::Item key{{"pk", S("a")}, {"sk", N("1")}};
  const std::string token = EncodeNextToken({.lookup = 300, .start_key = key}, digest);
  const auto start = DecodeNextToken(token, digest);
  ASSERT_TRUE(start.ok());
  EXPECT_EQ(start->lookup, 300);
  EXPECT_EQ(start->start_key, key);
  for (const std::string& other : {StatementDigest("SELECT * FROM t WHERE a = ?", {S("y")}),
                                   StatementDigest("SELECT * FROM t WHERE a=?", {S("x")})}) {
    EXPECT_EQ(DecodeNextToken(token, other).error().message, "NextToken does not match request");
  }
  const auto bare =
      DecodeNextToken(EncodeNextToken({.lookup = 1, .start_key = {}}, digest), digest);
  ASSERT_TRUE(bare.ok());
  EXPECT_FALSE(bare->start_key);
}

TEST(NextToken, RefusesWhatIsNone) {
  const std::string digest = StatementDigest("SELECT", {});
  const std::string token = EncodeNextToken({.lookup = 0, .start_key = {}}, digest);
  for (size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(DecodeNextToken(changed, digest).ok()) << i;
    EXPECT_FALSE(DecodeNextToken(token.substr(0, i), digest).ok()) << i;
  }
  EXPECT_EQ(DecodeNextToken("no token", digest).error().message, "Invalid NextToken");
}

}  // namespace
}  // namespace stator::partiql
