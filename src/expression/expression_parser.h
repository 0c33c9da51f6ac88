#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "expression/condition.h"
#include "expression/lexer.h"
#include "expression/path.h"
#include "expression/placeholders.h"
#include "model/attribute_value.h"

namespace stator::expression {

// Recursion of the parsers stops here. An expression that needs more either has too many operators
// or redundant parentheses, both of which are errors anyway.
inline constexpr int kParserDepth = 320;

// What can be wrong with an expression that is well formed, in the order in which it is reported.
// A syntax error comes before all of them.
enum class Fault : uint8_t {
  kSection,
  kParentheses,
  kFunction,
  kReservedWord,
  kPlaceholder,
  kPath,
  kOperandCount,
  kOperandKind,
  kOperandType,
  kDistinct,
  kBetween,
  kClash,
};
inline constexpr size_t kFaults = 12;

// What the parsers of all expressions share: the tokens with one of look-ahead, the errors, paths
// and values. Faults are noted while parsing goes on, so that a syntax error further right wins.
// Borrows the text and the placeholders. Not synchronized.
class ExpressionParser {
 protected:
  ExpressionParser(ExpressionKind kind, std::string_view text, Placeholders& placeholders);

  // Fails when the text is too long (V9) or has no token (E16).
  base::Result<void> CheckText() const;

  const Token& current() const { return current_; }
  const Token& next() const { return next_; }
  void Advance();
  // Steps over a token of that kind; a syntax error when there is another.
  base::Result<void> Expect(TokenKind kind);

  // "Invalid UpdateExpression: " and the message.
  base::Error Invalid(std::string_view message) const;
  // Of the current token, with its neighbours (V12).
  base::Error SyntaxError() const;

  // A document path; notes reserved words and undefined names.
  base::Result<Path> ParsePath();
  // REQUIRES: the current token is a kValue. Null when it is not defined, which is noted.
  const model::AttributeValue* ParseValue();

  // Counts an operator; fails above the limit (V10).
  base::Result<void> CountOperator();

  // Keeps the first message of each fault.
  void Note(Fault fault, std::string message);
  void NoteOperandType(std::string_view function, model::ValueType type);
  void NotePathRequired(std::string_view function);
  void NoteClash(const std::vector<Path>& paths);
  // Fails with the most important noted fault.
  base::Result<void> CheckFaults() const;

  Placeholders& placeholders() { return placeholders_; }

 private:
  base::Result<PathElement> ParseName();
  base::Result<PathElement> ParseIndex();

  const ExpressionKind kind_;
  const std::string_view text_;
  Placeholders& placeholders_;
  Lexer lexer_;
  Token previous_;
  Token current_;
  Token next_;
  int operators_ = 0;
  std::array<std::string, kFaults> faults_;
};

}  // namespace stator::expression
