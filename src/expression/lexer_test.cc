#include "expression/lexer.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "expression/reserved_words.h"

namespace stator::expression {
namespace {

std::vector<std::string> Texts(std::string_view text) {
  Lexer lexer(text);
  std::vector<std::string> texts;
  for (Token token = lexer.Next(); token.kind != TokenKind::kEnd; token = lexer.Next()) {
    texts.emplace_back(token.text);
  }
  return texts;
}

TokenKind KindOf(std::string_view text) { return Lexer(text).Next().kind; }

TEST(Lexer, CutsAtPunctuation) {
  EXPECT_EQ(Texts("a.b[12]<>:v1"),
            (std::vector<std::string>{"a", ".", "b", "[", "12", "]", "<>", ":v1"}));
  EXPECT_EQ(Texts(" #n<=a>=b<c>d=e\t+\n-"),
            (std::vector<std::string>{"#n", "<=", "a", ">=", "b", "<", "c", ">", "d", "=", "e", "+",
                                      "-"}));
}

TEST(Lexer, KnowsKinds) {
  EXPECT_EQ(KindOf("a1_B"), TokenKind::kIdentifier);
  EXPECT_EQ(KindOf("#_1"), TokenKind::kName);
  EXPECT_EQ(KindOf(":_1"), TokenKind::kValue);
  EXPECT_EQ(KindOf("007"), TokenKind::kInteger);
  EXPECT_EQ(KindOf(" "), TokenKind::kEnd);
  EXPECT_EQ(KindOf(""), TokenKind::kEnd);
}

// https://github.com/aws/aws-sdk-js/issues/1691: a name cannot begin with an underscore.
TEST(Lexer, TakesWhatBeginsNoTokenAsOneCharacter) {
  EXPECT_EQ(Texts("_id"), (std::vector<std::string>{"_", "id"}));
  EXPECT_EQ(Texts("# ::a"), (std::vector<std::string>{"#", ":", ":a"}));
  EXPECT_EQ(Texts("\xC3\xA4x"), (std::vector<std::string>{"\xC3\xA4", "x"}));
  EXPECT_EQ(KindOf("\x80"), TokenKind::kInvalid);
  EXPECT_EQ(KindOf(std::string_view("\0", 1)), TokenKind::kInvalid);
}

TEST(Lexer, ReadsKeywordsInAnyCase) {
  EXPECT_TRUE(Lexer("bEtWeEn").Next().IsKeyword("BETWEEN"));
  EXPECT_FALSE(Lexer("betwee").Next().IsKeyword("BETWEEN"));
  EXPECT_FALSE(Lexer("#AND").Next().IsKeyword("AND"));
}

TEST(Lexer, KeepsReturningTheEnd) {
  Lexer lexer("a");
  EXPECT_EQ(lexer.Next().kind, TokenKind::kIdentifier);
  EXPECT_EQ(lexer.Next().kind, TokenKind::kEnd);
  EXPECT_EQ(lexer.Next().kind, TokenKind::kEnd);
}

// E22
TEST(ReservedWords, IgnoreCase) {
  EXPECT_TRUE(IsReservedWord("STATUS"));
  EXPECT_TRUE(IsReservedWord("status"));
  EXPECT_TRUE(IsReservedWord("Abort"));
  EXPECT_TRUE(IsReservedWord("ZONE"));
  EXPECT_TRUE(IsReservedWord("specifictype"));
  EXPECT_FALSE(IsReservedWord("statu"));
  EXPECT_FALSE(IsReservedWord("statuss"));
  EXPECT_FALSE(IsReservedWord("remove"));
  EXPECT_FALSE(IsReservedWord(""));
  EXPECT_FALSE(IsReservedWord("xyz"));
  EXPECT_FALSE(IsReservedWord("\xC3\xA4"));
  EXPECT_FALSE(IsReservedWord("averyveryverylongattributename"));
}

}  // namespace
}  // namespace stator::expression
