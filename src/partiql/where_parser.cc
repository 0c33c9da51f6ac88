#include "partiql/where_parser.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "expression/comparison.h"
#include "expression/value_text.h"
#include "model/limits.h"

namespace stator::partiql {
namespace {

using base::Result;
using expression::ConditionOp;
using model::AttributeValue;

// A function that is a condition.
struct Function {
  std::string_view keyword;
  ConditionOp op;
  size_t operands;
};
constexpr std::array<Function, 5> kFunctions = {
    {{"BEGINS_WITH", ConditionOp::kBeginsWith, 2},
     {"CONTAINS", ConditionOp::kContains, 2},
     {"ATTRIBUTE_TYPE", ConditionOp::kAttributeType, 2},
     {"ATTRIBUTE_EXISTS", ConditionOp::kAttributeExists, 1},
     {"ATTRIBUTE_NOT_EXISTS", ConditionOp::kAttributeNotExists, 1}}};

constexpr std::string_view kTypeNames[] = {"B",  "NULL", "SS", "BOOL", "L",
                                           "BS", "N",    "NS", "S",    "M"};

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

Where Test(ConditionOp op, std::vector<Operand> operands) {
  Where test;
  test.op = op;
  test.operands = std::move(operands);
  return test;
}

Where Negated(Where inner) {
  Where negated;
  negated.kind = Where::Kind::kNot;
  negated.children.push_back(std::move(inner));
  return negated;
}

// The parts joined, or the only one itself.
Where Joined(Where::Kind kind, std::vector<Where> parts) {
  if (parts.size() == 1) {
    return std::move(parts.front());
  }
  Where joined;
  joined.kind = kind;
  joined.children = std::move(parts);
  return joined;
}

base::Error UnsupportedOperator(std::string_view name) {
  return base::ValidationError("Unsupported operator in Condition Expression. Operator: " +
                               std::string(name));
}

bool NeedsPath(ConditionOp op) {
  return op != ConditionOp::kBeginsWith && op != ConditionOp::kContains;
}

// Operators that compare by order take strings, numbers and binaries (P8).
Result<void> CheckOrdered(ConditionOp op, const std::vector<Operand>& operands) {
  for (const Operand& operand : operands) {
    if (operand.value && !expression::IsOrdered(operand.value->type())) {
      return WrongOperandType(ConditionOpName(op), operand.value->type());
    }
  }
  return {};
}

Result<void> CheckBounds(const Operand& lower, const Operand& upper) {
  if (!lower.value || !upper.value) {
    return {};
  }
  const bool same_type = lower.value->type() == upper.value->type();
  if (same_type && expression::Order(*lower.value, *upper.value).value_or(0) <= 0) {
    return {};
  }
  return base::ValidationError(
      std::string("The BETWEEN operator requires ") +
      (same_type ? "upper bound to be greater than or equal to lower bound"
                 : "same data type for lower and upper bounds") +
      "; lower bound operand: AttributeValue: " + expression::ValueText(*lower.value) +
      ", upper bound operand: AttributeValue: " + expression::ValueText(*upper.value));
}

Result<void> CheckFunction(ConditionOp op, const std::vector<Operand>& operands) {
  if (NeedsPath(op) && (operands[0].value || operands[0].size)) {
    return base::ValidationError(
        "Operator or function requires a document path; operator or function: " +
        std::string(ConditionOpName(op)));
  }
  for (const Operand& operand : operands) {
    if (op == ConditionOp::kBeginsWith && operand.value && !operand.value->is_string() &&
        !operand.value->is_binary()) {
      return WrongOperandType(ConditionOpName(op), operand.value->type());
    }
  }
  if (op != ConditionOp::kAttributeType) {
    return {};
  }
  const std::optional<AttributeValue>& argument = operands[1].value;
  if (!argument) {
    return base::ValidationError("The second operand of attribute_type must be a value");
  }
  const auto* name = argument->Get<std::string>();
  if (name == nullptr) {
    return WrongOperandType(ConditionOpName(op), argument->type());
  }
  if (std::find(std::begin(kTypeNames), std::end(kTypeNames), *name) == std::end(kTypeNames)) {
    return base::ValidationError("Invalid attribute type name found; type: " + *name +
                                 ", valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}");
  }
  return {};
}

}  // namespace

Result<Where> WhereParser::ParseOr(int depth) {
  std::vector<Where> parts;
  do {
    if (!parts.empty()) {
      STATOR_RETURN_IF_ERROR(CountOperator());
    }
    STATOR_ASSIGN_OR_RETURN(Where part, ParseAnd(depth));
    parts.push_back(std::move(part));
  } while (TakeKeyword("OR"));
  return Joined(Where::Kind::kOr, std::move(parts));
}

Result<Where> WhereParser::ParseAnd(int depth) {
  std::vector<Where> parts;
  do {
    if (!parts.empty()) {
      STATOR_RETURN_IF_ERROR(CountOperator());
    }
    STATOR_ASSIGN_OR_RETURN(Where part, ParseNot(depth));
    parts.push_back(std::move(part));
  } while (TakeKeyword("AND"));
  return Joined(Where::Kind::kAnd, std::move(parts));
}

Result<Where> WhereParser::ParseNot(int depth) {
  bool negated = false;
  while (TakeKeyword("NOT")) {
    STATOR_RETURN_IF_ERROR(CountOperator());
    negated = !negated;
  }
  STATOR_ASSIGN_OR_RETURN(Where inner, ParsePredicate(depth));
  return negated ? Negated(std::move(inner)) : std::move(inner);
}

Result<Where> WhereParser::ParsePredicate(int depth) {
  if (!Take(TokenKind::kLeftParenthesis)) {
    return AtCall() && !AtKeyword("SIZE") ? ParseFunction() : ParseComparison();
  }
  if (depth == kMaxDepth) {
    return NotWellFormed("Parentheses are nested too deep");
  }
  STATOR_ASSIGN_OR_RETURN(Where inner, ParseOr(depth + 1));
  STATOR_RETURN_IF_ERROR(Expect(TokenKind::kRightParenthesis));
  return inner;
}

Result<Operand> WhereParser::ParseOperand() {
  Operand operand;
  if (AtValue()) {
    STATOR_ASSIGN_OR_RETURN(operand.value, ParseValue());
  } else if (AtCall()) {
    STATOR_ASSIGN_OR_RETURN(operand, ParseSize());
  } else if (AtKeyword("MISSING")) {
    return MisplacedMissing();
  } else {
    STATOR_ASSIGN_OR_RETURN(operand.path, ParsePath());
  }
  if (AtArithmetic()) {
    return UnsupportedOperator(current().text);
  }
  return operand;
}

Result<Operand> WhereParser::ParseSize() {
  constexpr std::string_view kName = "size";
  if (!AtKeyword("SIZE")) {
    return UnrecognizedFunction();
  }
  STATOR_ASSIGN_OR_RETURN(std::vector<Operand> operands, ParseArguments());
  if (operands.size() != 1) {
    return WrongOperandCount(kName, operands.size());
  }
  if (operands[0].value || operands[0].size) {
    return WrongOperandType(
        kName, operands[0].size ? model::ValueType::kNumber : operands[0].value->type());
  }
  operands[0].size = true;
  return std::move(operands[0]);
}

Result<std::vector<Operand>> WhereParser::ParseArguments() {
  std::vector<Operand> operands;
  Advance();
  if (++call_depth_ > kMaxDepth) {
    return NotWellFormed("Functions are nested too deep");
  }
  do {
    Advance();  // the parenthesis or comma
    if (operands.empty() && At(TokenKind::kRightParenthesis)) {
      break;
    }
    STATOR_ASSIGN_OR_RETURN(Operand operand, ParseOperand());
    operands.push_back(std::move(operand));
  } while (At(TokenKind::kComma));
  --call_depth_;
  STATOR_RETURN_IF_ERROR(Expect(TokenKind::kRightParenthesis));
  return operands;
}

bool WhereParser::AtEndOfTest() const {
  return At(TokenKind::kEnd) || At(TokenKind::kSemicolon) || At(TokenKind::kRightParenthesis) ||
         AtKeyword("AND") || AtKeyword("OR") || AtKeyword("ORDER") || AtKeyword("RETURNING");
}

Result<Where> WhereParser::ParseComparison() {
  STATOR_ASSIGN_OR_RETURN(Operand left, ParseOperand());
  if (TakeKeyword("IS")) {
    return ParseIs(std::move(left));
  }
  const bool negated = TakeKeyword("NOT");
  STATOR_RETURN_IF_ERROR(CountOperator());
  if (AtKeyword("BETWEEN") || AtKeyword("IN")) {
    STATOR_ASSIGN_OR_RETURN(
        Where test, AtKeyword("IN") ? ParseIn(std::move(left)) : ParseBetween(std::move(left)));
    return negated ? Negated(std::move(test)) : std::move(test);
  }
  if (AtKeyword("LIKE")) {
    return UnsupportedOperator("like");
  }
  const std::optional<ConditionOp> op = ComparatorOf(current().kind);
  if (!negated && !op && AtEndOfTest()) {
    return base::ValidationError(
        "WHERE clause must contain an expression that resolves to a boolean");
  }
  if (negated || !op) {
    return Unexpected();
  }
  Advance();
  STATOR_ASSIGN_OR_RETURN(Operand right, ParseOperand());
  std::vector<Operand> operands{std::move(left), std::move(right)};
  if (*op != ConditionOp::kEqual && *op != ConditionOp::kNotEqual) {
    STATOR_RETURN_IF_ERROR(CheckOrdered(*op, operands));
  }
  return Test(*op, std::move(operands));
}

// IS MISSING asks for no attribute, IS NULL for one whose type is NULL.
Result<Where> WhereParser::ParseIs(Operand operand) {
  STATOR_RETURN_IF_ERROR(CountOperator());
  const bool negated = TakeKeyword("NOT");
  if (operand.value || operand.size) {
    return NotWellFormed("IS needs an attribute or a path before it");
  }
  if (TakeKeyword("MISSING")) {
    return Test(negated ? ConditionOp::kAttributeExists : ConditionOp::kAttributeNotExists,
                {std::move(operand)});
  }
  STATOR_RETURN_IF_ERROR(ExpectKeyword("NULL"));
  Operand null;
  null.value = AttributeValue(model::ValueTypeName(model::ValueType::kNull));
  Where test = Test(ConditionOp::kAttributeType, {std::move(operand), std::move(null)});
  return negated ? Negated(std::move(test)) : std::move(test);
}

Result<Where> WhereParser::ParseBetween(Operand operand) {
  Advance();
  STATOR_ASSIGN_OR_RETURN(Operand lower, ParseOperand());
  STATOR_RETURN_IF_ERROR(ExpectKeyword("AND"));
  STATOR_ASSIGN_OR_RETURN(Operand upper, ParseOperand());
  std::vector<Operand> operands{std::move(operand), std::move(lower), std::move(upper)};
  STATOR_RETURN_IF_ERROR(CheckOrdered(ConditionOp::kBetween, operands));
  STATOR_RETURN_IF_ERROR(CheckBounds(operands[1], operands[2]));
  return Test(ConditionOp::kBetween, std::move(operands));
}

Result<Where> WhereParser::ParseIn(Operand operand) {
  Advance();
  const TokenKind end =
      At(TokenKind::kLeftBracket) ? TokenKind::kRightBracket : TokenKind::kRightParenthesis;
  if (!Take(TokenKind::kLeftBracket) && !Take(TokenKind::kLeftParenthesis)) {
    return base::ValidationError(
        "IN operator must have a left hand argument of type Variable Reference and right hand "
        "argument of type Seq with at least one member");
  }
  std::vector<Operand> operands{std::move(operand)};
  do {
    STATOR_ASSIGN_OR_RETURN(Operand member, ParseOperand());
    operands.push_back(std::move(member));
  } while (Take(TokenKind::kComma));
  STATOR_RETURN_IF_ERROR(Expect(end));
  if (operands.size() - 1 > model::limits::kInOperands) {
    return base::ValidationError(
        "The IN operator is provided with too many operands; number of operands: " +
        std::to_string(operands.size() - 1));
  }
  return Test(ConditionOp::kIn, std::move(operands));
}

Result<Where> WhereParser::ParseFunction() {
  const auto* function =
      std::find_if(kFunctions.begin(), kFunctions.end(),
                   [this](const Function& candidate) { return AtKeyword(candidate.keyword); });
  if (AtKeyword("EXISTS")) {
    Advance();
    Advance();
    return UnsupportedToken();
  }
  if (function == kFunctions.end()) {
    return UnrecognizedFunction();
  }
  STATOR_ASSIGN_OR_RETURN(std::vector<Operand> operands, ParseArguments());
  if (operands.size() != function->operands) {
    return WrongOperandCount(ConditionOpName(function->op), operands.size());
  }
  STATOR_RETURN_IF_ERROR(CheckFunction(function->op, operands));
  return Test(function->op, std::move(operands));
}

}  // namespace stator::partiql
