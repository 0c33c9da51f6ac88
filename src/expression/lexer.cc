#include "expression/lexer.h"

namespace stator::expression {
namespace {

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsWord(char c) { return IsLetter(c) || IsDigit(c) || c == '_'; }
bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }
char ToUpper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

TokenKind PunctuationKind(char c) {
  switch (c) {
    case '(':
      return TokenKind::kLeftParenthesis;
    case ')':
      return TokenKind::kRightParenthesis;
    case '[':
      return TokenKind::kLeftBracket;
    case ']':
      return TokenKind::kRightBracket;
    case '.':
      return TokenKind::kDot;
    case ',':
      return TokenKind::kComma;
    case '=':
      return TokenKind::kEqual;
    case '+':
      return TokenKind::kPlus;
    case '-':
      return TokenKind::kMinus;
    default:
      return TokenKind::kInvalid;
  }
}

}  // namespace

bool Token::IsKeyword(std::string_view keyword) const {
  if (kind != TokenKind::kIdentifier || text.size() != keyword.size()) {
    return false;
  }
  for (size_t i = 0; i < text.size(); ++i) {
    if (ToUpper(text[i]) != keyword[i]) {
      return false;
    }
  }
  return true;
}

bool IsPlaceholderWord(std::string_view text) {
  for (const char c : text) {
    if (!IsWord(c)) {
      return false;
    }
  }
  return !text.empty();
}

Token Lexer::Next() {
  while (position_ < text_.size() && IsSpace(text_[position_])) {
    ++position_;
  }
  if (position_ == text_.size()) {
    return Take(TokenKind::kEnd, 0);
  }
  const char c = text_[position_];
  if (IsLetter(c)) {
    return Take(TokenKind::kIdentifier, WordLength(position_));
  }
  if (IsDigit(c)) {
    size_t length = 1;
    while (position_ + length < text_.size() && IsDigit(text_[position_ + length])) {
      ++length;
    }
    return Take(TokenKind::kInteger, length);
  }
  if (c == '#') {
    return TakePlaceholder(TokenKind::kName);
  }
  if (c == ':') {
    return TakePlaceholder(TokenKind::kValue);
  }
  if (c == '<' || c == '>') {
    return TakeRelation();
  }
  const TokenKind kind = PunctuationKind(c);
  size_t length = 1;
  // A character of several bytes is one token, so that messages stay valid UTF-8.
  while (kind == TokenKind::kInvalid && position_ + length < text_.size() &&
         IsContinuation(text_[position_ + length])) {
    ++length;
  }
  return Take(kind, length);
}

Token Lexer::Take(TokenKind kind, size_t length) {
  const Token token{kind, text_.substr(position_, length)};
  position_ += length;
  return token;
}

Token Lexer::TakePlaceholder(TokenKind kind) {
  const size_t length = WordLength(position_ + 1);
  return length == 0 ? Take(TokenKind::kInvalid, 1) : Take(kind, 1 + length);
}

Token Lexer::TakeRelation() {
  const char first = text_[position_];
  const char second = position_ + 1 < text_.size() ? text_[position_ + 1] : '\0';
  if (first == '<') {
    if (second == '>') {
      return Take(TokenKind::kNotEqual, 2);
    }
    return second == '=' ? Take(TokenKind::kLessOrEqual, 2) : Take(TokenKind::kLess, 1);
  }
  return second == '=' ? Take(TokenKind::kGreaterOrEqual, 2) : Take(TokenKind::kGreater, 1);
}

size_t Lexer::WordLength(size_t begin) const {
  size_t end = begin;
  while (end < text_.size() && IsWord(text_[end])) {
    ++end;
  }
  return end - begin;
}

}  // namespace stator::expression
