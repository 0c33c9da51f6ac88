#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "expression/expression_parser.h"
#include "expression/update.h"
#include "expression/update_node.h"

namespace stator::expression {
namespace {

using base::Result;
using model::AttributeValue;
using model::ValueType;
using Kind = UpdateAction::Kind;
using Op = ValueStep::Op;

// A section of an update expression; the keyword also names it in messages.
struct Section {
  std::string_view keyword;
  Kind kind;
};
constexpr std::array<Section, 4> kSections = {{{"SET", Kind::kSet},
                                               {"REMOVE", Kind::kRemove},
                                               {"ADD", Kind::kAdd},
                                               {"DELETE", Kind::kDelete}}};

constexpr char kMisuse[] =
    "The function is not allowed to be used this way in an expression; function: ";
constexpr char kRedundant[] = "The expression has redundant parentheses;";

constexpr std::string_view kConditionFunctions[] = {"attribute_exists", "attribute_not_exists",
                                                    "attribute_type",   "begins_with",
                                                    "contains",         "size"};

// How the messages about ADD and DELETE call the types.
std::string_view LongTypeName(ValueType type) {
  static constexpr std::string_view kNames[] = {"STRING",     "NUMBER",     "BINARY", "STRING_SET",
                                                "NUMBER_SET", "BINARY_SET", "MAP",    "LIST",
                                                "NULL",       "BOOLEAN"};
  return kNames[static_cast<size_t>(type) - 1];
}

bool IsSet(ValueType type) {
  return type == ValueType::kStringSet || type == ValueType::kNumberSet ||
         type == ValueType::kBinarySet;
}

// A parsed operand: a path, a plain value, or something calculated.
struct Term {
  enum class Kind : uint8_t { kPath, kValue, kCalculated };
  Kind kind = Kind::kCalculated;
  bool parenthesized = false;
  std::optional<ValueType> type;  // when it is known without the item
};

// Sections of actions separated by commas. Operands are written in postfix order; the recursion of
// parentheses and functions is at most kParserDepth deep.
class UpdateParser : private ExpressionParser {
 public:
  UpdateParser(std::string_view text, Placeholders& placeholders)
      : ExpressionParser(ExpressionKind::kUpdate, text, placeholders) {}

  Result<UpdateActions> Parse();

 private:
  Result<void> ParseSection(const Section& section);
  Result<void> ParseAction(Kind kind);
  Result<void> ParseSetValue(UpdateAction& action);
  Result<void> ParseSetOperand(UpdateAction& action);
  Result<Term> ParseSum(int depth);
  Result<Term> ParseOperand(int depth);
  Result<Term> ParseParentheses(int depth);
  Result<Term> ParseCall(int depth);
  Result<Term> ParseValueOperand();
  Result<Path> ParseActionPath();

  const Section* CurrentSection() const;
  void CheckCall(std::string_view name, const std::vector<Term>& arguments);
  void EmitCall(std::string_view name, size_t first_step, const std::vector<Term>& arguments);
  void CheckSetOperand(Kind kind, const AttributeValue& value);

  UpdateActions update_;
  std::array<bool, kSections.size()> seen_{};
};

Result<UpdateActions> UpdateParser::Parse() {
  STATOR_RETURN_IF_ERROR(CheckText());
  while (current().kind != TokenKind::kEnd) {
    const Section* section = CurrentSection();
    if (section == nullptr) {
      return SyntaxError();
    }
    STATOR_RETURN_IF_ERROR(ParseSection(*section));
  }
  NoteClash(update_.paths);
  STATOR_RETURN_IF_ERROR(CheckFaults());
  update_.values = placeholders().values();
  return std::move(update_);
}

const Section* UpdateParser::CurrentSection() const {
  for (const Section& section : kSections) {
    if (current().IsKeyword(section.keyword)) {
      return &section;
    }
  }
  return nullptr;
}

Result<void> UpdateParser::ParseSection(const Section& section) {
  bool& seen = seen_[static_cast<size_t>(&section - kSections.data())];
  if (seen) {
    Note(Fault::kSection, "The \"" + std::string(section.keyword) +
                              "\" section can only be used once in an update expression;");
  }
  seen = true;
  Advance();
  STATOR_RETURN_IF_ERROR(ParseAction(section.kind));
  while (current().kind == TokenKind::kComma) {
    Advance();
    STATOR_RETURN_IF_ERROR(ParseAction(section.kind));
  }
  return {};
}

Result<Path> UpdateParser::ParseActionPath() {
  // REMOVE is no reserved word, yet no name either.
  if (CurrentSection() != nullptr) {
    return SyntaxError();
  }
  return ParsePath();
}

Result<void> UpdateParser::ParseAction(Kind kind) {
  STATOR_ASSIGN_OR_RETURN(Path path, ParseActionPath());
  update_.paths.push_back(std::move(path));
  UpdateAction action;
  action.kind = kind;
  if (kind == Kind::kSet) {
    STATOR_RETURN_IF_ERROR(ParseSetValue(action));
  } else if (kind != Kind::kRemove) {
    STATOR_RETURN_IF_ERROR(ParseSetOperand(action));
  }
  update_.actions.push_back(action);
  return {};
}

Result<void> UpdateParser::ParseSetValue(UpdateAction& action) {
  STATOR_RETURN_IF_ERROR(Expect(TokenKind::kEqual));
  action.first_step = static_cast<uint32_t>(update_.steps.size());
  STATOR_RETURN_IF_ERROR(ParseSum(0));
  action.step_count = static_cast<uint32_t>(update_.steps.size()) - action.first_step;
  return {};
}

Result<void> UpdateParser::ParseSetOperand(UpdateAction& action) {
  if (current().kind != TokenKind::kValue) {
    return SyntaxError();
  }
  action.value = ParseValue();
  if (action.value != nullptr) {
    CheckSetOperand(action.kind, *action.value);
  }
  return {};
}

void UpdateParser::CheckSetOperand(Kind kind, const AttributeValue& value) {
  const bool add = kind == Kind::kAdd;
  if (IsSet(value.type()) || (add && value.is_number())) {
    return;
  }
  const std::string name = add ? "ADD" : "DELETE";
  Note(Fault::kOperandType, "Incorrect operand type for operator or function; operator: " + name +
                                ", operand type: " + std::string(LongTypeName(value.type())) +
                                ", typeSet: ALLOWED_FOR_" + name + "_OPERAND");
}

Result<Term> UpdateParser::ParseSum(int depth) {
  STATOR_ASSIGN_OR_RETURN(Term left, ParseOperand(depth));
  // One operator: a longer sum needs parentheses.
  if (current().kind == TokenKind::kPlus || current().kind == TokenKind::kMinus) {
    const bool plus = current().kind == TokenKind::kPlus;
    STATOR_RETURN_IF_ERROR(CountOperator());
    Advance();
    STATOR_ASSIGN_OR_RETURN(const Term right, ParseOperand(depth));
    for (const Term& term : {left, right}) {
      if (term.type && *term.type != ValueType::kNumber) {
        NoteOperandType(plus ? "+" : "-", *term.type);
      }
    }
    update_.steps.push_back({plus ? Op::kAdd : Op::kSubtract, {}, nullptr});
    left = Term();
  }
  return left;
}

Result<Term> UpdateParser::ParseOperand(int depth) {
  if (current().kind == TokenKind::kLeftParenthesis) {
    return ParseParentheses(depth + 1);
  }
  if (current().kind == TokenKind::kIdentifier && next().kind == TokenKind::kLeftParenthesis) {
    return ParseCall(depth + 1);
  }
  if (current().kind == TokenKind::kValue) {
    return ParseValueOperand();
  }
  STATOR_ASSIGN_OR_RETURN(Path path, ParseActionPath());
  update_.steps.push_back({Op::kPath, std::move(path), nullptr});
  Term term;
  term.kind = Term::Kind::kPath;
  return term;
}

Result<Term> UpdateParser::ParseValueOperand() {
  Term term;
  term.kind = Term::Kind::kValue;
  const AttributeValue* value = ParseValue();
  if (value != nullptr) {
    term.type = value->type();
  }
  update_.steps.push_back({Op::kValue, {}, value});
  return term;
}

Result<Term> UpdateParser::ParseParentheses(int depth) {
  if (depth > kParserDepth) {
    return Invalid(kRedundant);
  }
  Advance();
  STATOR_ASSIGN_OR_RETURN(Term inner, ParseSum(depth));
  STATOR_RETURN_IF_ERROR(Expect(TokenKind::kRightParenthesis));
  if (inner.parenthesized) {
    Note(Fault::kParentheses, kRedundant);
  }
  inner.parenthesized = true;
  return inner;
}

Result<Term> UpdateParser::ParseCall(int depth) {
  const std::string_view name = current().text;
  if (depth > kParserDepth) {
    return Invalid(kMisuse + std::string(name));
  }
  const size_t first_step = update_.steps.size();
  std::vector<Term> arguments;
  Advance();
  do {
    Advance();  // the parenthesis or comma
    STATOR_ASSIGN_OR_RETURN(Term argument, ParseOperand(depth));
    arguments.push_back(argument);
  } while (current().kind == TokenKind::kComma);
  STATOR_RETURN_IF_ERROR(Expect(TokenKind::kRightParenthesis));
  CheckCall(name, arguments);
  EmitCall(name, first_step, arguments);
  Term term;
  if (name == "list_append") {
    term.type = ValueType::kList;
  }
  return term;
}

void UpdateParser::CheckCall(std::string_view name, const std::vector<Term>& arguments) {
  constexpr size_t kOperands = 2;
  const bool append = name == "list_append";
  if (!append && name != "if_not_exists") {
    const bool known = std::find(std::begin(kConditionFunctions), std::end(kConditionFunctions),
                                 name) != std::end(kConditionFunctions);
    Note(Fault::kFunction,
         (known ? "The function is not allowed in an update expression; function: "
                : "Invalid function name; function: ") +
             std::string(name));
    return;
  }
  if (arguments.size() != kOperands) {
    Note(Fault::kOperandCount,
         "Incorrect number of operands for operator or function; operator or function: " +
             std::string(name) + ", number of operands: " + std::to_string(arguments.size()));
    return;
  }
  if (!append && arguments[0].kind != Term::Kind::kPath) {
    NotePathRequired(name);
  }
  for (const Term& argument : arguments) {
    if (append && argument.type && *argument.type != ValueType::kList) {
      NoteOperandType(name, *argument.type);
    }
  }
}

// if_not_exists takes its path into its own step: the path is tested, not read.
void UpdateParser::EmitCall(std::string_view name, size_t first_step,
                            const std::vector<Term>& arguments) {
  if (name == "list_append") {
    update_.steps.push_back({Op::kListAppend, {}, nullptr});
    return;
  }
  if (arguments[0].kind != Term::Kind::kPath) {
    return;  // noted as a fault
  }
  const Path& tested = update_.steps[first_step].path;
  if (arguments.size() > 1 && arguments[1].kind == Term::Kind::kPath &&
      update_.steps[first_step + 1].path == tested) {
    Note(Fault::kDistinct,
         "The first operand must be distinct from the remaining operands for this operator or "
         "function; operator: " +
             std::string(name) + ", first operand: " + PathToString(tested));
  }
  ValueStep step{Op::kIfNotExists, std::move(update_.steps[first_step].path), nullptr};
  update_.steps.erase(update_.steps.begin() + static_cast<std::ptrdiff_t>(first_step));
  update_.steps.push_back(std::move(step));
}

}  // namespace

Result<Update> ParseUpdate(std::string_view text, Placeholders& placeholders) {
  STATOR_ASSIGN_OR_RETURN(UpdateActions actions, UpdateParser(text, placeholders).Parse());
  return Update(std::make_shared<const UpdateActions>(std::move(actions)));
}

}  // namespace stator::expression
