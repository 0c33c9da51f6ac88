#include "api/expression_parameters.h"

#include <string>
#include <utility>
#include <vector>

namespace stator::api {
namespace {

using expression::Placeholders;

// Appends the names of those members that any of the structures has: `{A, B}`.
std::string ListPresent(std::span<Node* const> structures, std::span<const size_t> members) {
  std::string list = "{";
  for (const size_t member : members) {
    for (const Node* structure : structures) {
      if (structure->Has(member)) {
        list += list.size() == 1 ? "" : ", ";
        list += structure->shape().fields[member].name;
        break;
      }
    }
  }
  return list + "}";
}

bool HasAny(const Node& structure, std::span<const size_t> members) {
  for (const size_t member : members) {
    if (structure.Has(member)) {
      return true;
    }
  }
  return false;
}

// "FilterExpression and KeyConditionExpression are null".
std::string AreNull(const Node& structure, std::span<const size_t> members) {
  std::string text;
  for (const size_t member : members) {
    text += text.empty() ? "" : " and ";
    text += structure.shape().fields[member].name;
  }
  return text + (members.size() == 1 ? " is null" : " are null");
}

std::optional<Placeholders::Names> ReadNames(const Node& structure, size_t member) {
  if (!structure.Has(member)) {
    return std::nullopt;
  }
  Placeholders::Names names;
  for (const NodeEntry& entry : structure.Map(member)) {
    names.emplace_back(entry.key, entry.value->text());
  }
  return names;
}

base::Result<std::optional<Placeholders::Values>> ReadValues(Node& structure, size_t member) {
  if (!structure.Has(member)) {
    return std::optional<Placeholders::Values>();
  }
  model::ParsedItem& parsed = structure.Member(member)->parsed_item();
  if (parsed.fault) {
    return base::ValidationError("ExpressionAttributeValues contains invalid value: " +
                                 *parsed.fault + " for key " + parsed.faulty_name);
  }
  Placeholders::Values values;
  values.reserve(parsed.item.size());
  for (model::Attribute& attribute : parsed.item) {
    values.emplace_back(std::move(attribute.name), std::move(attribute.value));
  }
  return std::optional(std::move(values));
}

}  // namespace

base::Result<void> CheckNotMixed(std::span<Node* const> structures,
                                 const ExpressionMembers& members) {
  bool legacy = false;
  bool expressions = false;
  for (const Node* structure : structures) {
    legacy |= HasAny(*structure, members.legacy);
    expressions |= HasAny(*structure, members.expressions);
  }
  if (!legacy || !expressions) {
    return {};
  }
  return base::ValidationError(
      "Can not use both expression and non-expression parameters in the same request: "
      "Non-expression parameters: " +
      ListPresent(structures, members.legacy) +
      " Expression parameters: " + ListPresent(structures, members.expressions));
}

base::Result<Placeholders> ReadPlaceholders(Node& structure, const ExpressionMembers& members) {
  if (structure.Has(members.names) && !HasAny(structure, members.expressions)) {
    return base::ValidationError(
        "ExpressionAttributeNames can only be specified when using expressions");
  }
  const bool has_values = members.values && structure.Has(*members.values);
  if (has_values && !HasAny(structure, members.value_expressions)) {
    return base::ValidationError(
        "ExpressionAttributeValues can only be specified when using expressions: " +
        AreNull(structure, members.value_expressions));
  }
  std::optional<Placeholders::Values> values;
  if (has_values) {
    STATOR_ASSIGN_OR_RETURN(values, ReadValues(structure, *members.values));
  }
  if (!values && !structure.Has(members.names)) {
    return Placeholders();
  }
  return Placeholders::Create(ReadNames(structure, members.names), std::move(values));
}

base::Result<std::optional<expression::Condition>> ReadCondition(const Node& structure,
                                                                 size_t member,
                                                                 expression::ExpressionKind kind,
                                                                 Placeholders& placeholders) {
  if (!structure.Has(member)) {
    return std::optional<expression::Condition>();
  }
  STATOR_ASSIGN_OR_RETURN(expression::Condition condition,
                          expression::ParseCondition(kind, structure.Text(member), placeholders));
  return std::optional(std::move(condition));
}

base::Result<std::optional<expression::Update>> ReadUpdate(const Node& structure, size_t member,
                                                           Placeholders& placeholders) {
  if (!structure.Has(member)) {
    return std::optional<expression::Update>();
  }
  STATOR_ASSIGN_OR_RETURN(expression::Update update,
                          expression::ParseUpdate(structure.Text(member), placeholders));
  return std::optional(std::move(update));
}

base::Result<std::optional<expression::Projection>> ReadProjection(const Node& structure,
                                                                   size_t member,
                                                                   Placeholders& placeholders) {
  if (!structure.Has(member)) {
    return std::optional<expression::Projection>();
  }
  STATOR_ASSIGN_OR_RETURN(expression::Projection projection,
                          expression::ParseProjection(structure.Text(member), placeholders));
  return std::optional(std::move(projection));
}

base::Result<std::optional<expression::Projection>> ReadAttributesToGet(const Node& structure,
                                                                        size_t member) {
  const std::optional<std::vector<std::string>> names = structure.OptionalTexts(member);
  if (!names) {
    return std::optional<expression::Projection>();
  }
  STATOR_ASSIGN_OR_RETURN(expression::Projection projection,
                          expression::LowerAttributesToGet(*names));
  return std::optional(std::move(projection));
}

}  // namespace stator::api
