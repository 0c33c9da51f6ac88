#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "partiql/lexer.h"
#include "partiql/token.h"

namespace stator::partiql {

// Recursion of the parser, and the depth of what it makes, stop here.
inline constexpr int kMaxDepth = 256;

// "Statement wasn't well formed, can't be processed: " and the detail (P9).
base::Error NotWellFormed(std::string_view detail);
bool IsNotWellFormed(const base::Error& error);

// The tokens of a statement with one of look-ahead, and the errors that point at them: the lowest
// layer of the parser. Borrows the text. Not synchronized.
class TokenReader {
 protected:
  explicit TokenReader(std::string_view text);

  const Token& current() const { return current_; }
  const Token& next() const { return next_; }
  void Advance();

  bool At(TokenKind kind) const { return current_.kind == kind; }
  bool AtKeyword(std::string_view keyword) const { return current_.IsKeyword(keyword); }
  // Whether a call of a function begins here.
  bool AtCall() const { return At(TokenKind::kWord) && next_.kind == TokenKind::kLeftParenthesis; }
  // Steps over the token if it is that one.
  bool Take(TokenKind kind);
  bool TakeKeyword(std::string_view keyword);
  base::Result<void> Expect(TokenKind kind);
  base::Result<void> ExpectKeyword(std::string_view keyword);

  // Whether an operator that makes a value of values stands there.
  bool AtArithmetic() const;

  // What the service says of words that are SQL, but none of its own, at the current token.
  base::Error UnrecognizedFunction() const;
  base::Error UnsupportedToken() const;

  // The current token is none that may stand there.
  base::Error Unexpected() const;
  // "line:column:length" of the current token.
  std::string Position() const;

  // Counts an operator; fails above the limit of expressions (P10, V10).
  base::Result<void> CountOperator();

 private:
  const std::string_view text_;
  Lexer lexer_;
  Token current_;
  Token next_;
  int operators_ = 0;
};

}  // namespace stator::partiql
