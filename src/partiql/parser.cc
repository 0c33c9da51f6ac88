#include "partiql/parser.h"

#include <optional>
#include <string>
#include <utility>

#include "model/limits.h"
#include "partiql/where_parser.h"

namespace stator::partiql {
namespace {

using base::Result;
using engine::ReturnValues;
using expression::UpdateAction;
using expression::ValueStep;
using model::AttributeValue;
using model::ValueType;

bool IsSet(ValueType type) {
  return type == ValueType::kStringSet || type == ValueType::kNumberSet ||
         type == ValueType::kBinarySet;
}

base::Error WrongOperandType(std::string_view function, ValueType type) {
  return base::ValidationError(
      "Incorrect operand type for operator or function; operator or function: " +
      std::string(function) + ", operand type: " + std::string(model::ValueTypeName(type)));
}

// Whether the operand that ends the steps may be one of an operator that takes that type.
Result<void> CheckStep(std::string_view function, const SetStep& step, ValueType type) {
  if (!step.op && step.operand.value && step.operand.value->type() != type) {
    return WrongOperandType(function, step.operand.value->type());
  }
  return {};
}

// Recursive descent over whole statements.
class StatementParser : private WhereParser {
 public:
  StatementParser(std::string_view text, std::vector<AttributeValue> parameters)
      : WhereParser(text, std::move(parameters)) {}

  Result<Statement> Parse();

 private:
  Result<Statement> ParseKind();
  Result<Select> ParseSelect();
  Result<void> ParseColumns(Select& select);
  Result<void> ParseSource(Select& select);
  Result<void> ParseOrderBy(Select& select);
  Result<Insert> ParseInsert();
  Result<Update> ParseUpdate();
  Result<void> ParseAssignments(Update& update);
  Result<Assignment> ParseSetAssignment();
  Result<Assignment> ParseSetFunction(Assignment assignment);
  Result<void> ParseSum(int depth, std::vector<SetStep>& steps);
  Result<void> ParseSumOperand(int depth, std::vector<SetStep>& steps);
  Result<void> ParseListAppend(int depth, std::vector<SetStep>& steps);
  Result<Delete> ParseDelete();
  Result<Exists> ParseExists();
  Result<std::string> ParseTable();
  Result<std::optional<Where>> ParseOptionalWhere();
  Result<ReturnValues> ParseReturning();
};

Result<Statement> StatementParser::Parse() {
  STATOR_ASSIGN_OR_RETURN(Statement statement, ParseKind());
  (void)Take(TokenKind::kSemicolon);
  STATOR_RETURN_IF_ERROR(Expect(TokenKind::kEnd));
  STATOR_RETURN_IF_ERROR(CheckAllParametersUsed());
  return statement;
}

// The statement as the variant.
template <typename T>
Result<Statement> AsStatement(Result<T> parsed) {
  if (!parsed.ok()) {
    return std::move(parsed).error();
  }
  return Statement(std::move(parsed).value());
}

Result<Statement> StatementParser::ParseKind() {
  if (AtKeyword("SELECT")) {
    return AsStatement(ParseSelect());
  }
  if (AtKeyword("INSERT")) {
    return AsStatement(ParseInsert());
  }
  if (AtKeyword("UPDATE")) {
    return AsStatement(ParseUpdate());
  }
  if (AtKeyword("DELETE")) {
    return AsStatement(ParseDelete());
  }
  if (AtKeyword("EXISTS")) {
    return AsStatement(ParseExists());
  }
  return NotWellFormed("Expected data manipulation");
}

Result<Select> StatementParser::ParseSelect() {
  Select select;
  STATOR_RETURN_IF_ERROR(ExpectKeyword("SELECT"));
  STATOR_RETURN_IF_ERROR(ParseColumns(select));
  STATOR_RETURN_IF_ERROR(ExpectKeyword("FROM"));
  STATOR_RETURN_IF_ERROR(ParseSource(select));
  STATOR_ASSIGN_OR_RETURN(select.where, ParseOptionalWhere());
  STATOR_RETURN_IF_ERROR(ParseOrderBy(select));
  return select;
}

Result<void> StatementParser::ParseColumns(Select& select) {
  if (Take(TokenKind::kStar)) {
    return {};
  }
  do {
    if (AtCall() || AtValue()) {  // no functions here, COUNT(*) among them (P6)
      return base::ValidationError("Unexpected path component at " + Position());
    }
    STATOR_ASSIGN_OR_RETURN(expression::Path path, ParsePath());
    select.columns.push_back(std::move(path));
  } while (Take(TokenKind::kComma));
  return {};
}

// "table" or "table"."index" (P4).
Result<void> StatementParser::ParseSource(Select& select) {
  STATOR_ASSIGN_OR_RETURN(select.table, ParseName());
  if (Take(TokenKind::kDot)) {
    STATOR_ASSIGN_OR_RETURN(select.index, ParseName());
  }
  if (At(TokenKind::kDot)) {
    return NotWellFormed("FROM names more than a table and an index at " + Position());
  }
  return {};
}

Result<void> StatementParser::ParseOrderBy(Select& select) {
  if (!TakeKeyword("ORDER")) {
    return {};
  }
  STATOR_RETURN_IF_ERROR(ExpectKeyword("BY"));
  do {
    SortKey key;
    STATOR_ASSIGN_OR_RETURN(key.attribute, ParseName());
    key.descending = TakeKeyword("DESC");
    (void)(key.descending || TakeKeyword("ASC"));
    select.order_by.push_back(std::move(key));
  } while (Take(TokenKind::kComma));
  return {};
}

Result<std::optional<Where>> StatementParser::ParseOptionalWhere() {
  if (!TakeKeyword("WHERE")) {
    return std::optional<Where>();
  }
  STATOR_ASSIGN_OR_RETURN(Where where, ParseWhere());
  return std::optional<Where>(std::move(where));
}

Result<std::string> StatementParser::ParseTable() {
  STATOR_ASSIGN_OR_RETURN(std::string table, ParseName());
  if (At(TokenKind::kDot)) {
    return NotWellFormed("Only SELECT can name an index at " + Position());
  }
  return table;
}

Result<Insert> StatementParser::ParseInsert() {
  Insert insert;
  Advance();
  STATOR_RETURN_IF_ERROR(ExpectKeyword("INTO"));
  STATOR_ASSIGN_OR_RETURN(insert.table, ParseTable());
  STATOR_RETURN_IF_ERROR(ExpectKeyword("VALUE"));
  if (!AtValue()) {
    return Unexpected();
  }
  STATOR_ASSIGN_OR_RETURN(AttributeValue value, ParseValue());
  auto* item = value.Get<model::Item>();
  if (item == nullptr) {
    return base::ValidationError("The value of INSERT must be a map, but its type is " +
                                 std::string(model::ValueTypeName(value.type())));
  }
  if (model::NestingDepth(value) > model::limits::kNestingDepth + 1) {
    return base::ValidationError(model::kNestedTooDeep);
  }
  insert.item = std::move(*item);
  if (TakeKeyword("IF")) {
    STATOR_RETURN_IF_ERROR(ExpectKeyword("NOT"));
    STATOR_RETURN_IF_ERROR(ExpectKeyword("EXISTS"));
    insert.if_not_exists = true;
  }
  return insert;
}

Result<Update> StatementParser::ParseUpdate() {
  Update update;
  Advance();
  STATOR_ASSIGN_OR_RETURN(update.table, ParseTable());
  if (!AtKeyword("SET") && !AtKeyword("REMOVE")) {
    return NotWellFormed("Expected data manipulation");
  }
  while (AtKeyword("SET") || AtKeyword("REMOVE")) {
    STATOR_RETURN_IF_ERROR(ParseAssignments(update));
  }
  STATOR_ASSIGN_OR_RETURN(update.where, ParseOptionalWhere());
  STATOR_ASSIGN_OR_RETURN(update.returning, ParseReturning());
  return update;
}

// One clause: SET a = 1, b = 2 or REMOVE a, b.
Result<void> StatementParser::ParseAssignments(Update& update) {
  const bool set = AtKeyword("SET");
  do {
    Advance();  // the keyword or comma
    if (set) {
      STATOR_ASSIGN_OR_RETURN(Assignment assignment, ParseSetAssignment());
      update.assignments.push_back(std::move(assignment));
    } else {
      Assignment removal;
      removal.kind = UpdateAction::Kind::kRemove;
      STATOR_ASSIGN_OR_RETURN(removal.path, ParsePath());
      update.assignments.push_back(std::move(removal));
    }
  } while (At(TokenKind::kComma));
  return {};
}

Result<Assignment> StatementParser::ParseSetAssignment() {
  Assignment assignment;
  STATOR_ASSIGN_OR_RETURN(assignment.path, ParsePath());
  STATOR_RETURN_IF_ERROR(Expect(TokenKind::kEqual));
  if (AtCall() && (AtKeyword("SET_ADD") || AtKeyword("SET_DELETE"))) {
    return ParseSetFunction(std::move(assignment));
  }
  STATOR_RETURN_IF_ERROR(ParseSum(0, assignment.steps));
  return assignment;
}

// These do what ADD and DELETE do, so they can only change the attribute that they read.
Result<Assignment> StatementParser::ParseSetFunction(Assignment assignment) {
  const bool add = AtKeyword("SET_ADD");
  const std::string_view name = add ? "set_add" : "set_delete";
  assignment.kind = add ? UpdateAction::Kind::kAdd : UpdateAction::Kind::kDelete;
  Advance();
  Advance();
  STATOR_ASSIGN_OR_RETURN(const expression::Path source, ParsePath());
  STATOR_RETURN_IF_ERROR(Expect(TokenKind::kComma));
  if (!AtValue()) {
    return Unexpected();
  }
  STATOR_ASSIGN_OR_RETURN(assignment.set, ParseValue());
  STATOR_RETURN_IF_ERROR(Expect(TokenKind::kRightParenthesis));
  if (source != assignment.path) {
    return base::ValidationError(
        "The first operand of " + std::string(name) +
        " must be the attribute that is set; attribute: " + PathToString(assignment.path) +
        ", first operand: " + PathToString(source));
  }
  if (!IsSet(assignment.set.type())) {
    return WrongOperandType(name, assignment.set.type());
  }
  return assignment;
}

Result<void> StatementParser::ParseSum(int depth, std::vector<SetStep>& steps) {
  STATOR_RETURN_IF_ERROR(ParseSumOperand(depth, steps));
  while (At(TokenKind::kPlus) || At(TokenKind::kMinus)) {
    const bool plus = At(TokenKind::kPlus);
    const std::string_view name = plus ? "+" : "-";
    STATOR_RETURN_IF_ERROR(CountOperator());
    STATOR_RETURN_IF_ERROR(CheckStep(name, steps.back(), ValueType::kNumber));
    Advance();
    STATOR_RETURN_IF_ERROR(ParseSumOperand(depth, steps));
    STATOR_RETURN_IF_ERROR(CheckStep(name, steps.back(), ValueType::kNumber));
    steps.push_back({.op = plus ? ValueStep::Op::kAdd : ValueStep::Op::kSubtract, .operand = {}});
  }
  return {};
}

Result<void> StatementParser::ParseSumOperand(int depth, std::vector<SetStep>& steps) {
  if (depth == kMaxDepth) {
    return NotWellFormed("Parentheses are nested too deep");
  }
  if (Take(TokenKind::kLeftParenthesis)) {
    STATOR_RETURN_IF_ERROR(ParseSum(depth + 1, steps));
    return Expect(TokenKind::kRightParenthesis);
  }
  if (AtCall()) {
    return ParseListAppend(depth + 1, steps);
  }
  SetStep step;
  if (AtValue()) {
    STATOR_ASSIGN_OR_RETURN(step.operand.value, ParseValue());
  } else {
    STATOR_ASSIGN_OR_RETURN(step.operand.path, ParsePath());
  }
  steps.push_back(std::move(step));
  return {};
}

Result<void> StatementParser::ParseListAppend(int depth, std::vector<SetStep>& steps) {
  constexpr std::string_view kName = "list_append";
  if (!AtKeyword("LIST_APPEND")) {
    return NotWellFormed("Unsupported function '" + std::string(current().text) + "' at " +
                         Position());
  }
  Advance();
  Advance();
  STATOR_RETURN_IF_ERROR(ParseSum(depth, steps));
  STATOR_RETURN_IF_ERROR(CheckStep(kName, steps.back(), ValueType::kList));
  STATOR_RETURN_IF_ERROR(Expect(TokenKind::kComma));
  STATOR_RETURN_IF_ERROR(ParseSum(depth, steps));
  STATOR_RETURN_IF_ERROR(CheckStep(kName, steps.back(), ValueType::kList));
  steps.push_back({.op = ValueStep::Op::kListAppend, .operand = {}});
  return Expect(TokenKind::kRightParenthesis);
}

Result<Delete> StatementParser::ParseDelete() {
  Delete remove;
  Advance();
  STATOR_RETURN_IF_ERROR(ExpectKeyword("FROM"));
  STATOR_ASSIGN_OR_RETURN(remove.table, ParseTable());
  STATOR_ASSIGN_OR_RETURN(remove.where, ParseOptionalWhere());
  STATOR_ASSIGN_OR_RETURN(remove.returning, ParseReturning());
  if (remove.returning != ReturnValues::kNone && remove.returning != ReturnValues::kAllOld) {
    return base::ValidationError("DELETE statements only support RETURNING ALL OLD *");  // P3
  }
  return remove;
}

Result<ReturnValues> StatementParser::ParseReturning() {
  if (!TakeKeyword("RETURNING")) {
    return ReturnValues::kNone;
  }
  const bool modified = TakeKeyword("MODIFIED");
  if (!modified) {
    STATOR_RETURN_IF_ERROR(ExpectKeyword("ALL"));
  }
  const bool old = TakeKeyword("OLD");
  if (!old) {
    STATOR_RETURN_IF_ERROR(ExpectKeyword("NEW"));
  }
  STATOR_RETURN_IF_ERROR(Expect(TokenKind::kStar));
  if (old) {
    return modified ? ReturnValues::kUpdatedOld : ReturnValues::kAllOld;
  }
  return modified ? ReturnValues::kUpdatedNew : ReturnValues::kAllNew;
}

Result<Exists> StatementParser::ParseExists() {
  Exists exists;
  Advance();
  STATOR_RETURN_IF_ERROR(Expect(TokenKind::kLeftParenthesis));
  STATOR_ASSIGN_OR_RETURN(exists.select, ParseSelect());
  STATOR_RETURN_IF_ERROR(Expect(TokenKind::kRightParenthesis));
  return exists;
}

}  // namespace

Result<Statement> ParseStatement(std::string_view text, std::vector<AttributeValue> parameters) {
  return StatementParser(text, std::move(parameters)).Parse();
}

}  // namespace stator::partiql
