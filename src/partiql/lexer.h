#pragma once

#include <cstddef>
#include <string_view>

#include "partiql/token.h"

namespace stator::partiql {

// Cuts a statement into tokens, without allocating. Space and comments (-- to the end of the line,
// /* to */) stand between tokens. The text must outlive the tokens. After the last token it returns
// kEnd forever. Never fails: what begins no token is kInvalid.
class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Token Next();

 private:
  Token Take(TokenKind kind, size_t length);
  Token TakeNumber();
  Token TakeQuoted(TokenKind kind, char quote);
  Token TakeSymbol();
  void SkipSpace();
  char Peek(size_t ahead) const {
    return position_ + ahead < text_.size() ? text_[position_ + ahead] : '\0';
  }
  // How many digits stand from `ahead` on.
  size_t Digits(size_t ahead) const;

  std::string_view text_;
  size_t position_ = 0;
};

}  // namespace stator::partiql
