#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace stator::partiql {

// What a token is. Keywords and function names are words: the grammar tells them apart by their
// place.
enum class TokenKind : uint8_t {
  kEnd,
  kWord,       // [A-Za-z_][A-Za-z0-9_$]*
  kQuoted,     // "a name"; a quote inside is doubled
  kString,     // 'text'; a quote inside is doubled
  kNumber,     // 1, 1.5, .5, 1e3, without a sign
  kParameter,  // ?
  kLeftParenthesis,
  kRightParenthesis,
  kLeftBracket,
  kRightBracket,
  kLeftBrace,
  kRightBrace,
  kBeginSet,  // <<
  kEndSet,    // >>
  kDot,
  kComma,
  kColon,
  kSemicolon,
  kStar,
  kPlus,
  kMinus,
  kSlash,
  kPercent,
  kConcat,  // ||
  kEqual,
  kNotEqual,  // <> or !=
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
  kInvalid,  // a character that begins no token, or a quote without its end
};

// A piece of a statement. `text` points into the statement and has its quotes.
struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::string_view text;

  // Whether it is that keyword, given in capitals: they ignore case.
  bool IsKeyword(std::string_view keyword) const;
  // What stands between the quotes. REQUIRES: kQuoted or kString.
  std::string Unquoted() const;
};

}  // namespace stator::partiql
