#pragma once

#include <cstddef>
#include <string_view>

#include "expression/token.h"

namespace stator::expression {

// Cuts an expression into tokens, without allocating. The text must outlive the tokens. After the
// last token it returns kEnd forever. Never fails: what begins no token is a kInvalid of one
// character.
class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Token Next();

 private:
  Token Take(TokenKind kind, size_t length);
  Token TakePlaceholder(TokenKind kind);
  Token TakeRelation();
  // How many bytes from `begin` on are letters, digits or underscores.
  size_t WordLength(size_t begin) const;

  std::string_view text_;
  size_t position_ = 0;
};

// Whether the text can follow the `#` or `:` of a placeholder: one or more letters, digits and
// underscores.
bool IsPlaceholderWord(std::string_view text);

}  // namespace stator::expression
