#include "partiql/token_reader.h"

#include <algorithm>

#include "model/limits.h"

namespace stator::partiql {

constexpr std::string_view kNotWellFormed = "Statement wasn't well formed, can't be processed: ";

base::Error NotWellFormed(std::string_view detail) {
  return base::ValidationError(std::string(kNotWellFormed) + std::string(detail));
}

bool IsNotWellFormed(const base::Error& error) { return error.message.starts_with(kNotWellFormed); }

TokenReader::TokenReader(std::string_view text) : text_(text), lexer_(text) {
  current_ = lexer_.Next();
  next_ = lexer_.Next();
}

void TokenReader::Advance() {
  current_ = next_;
  next_ = lexer_.Next();
}

bool TokenReader::Take(TokenKind kind) {
  if (!At(kind)) {
    return false;
  }
  Advance();
  return true;
}

bool TokenReader::TakeKeyword(std::string_view keyword) {
  if (!AtKeyword(keyword)) {
    return false;
  }
  Advance();
  return true;
}

base::Result<void> TokenReader::Expect(TokenKind kind) {
  return Take(kind) ? base::Result<void>() : Unexpected();
}

base::Result<void> TokenReader::ExpectKeyword(std::string_view keyword) {
  if (TakeKeyword(keyword)) {
    return {};
  }
  return NotWellFormed("Expected " + std::string(keyword) + " at " + Position());
}

bool TokenReader::AtArithmetic() const {
  return At(TokenKind::kPlus) || At(TokenKind::kMinus) || At(TokenKind::kStar) ||
         At(TokenKind::kSlash) || At(TokenKind::kPercent) || At(TokenKind::kConcat);
}

base::Error TokenReader::UnrecognizedFunction() const {
  return base::ValidationError("Unrecognized function: " + std::string(current_.text));
}

base::Error TokenReader::UnsupportedToken() const {
  return base::ValidationError("Unsupported token in expression: " + std::string(current_.text) +
                               " at " + Position());
}

base::Error TokenReader::Unexpected() const {
  if (At(TokenKind::kEnd)) {
    return NotWellFormed("Unexpected end of statement");
  }
  return NotWellFormed("Unexpected token '" + std::string(current_.text) + "' at " + Position());
}

std::string TokenReader::Position() const {
  const auto offset = static_cast<size_t>(current_.text.data() - text_.data());
  const std::string_view before = text_.substr(0, offset);
  const auto lines = std::count(before.begin(), before.end(), '\n');
  const size_t line_begin = before.rfind('\n') + 1;  // npos + 1 is 0
  return std::to_string(lines + 1) + ":" + std::to_string(offset - line_begin + 1) + ":" +
         std::to_string(current_.text.size());
}

base::Result<void> TokenReader::CountOperator() {
  if (++operators_ > model::limits::kExpressionOperators) {
    return base::ValidationError("The expression contains too many operators; operator count: " +
                                 std::to_string(operators_));
  }
  return {};
}

}  // namespace stator::partiql
