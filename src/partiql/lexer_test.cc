#include "partiql/lexer.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace stator::partiql {
namespace {

std::vector<std::string> Texts(std::string_view text) {
  std::vector<std::string> texts;
  Lexer lexer(text);
  for (Token token = lexer.Next(); token.kind != TokenKind::kEnd; token = lexer.Next()) {
    texts.emplace_back(token.kind == TokenKind::kInvalid ? "!" + std::string(token.text)
                                                         : std::string(token.text));
  }
  EXPECT_EQ(lexer.Next().kind, TokenKind::kEnd);
  return texts;
}

using Strings = std::vector<std::string>;

TEST(PartiqlLexer, CutsSymbolsAndNames) {
  EXPECT_EQ(Texts("a.b[0]<>'x''y'!=\"q\"\"r\""),
            (Strings{"a", ".", "b", "[", "0", "]", "<>", "'x''y'", "!=", "\"q\"\"r\""}));
  EXPECT_EQ(Texts("<<1,2>> <= >= < > = ? * ; : { } ( ) + -"),
            (Strings{"<<", "1", ",", "2", ">>", "<=", ">=", "<", ">", "=",
                     "?",  "*", ";", ":", "{",  "}",  "(",  ")", "+", "-"}));
}

TEST(PartiqlLexer, CutsNumbers) {
  EXPECT_EQ(Texts("1 1.5 .5 5. 1e3 1E-3 1.e+5"),
            (Strings{"1", "1.5", ".5", "5.", "1e3", "1E-3", "1.e+5"}));
  EXPECT_EQ(Texts("12ab"), (Strings{"!12a", "b"}));
}

TEST(PartiqlLexer, SkipsComments) {
  EXPECT_EQ(Texts("a -- to the end\nb /* within\n */ c"), (Strings{"a", "b", "c"}));
  EXPECT_EQ(Texts("a /* without end"), (Strings{"a", "/", "*", "without", "end"}));
  EXPECT_EQ(Texts("--"), Strings{});
}

TEST(PartiqlLexer, FindsNoTokenInWhatIsNone) {
  EXPECT_EQ(Texts("'without end"), (Strings{"!'", "without", "end"}));
  EXPECT_EQ(Texts("\"without end"), (Strings{"!\"", "without", "end"}));
  EXPECT_EQ(Texts("#`\xC3\xA9"), (Strings{"!#", "!`", "!\xC3", "!\xA9"}));
  EXPECT_EQ(Texts(std::string_view("\0", 1)), (Strings{"!" + std::string(1, '\0')}));
}

TEST(PartiqlLexer, UndoesQuotes) {
  EXPECT_EQ(Lexer("'it''s'").Next().Unquoted(), "it's");
  EXPECT_EQ(Lexer("\"a\"\"b\"").Next().Unquoted(), "a\"b");
  EXPECT_EQ(Lexer("''").Next().Unquoted(), "");
}

TEST(PartiqlLexer, KeywordsIgnoreCase) {
  EXPECT_TRUE(Lexer("sElEcT").Next().IsKeyword("SELECT"));
  EXPECT_FALSE(Lexer("\"SELECT\"").Next().IsKeyword("SELECT"));
  EXPECT_FALSE(Lexer("SELECTED").Next().IsKeyword("SELECT"));
}

}  // namespace
}  // namespace stator::partiql
