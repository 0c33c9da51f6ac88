#include "expression/expression_parser.h"

#include <charconv>
#include <utility>

#include "expression/path_overlap.h"
#include "expression/reserved_words.h"
#include "model/limits.h"

namespace stator::expression {
namespace {

using base::Error;
using base::Result;

}  // namespace

std::string_view ExpressionKindName(ExpressionKind kind) {
  switch (kind) {
    case ExpressionKind::kCondition:
      return "ConditionExpression";
    case ExpressionKind::kFilter:
      return "FilterExpression";
    case ExpressionKind::kKeyCondition:
      return "KeyConditionExpression";
    case ExpressionKind::kUpdate:
      return "UpdateExpression";
    case ExpressionKind::kProjection:
      return "ProjectionExpression";
  }
  return "Expression";
}

ExpressionParser::ExpressionParser(ExpressionKind kind, std::string_view text,
                                   Placeholders& placeholders)
    : kind_(kind), text_(text), placeholders_(placeholders), lexer_(text) {
  previous_.text = text_.substr(0, 0);
  current_ = lexer_.Next();
  next_ = lexer_.Next();
}

Result<void> ExpressionParser::CheckText() const {
  if (text_.size() > model::limits::kExpressionBytes) {
    return Invalid("Expression size has exceeded the maximum allowed size; expression size: " +
                   std::to_string(text_.size()));
  }
  if (current_.kind == TokenKind::kEnd) {
    return Invalid("The expression can not be empty;");
  }
  return {};
}

void ExpressionParser::Advance() {
  previous_ = current_;
  current_ = next_;
  next_ = lexer_.Next();
}

Result<void> ExpressionParser::Expect(TokenKind kind) {
  if (current_.kind != kind) {
    return SyntaxError();
  }
  Advance();
  return {};
}

Error ExpressionParser::Invalid(std::string_view message) const {
  std::string text = "Invalid ";
  text += ExpressionKindName(kind_);
  text += ": ";
  text += message;
  return base::ValidationError(std::move(text));
}

Error ExpressionParser::SyntaxError() const {
  const bool first = previous_.kind == TokenKind::kEnd;
  const char* begin = first ? current_.text.data() : previous_.text.data();
  const Token* last = &next_;
  if (next_.kind == TokenKind::kEnd) {
    last = current_.kind == TokenKind::kEnd ? &previous_ : &current_;
  }
  const char* end = last->text.data() + last->text.size();
  std::string message = "Syntax error; token: \"";
  message += current_.kind == TokenKind::kEnd ? std::string_view("<EOF>") : current_.text;
  message += "\", near: \"";
  message += std::string_view(begin, static_cast<size_t>(end - begin));
  message += '"';
  return Invalid(message);
}

Result<PathElement> ExpressionParser::ParseName() {
  const std::string_view text = current_.text;
  if (current_.kind == TokenKind::kIdentifier) {
    if (IsReservedWord(text)) {
      Note(Fault::kReservedWord,
           "Attribute name is a reserved keyword; reserved keyword: " + std::string(text));
    }
    Advance();
    return PathElement(std::string(text));
  }
  if (current_.kind != TokenKind::kName) {
    return SyntaxError();
  }
  const std::string* name = placeholders_.UseName(text);
  if (name == nullptr) {
    Note(Fault::kPlaceholder,
         "An expression attribute name used in the document path is not defined; attribute name: " +
             std::string(text));
  }
  Advance();
  return PathElement(name != nullptr ? *name : std::string());
}

Result<PathElement> ExpressionParser::ParseIndex() {
  const std::string_view text = current_.text;
  STATOR_RETURN_IF_ERROR(Expect(TokenKind::kInteger));
  size_t index = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), index);
  if (parsed.ec != std::errc() || index > kMaxListIndex) {
    Note(Fault::kPath,
         "List index is not within the allowable range; index: [" + std::string(text) + "]");
  }
  STATOR_RETURN_IF_ERROR(Expect(TokenKind::kRightBracket));
  return PathElement(index);
}

Result<Path> ExpressionParser::ParsePath() {
  Path path;
  STATOR_ASSIGN_OR_RETURN(PathElement head, ParseName());
  path.elements.push_back(std::move(head));
  while (current_.kind == TokenKind::kDot || current_.kind == TokenKind::kLeftBracket) {
    const bool member = current_.kind == TokenKind::kDot;
    Advance();
    STATOR_ASSIGN_OR_RETURN(PathElement element, member ? ParseName() : ParseIndex());
    path.elements.push_back(std::move(element));
  }
  if (path.elements.size() > model::limits::kNestingDepth + 1) {
    Note(Fault::kPath, "The document path has too many nesting elements; nesting levels: " +
                           std::to_string(path.elements.size()));
  }
  return path;
}

const model::AttributeValue* ExpressionParser::ParseValue() {
  const model::AttributeValue* value = placeholders_.UseValue(current_.text);
  if (value == nullptr) {
    Note(Fault::kPlaceholder,
         "An expression attribute value used in expression is not defined; attribute value: " +
             std::string(current_.text));
  }
  Advance();
  return value;
}

Result<void> ExpressionParser::CountOperator() {
  if (++operators_ > model::limits::kExpressionOperators) {
    return Invalid("The expression contains too many operators; operator count: " +
                   std::to_string(operators_));
  }
  return {};
}

void ExpressionParser::Note(Fault fault, std::string message) {
  std::string& first = faults_[static_cast<size_t>(fault)];
  if (first.empty()) {
    first = std::move(message);
  }
}

void ExpressionParser::NoteOperandType(std::string_view function, model::ValueType type) {
  Note(Fault::kOperandType,
       "Incorrect operand type for operator or function; operator or function: " +
           std::string(function) + ", operand type: " + std::string(model::ValueTypeName(type)));
}

void ExpressionParser::NotePathRequired(std::string_view function) {
  Note(Fault::kOperandKind,
       "Operator or function requires a document path; operator or function: " +
           std::string(function));
}

void ExpressionParser::NoteClash(const std::vector<Path>& paths) {
  const auto clash = FindPathClash(paths);
  if (!clash) {
    return;
  }
  Note(Fault::kClash, ClashText(*clash, paths));
}

Result<void> ExpressionParser::CheckFaults() const {
  for (const std::string& message : faults_) {
    if (!message.empty()) {
      return Invalid(message);
    }
  }
  return {};
}

}  // namespace stator::expression
