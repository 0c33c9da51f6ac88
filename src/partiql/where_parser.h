#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "partiql/statement.h"
#include "partiql/value_parser.h"

namespace stator::partiql {

// Conditions: comparisons, BETWEEN, IN, IS, functions, joined by AND, OR, NOT and parentheses, at
// most kMaxDepth deep. Operand types are checked as far as the statement tells them (P8).
class WhereParser : protected ValueParser {
 protected:
  WhereParser(std::string_view text, std::vector<model::AttributeValue> parameters)
      : ValueParser(text, std::move(parameters)) {}

  base::Result<Where> ParseWhere() { return ParseOr(0); }

 private:
  base::Result<Where> ParseOr(int depth);
  base::Result<Where> ParseAnd(int depth);
  base::Result<Where> ParseNot(int depth);
  base::Result<Where> ParsePredicate(int depth);
  base::Result<Where> ParseComparison();
  base::Result<Where> ParseIs(Operand operand);
  base::Result<Where> ParseBetween(Operand operand);
  base::Result<Where> ParseIn(Operand operand);
  base::Result<Where> ParseFunction();
  base::Result<Operand> ParseOperand();
  base::Result<Operand> ParseSize();
  // Of the call that begins at the current token, up to its end.
  base::Result<std::vector<Operand>> ParseArguments();
  bool AtEndOfTest() const;

  int call_depth_ = 0;
};

}  // namespace stator::partiql
