#pragma once

#include <cstdint>
#include <string_view>

namespace stator::expression {

// What a token is. Keywords and function names are identifiers: the grammar tells them apart by
// their place.
enum class TokenKind : uint8_t {
  kEnd,
  kIdentifier,  // [A-Za-z][A-Za-z0-9_]*
  kName,        // #placeholder
  kValue,       // :placeholder
  kInteger,     // [0-9]+
  kLeftParenthesis,
  kRightParenthesis,
  kLeftBracket,
  kRightBracket,
  kDot,
  kComma,
  kEqual,
  kNotEqual,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
  kPlus,
  kMinus,
  kInvalid,  // one character that begins no token
};

// A piece of an expression. `text` points into the expression, and at its end for kEnd.
struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::string_view text;

  // Whether it is that keyword, given in capitals (E8: keywords ignore case).
  bool IsKeyword(std::string_view keyword) const;
};

}  // namespace stator::expression
