#include "expression/condition_parser.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "expression/comparison.h"
#include "expression/expression_parser.h"
#include "expression/value_text.h"
#include "model/limits.h"

namespace stator::expression {
namespace {

using base::Result;
using model::AttributeValue;

// A function of conditions; `op` is nothing for size(), which is no condition by itself.
struct Function {
  std::string_view name;
  size_t operand_count;
  std::optional<ConditionOp> op;
};
constexpr Function kFunctions[] = {
    {"attribute_exists", 1, ConditionOp::kAttributeExists},
    {"attribute_not_exists", 1, ConditionOp::kAttributeNotExists},
    {"attribute_type", 2, ConditionOp::kAttributeType},
    {"begins_with", 2, ConditionOp::kBeginsWith},
    {"contains", 2, ConditionOp::kContains},
    {"size", 1, std::nullopt},
};
constexpr std::string_view kUpdateFunctions[] = {"if_not_exists", "list_append"};

constexpr std::string_view kTypeNames[] = {"B",  "NULL", "SS", "BOOL", "L",
                                           "BS", "N",    "NS", "S",    "M"};

constexpr char kMisuse[] =
    "The function is not allowed to be used this way in an expression; function: ";

const Function* FindFunction(std::string_view name) {
  for (const Function& function : kFunctions) {
    if (function.name == name) {
      return &function;
    }
  }
  return nullptr;
}

template <typename Names>
bool IsOneOf(const Names& names, std::string_view name) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

std::optional<ConditionOp> ComparatorOf(TokenKind kind) {
  switch (kind) {
    case TokenKind::kEqual:
      return ConditionOp::kEqual;
    case TokenKind::kNotEqual:
      return ConditionOp::kNotEqual;
    case TokenKind::kLess:
      return ConditionOp::kLess;
    case TokenKind::kLessOrEqual:
      return ConditionOp::kLessOrEqual;
    case TokenKind::kGreater:
      return ConditionOp::kGreater;
    case TokenKind::kGreaterOrEqual:
      return ConditionOp::kGreaterOrEqual;
    default:
      return std::nullopt;
  }
}

// A parsed piece. Only what follows it tells what a call is: attribute_exists(a) is a condition,
// size(a) an operand, and the other way round is an error, but not of syntax (E7).
struct Term {
  enum class Kind : uint8_t { kOperand, kCondition, kCall };
  Kind kind = Kind::kOperand;
  bool parenthesized = false;
  std::string_view name;       // of a call
  uint32_t first_operand = 0;  // of an operand or call
  uint32_t operand_count = 0;

  static Term Condition() {
    Term term;
    term.kind = Kind::kCondition;
    return term;
  }
};

// Recursive descent over OR, AND, NOT, comparisons and parentheses, at most kParserDepth deep.
// Operands and steps are written in textual order, so the operands of a test are neighbours.
class ConditionParser : private ExpressionParser {
 public:
  ConditionParser(ExpressionKind kind, std::string_view text, Placeholders& placeholders)
      : ExpressionParser(kind, text, placeholders) {}

  Result<ConditionNode> Parse();

 private:
  Result<Term> ParseOr(int depth);
  Result<Term> ParseAnd(int depth);
  Result<Term> ParseNot(int depth);
  Result<Term> ParseComparison(int depth);
  Result<Term> ParsePrimary(int depth);
  Result<Term> ParseOperand(int depth);
  Result<Term> ParseBetween(Term left, int depth);
  Result<Term> ParseIn(Term left, int depth);
  Result<Term> ParseCall(int depth);
  Result<Term> ParseParentheses(int depth, bool operand_only);
  Result<Term> ParseLeaf();

  Result<void> RequireCondition(const Term& term);
  Result<void> RequireOperand(Term& term);
  // The position of a jump that SetTarget completes.
  size_t EmitJump(ConditionOp op);
  void SetTarget(size_t jump) {
    node_.steps[jump].target = static_cast<uint32_t>(node_.steps.size());
  }
  Term EmitTest(ConditionOp op, uint32_t first_operand);

  void CheckCall(const Term& call, size_t arguments);
  void CheckArguments(const Function& function, const Operand* operands);
  void CheckTypeName(const Operand& operand);
  void CheckTest(ConditionOp op, uint32_t first_operand);
  void CheckBounds(const Operand& lower, const Operand& upper);
  void NoteMisuse(std::string_view function);

  ConditionNode node_;
};

Result<ConditionNode> ConditionParser::Parse() {
  STATOR_RETURN_IF_ERROR(CheckText());
  STATOR_ASSIGN_OR_RETURN(const Term term, ParseOr(0));
  if (current().kind != TokenKind::kEnd) {
    return SyntaxError();
  }
  STATOR_RETURN_IF_ERROR(RequireCondition(term));
  STATOR_RETURN_IF_ERROR(CheckFaults());
  node_.values = placeholders().values();
  return std::move(node_);
}

Result<Term> ConditionParser::ParseOr(int depth) {
  STATOR_ASSIGN_OR_RETURN(Term left, ParseAnd(depth));
  while (current().IsKeyword("OR")) {
    STATOR_RETURN_IF_ERROR(RequireCondition(left));
    STATOR_RETURN_IF_ERROR(CountOperator());
    Advance();
    const size_t jump = EmitJump(ConditionOp::kJumpIfTrue);
    STATOR_ASSIGN_OR_RETURN(const Term right, ParseAnd(depth));
    STATOR_RETURN_IF_ERROR(RequireCondition(right));
    SetTarget(jump);
    left = Term::Condition();
  }
  return left;
}

Result<Term> ConditionParser::ParseAnd(int depth) {
  STATOR_ASSIGN_OR_RETURN(Term left, ParseNot(depth));
  while (current().IsKeyword("AND")) {
    STATOR_RETURN_IF_ERROR(RequireCondition(left));
    STATOR_RETURN_IF_ERROR(CountOperator());
    Advance();
    const size_t jump = EmitJump(ConditionOp::kJumpIfFalse);
    STATOR_ASSIGN_OR_RETURN(const Term right, ParseNot(depth));
    STATOR_RETURN_IF_ERROR(RequireCondition(right));
    SetTarget(jump);
    left = Term::Condition();
  }
  return left;
}

Result<Term> ConditionParser::ParseNot(int depth) {
  int negations = 0;
  while (current().IsKeyword("NOT")) {
    STATOR_RETURN_IF_ERROR(CountOperator());
    Advance();
    ++negations;
  }
  STATOR_ASSIGN_OR_RETURN(Term term, ParseComparison(depth));
  if (negations == 0) {
    return term;
  }
  STATOR_RETURN_IF_ERROR(RequireCondition(term));
  for (int i = 0; i < negations; ++i) {
    node_.steps.push_back({.op = ConditionOp::kNot});
  }
  return Term::Condition();
}

Result<Term> ConditionParser::ParseComparison(int depth) {
  STATOR_ASSIGN_OR_RETURN(Term left, ParsePrimary(depth));
  if (const auto op = ComparatorOf(current().kind)) {
    STATOR_RETURN_IF_ERROR(RequireOperand(left));
    STATOR_RETURN_IF_ERROR(CountOperator());
    Advance();
    STATOR_RETURN_IF_ERROR(ParseOperand(depth));
    return EmitTest(*op, left.first_operand);
  }
  if (current().IsKeyword("BETWEEN")) {
    return ParseBetween(left, depth);
  }
  if (current().IsKeyword("IN")) {
    return ParseIn(left, depth);
  }
  return left;
}

Result<Term> ConditionParser::ParseBetween(Term left, int depth) {
  STATOR_RETURN_IF_ERROR(RequireOperand(left));
  STATOR_RETURN_IF_ERROR(CountOperator());
  Advance();
  STATOR_RETURN_IF_ERROR(ParseOperand(depth));
  if (!current().IsKeyword("AND")) {
    return SyntaxError();
  }
  Advance();
  STATOR_RETURN_IF_ERROR(ParseOperand(depth));
  return EmitTest(ConditionOp::kBetween, left.first_operand);
}

Result<Term> ConditionParser::ParseIn(Term left, int depth) {
  STATOR_RETURN_IF_ERROR(RequireOperand(left));
  STATOR_RETURN_IF_ERROR(CountOperator());
  Advance();
  STATOR_RETURN_IF_ERROR(Expect(TokenKind::kLeftParenthesis));
  size_t count = 0;
  do {
    if (count++ > 0) {
      Advance();
    }
    STATOR_RETURN_IF_ERROR(ParseOperand(depth));
  } while (current().kind == TokenKind::kComma);
  STATOR_RETURN_IF_ERROR(Expect(TokenKind::kRightParenthesis));
  if (count > model::limits::kInOperands) {
    Note(Fault::kOperandCount,
         "The IN operator is provided with too many operands; number of operands: " +
             std::to_string(count));
  }
  return EmitTest(ConditionOp::kIn, left.first_operand);
}

Result<Term> ConditionParser::ParsePrimary(int depth) {
  if (current().kind == TokenKind::kLeftParenthesis) {
    return ParseParentheses(depth + 1, /*operand_only=*/false);
  }
  if (current().kind == TokenKind::kIdentifier && next().kind == TokenKind::kLeftParenthesis) {
    return ParseCall(depth + 1);
  }
  return ParseLeaf();
}

Result<Term> ConditionParser::ParseOperand(int depth) {
  if (current().kind == TokenKind::kLeftParenthesis) {
    return ParseParentheses(depth + 1, /*operand_only=*/true);
  }
  if (current().kind == TokenKind::kIdentifier && next().kind == TokenKind::kLeftParenthesis) {
    STATOR_ASSIGN_OR_RETURN(Term call, ParseCall(depth + 1));
    STATOR_RETURN_IF_ERROR(RequireOperand(call));
    return call;
  }
  return ParseLeaf();
}

Result<Term> ConditionParser::ParseParentheses(int depth, bool operand_only) {
  constexpr std::string_view kRedundant = "The expression has redundant parentheses;";
  if (depth > kParserDepth) {
    return Invalid(kRedundant);
  }
  Advance();
  STATOR_ASSIGN_OR_RETURN(Term inner, operand_only ? ParseOperand(depth) : ParseOr(depth));
  STATOR_RETURN_IF_ERROR(Expect(TokenKind::kRightParenthesis));
  if (inner.parenthesized) {
    Note(Fault::kParentheses, std::string(kRedundant));
  }
  inner.parenthesized = true;
  return inner;
}

Result<Term> ConditionParser::ParseLeaf() {
  Operand operand;
  if (current().kind == TokenKind::kValue) {
    // An undefined value is noted, and any value will do until the fault is reported.
    static const AttributeValue undefined;
    const AttributeValue* value = ParseValue();
    operand.value = value != nullptr ? value : &undefined;
  } else {
    STATOR_ASSIGN_OR_RETURN(operand.path, ParsePath());
  }
  const auto position = static_cast<uint32_t>(node_.operands.size());
  node_.operands.push_back(std::move(operand));
  Term term;
  term.first_operand = position;
  term.operand_count = 1;
  return term;
}

Result<Term> ConditionParser::ParseCall(int depth) {
  if (depth > kParserDepth) {
    return Invalid(kMisuse + std::string(current().text));
  }
  Term call;
  call.kind = Term::Kind::kCall;
  call.name = current().text;
  call.first_operand = static_cast<uint32_t>(node_.operands.size());
  Advance();
  size_t arguments = 0;
  do {
    Advance();  // the parenthesis or comma
    ++arguments;
    STATOR_ASSIGN_OR_RETURN(const Term argument, ParseOperand(depth));
    if (argument.kind == Term::Kind::kCall || node_.operands[argument.first_operand].size) {
      NoteMisuse(argument.name);
    }
  } while (current().kind == TokenKind::kComma);
  STATOR_RETURN_IF_ERROR(Expect(TokenKind::kRightParenthesis));
  call.operand_count = static_cast<uint32_t>(node_.operands.size()) - call.first_operand;
  CheckCall(call, arguments);
  return call;
}

Result<void> ConditionParser::RequireCondition(const Term& term) {
  if (term.kind == Term::Kind::kOperand) {
    return SyntaxError();
  }
  if (term.kind == Term::Kind::kCall) {
    const Function* function = FindFunction(term.name);
    if (function == nullptr || !function->op) {
      NoteMisuse(term.name);
      return {};
    }
    node_.steps.push_back({*function->op, term.first_operand, term.operand_count});
  }
  return {};
}

Result<void> ConditionParser::RequireOperand(Term& term) {
  if (term.kind == Term::Kind::kCondition) {
    return SyntaxError();
  }
  if (term.kind == Term::Kind::kCall) {
    if (term.name != "size") {
      NoteMisuse(term.name);
    }
    node_.operands[term.first_operand].size = true;
    term.kind = Term::Kind::kOperand;
  }
  return {};
}

size_t ConditionParser::EmitJump(ConditionOp op) {
  node_.steps.push_back({.op = op});
  return node_.steps.size() - 1;
}

Term ConditionParser::EmitTest(ConditionOp op, uint32_t first_operand) {
  CheckTest(op, first_operand);
  const auto count = static_cast<uint32_t>(node_.operands.size()) - first_operand;
  node_.steps.push_back({op, first_operand, count});
  return Term::Condition();
}

void ConditionParser::NoteMisuse(std::string_view function) {
  Note(Fault::kFunction, kMisuse + std::string(function));
}

void ConditionParser::CheckCall(const Term& call, size_t arguments) {
  const Function* function = FindFunction(call.name);
  if (function == nullptr) {
    Note(Fault::kFunction,
         (IsOneOf(kUpdateFunctions, call.name)
              ? "The function is not allowed in a condition expression; function: "
              : "Invalid function name; function: ") +
             std::string(call.name));
    return;
  }
  if (arguments != function->operand_count) {
    Note(Fault::kOperandCount,
         "Incorrect number of operands for operator or function; operator or function: " +
             std::string(call.name) + ", number of operands: " + std::to_string(arguments));
    return;
  }
  CheckArguments(*function, &node_.operands[call.first_operand]);
}

void ConditionParser::CheckArguments(const Function& function, const Operand* operands) {
  const AttributeValue* first = operands[0].value;
  if (!function.op) {  // size
    if (first != nullptr && !SizeOf(*first)) {
      NoteOperandType(function.name, first->type());
    }
    return;
  }
  if (*function.op == ConditionOp::kBeginsWith) {
    for (size_t i = 0; i < function.operand_count; ++i) {
      const AttributeValue* value = operands[i].value;
      if (value != nullptr && !value->is_string() && !value->is_binary()) {
        NoteOperandType(function.name, value->type());
      }
    }
  } else if (first != nullptr) {
    NotePathRequired(function.name);
  }
  if (*function.op == ConditionOp::kAttributeType) {
    CheckTypeName(operands[1]);
  }
  if (function.operand_count == 2 && operands[0].is_path() && operands[1].is_path() &&
      operands[0].path == operands[1].path) {
    Note(Fault::kDistinct,
         "The first operand must be distinct from the remaining operands for this operator or "
         "function; operator: " +
             std::string(function.name) + ", first operand: " + PathToString(operands[0].path));
  }
}

void ConditionParser::CheckTypeName(const Operand& operand) {
  constexpr std::string_view kFunction = "attribute_type";
  if (operand.value == nullptr) {
    Note(Fault::kOperandKind,
         "Operator or function requires an expression attribute value; operator or function: " +
             std::string(kFunction));
    return;
  }
  const auto* name = operand.value->Get<std::string>();
  if (name == nullptr) {
    NoteOperandType(kFunction, operand.value->type());
  } else if (!IsOneOf(kTypeNames, *name)) {
    Note(Fault::kOperandType, "Invalid attribute type name found; type: " + *name +
                                  ", valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}");
  }
}

void ConditionParser::CheckTest(ConditionOp op, uint32_t first_operand) {
  const Operand& first = node_.operands[first_operand];
  const bool ordering =
      op != ConditionOp::kEqual && op != ConditionOp::kNotEqual && op != ConditionOp::kIn;
  for (size_t i = first_operand; i < node_.operands.size(); ++i) {
    const Operand& operand = node_.operands[i];
    if (ordering && operand.value != nullptr && !operand.size &&
        !IsOrdered(operand.value->type())) {
      NoteOperandType(ConditionOpName(op), operand.value->type());
    }
    if (i > first_operand && first.is_path() && operand.is_path() && first.path == operand.path) {
      Note(Fault::kDistinct,
           "The first operand must be distinct from the remaining operands for this operator or "
           "function; operator: " +
               std::string(ConditionOpName(op)) + ", first operand: " + PathToString(first.path));
    }
  }
  if (op == ConditionOp::kBetween) {
    CheckBounds(node_.operands[node_.operands.size() - 2], node_.operands.back());
  }
}

void ConditionParser::CheckBounds(const Operand& lower, const Operand& upper) {
  if (lower.value == nullptr || upper.value == nullptr || lower.size || upper.size) {
    return;
  }
  const bool same_type = lower.value->type() == upper.value->type();
  if (same_type && Order(*lower.value, *upper.value).value_or(0) <= 0) {
    return;
  }
  std::string message = "The BETWEEN operator requires ";
  message += same_type ? "upper bound to be greater than or equal to lower bound"
                       : "same data type for lower and upper bounds";
  Note(Fault::kBetween, message +
                            "; lower bound operand: AttributeValue: " + ValueText(*lower.value) +
                            ", upper bound operand: AttributeValue: " + ValueText(*upper.value));
}

}  // namespace

Result<ConditionNode> ParseConditionNode(ExpressionKind kind, std::string_view text,
                                         Placeholders& placeholders) {
  return ConditionParser(kind, text, placeholders).Parse();
}

}  // namespace stator::expression
