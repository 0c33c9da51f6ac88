#include "partiql/lexer.h"

#include <algorithm>
#include <array>

namespace stator::partiql {
namespace {

// Not those of <cctype>, which depend on the locale.
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
char ToUpper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

// A token of fixed text.
struct Symbol {
  std::string_view text;
  TokenKind kind;
};

// Longer ones before their beginnings.
constexpr std::array<Symbol, 27> kSymbols = {{
    {"<<", TokenKind::kBeginSet},
    {">>", TokenKind::kEndSet},
    {"||", TokenKind::kConcat},
    {"<>", TokenKind::kNotEqual},
    {"!=", TokenKind::kNotEqual},
    {"<=", TokenKind::kLessOrEqual},
    {">=", TokenKind::kGreaterOrEqual},
    {"<", TokenKind::kLess},
    {">", TokenKind::kGreater},
    {"=", TokenKind::kEqual},
    {"(", TokenKind::kLeftParenthesis},
    {")", TokenKind::kRightParenthesis},
    {"[", TokenKind::kLeftBracket},
    {"]", TokenKind::kRightBracket},
    {"{", TokenKind::kLeftBrace},
    {"}", TokenKind::kRightBrace},
    {".", TokenKind::kDot},
    {",", TokenKind::kComma},
    {":", TokenKind::kColon},
    {";", TokenKind::kSemicolon},
    {"*", TokenKind::kStar},
    {"+", TokenKind::kPlus},
    {"-", TokenKind::kMinus},
    {"/", TokenKind::kSlash},
    {"%", TokenKind::kPercent},
    {"?", TokenKind::kParameter},
    {"", TokenKind::kInvalid},
}};

}  // namespace

bool Token::IsKeyword(std::string_view keyword) const {
  return kind == TokenKind::kWord &&
         std::equal(text.begin(), text.end(), keyword.begin(), keyword.end(),
                    [](char letter, char capital) { return ToUpper(letter) == capital; });
}

std::string Token::Unquoted() const {
  const char quote = text.front();
  std::string unquoted;
  unquoted.reserve(text.size());
  for (size_t i = 1; i + 1 < text.size(); ++i) {
    unquoted += text[i];
    i += text[i] == quote ? 1 : 0;
  }
  return unquoted;
}

Token Lexer::Next() {
  SkipSpace();
  const char first = Peek(0);
  if (position_ == text_.size()) {
    return Take(TokenKind::kEnd, 0);
  }
  if (IsLetter(first)) {
    size_t length = 1;
    while (IsLetter(Peek(length)) || IsDigit(Peek(length)) || Peek(length) == '$') {
      ++length;
    }
    return Take(TokenKind::kWord, length);
  }
  if (IsDigit(first) || (first == '.' && IsDigit(Peek(1)))) {
    return TakeNumber();
  }
  if (first == '"') {
    return TakeQuoted(TokenKind::kQuoted, first);
  }
  if (first == '\'') {
    return TakeQuoted(TokenKind::kString, first);
  }
  return TakeSymbol();
}

void Lexer::SkipSpace() {
  while (position_ < text_.size()) {
    if (IsSpace(Peek(0))) {
      ++position_;
    } else if (Peek(0) == '-' && Peek(1) == '-') {
      position_ = std::min(text_.find('\n', position_), text_.size());
    } else if (Peek(0) == '/' && Peek(1) == '*') {
      const size_t end = text_.find("*/", position_ + 2);
      if (end == std::string_view::npos) {
        return;  // the slash begins no token
      }
      position_ = end + 2;
    } else {
      return;
    }
  }
}

Token Lexer::Take(TokenKind kind, size_t length) {
  const Token token{kind, text_.substr(position_, length)};
  position_ += length;
  return token;
}

size_t Lexer::Digits(size_t ahead) const {
  size_t count = 0;
  while (IsDigit(Peek(ahead + count))) {
    ++count;
  }
  return count;
}

Token Lexer::TakeNumber() {
  size_t length = Digits(0);
  if (Peek(length) == '.') {
    length += 1 + Digits(length + 1);
  }
  if (Peek(length) == 'e' || Peek(length) == 'E') {
    const size_t sign = Peek(length + 1) == '+' || Peek(length + 1) == '-' ? 1 : 0;
    const size_t digits = Digits(length + 1 + sign);
    length += digits > 0 ? 1 + sign + digits : 0;
  }
  if (IsLetter(Peek(length))) {
    return Take(TokenKind::kInvalid, length + 1);  // 12ab is neither number nor name
  }
  return Take(TokenKind::kNumber, length);
}

Token Lexer::TakeQuoted(TokenKind kind, char quote) {
  size_t length = 1;
  while (position_ + length < text_.size()) {
    if (Peek(length) != quote) {
      ++length;
    } else if (Peek(length + 1) == quote) {
      length += 2;
    } else {
      return Take(kind, length + 1);
    }
  }
  return Take(TokenKind::kInvalid, 1);
}

Token Lexer::TakeSymbol() {
  const std::string_view rest = text_.substr(position_);
  for (const Symbol& symbol : kSymbols) {
    if (!symbol.text.empty() && rest.starts_with(symbol.text)) {
      return Take(symbol.kind, symbol.text.size());
    }
  }
  return Take(TokenKind::kInvalid, 1);
}

}  // namespace stator::partiql
