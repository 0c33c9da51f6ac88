#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "expression/placeholders.h"
#include "model/attribute_value.h"
#include "model/number.h"

// Short spellings of values for this folder's tests.
namespace stator::expression {

inline model::AttributeValue S(std::string_view text) { return model::AttributeValue(text); }
inline model::AttributeValue N(std::string_view text) {
  return model::AttributeValue(model::Number::Parse(text).value());
}
inline model::AttributeValue B(std::string_view bytes) {
  return model::AttributeValue(model::Binary{std::string(bytes)});
}
inline model::AttributeValue Bool(bool value) { return model::AttributeValue(value); }
inline model::AttributeValue NullValue() { return model::AttributeValue(); }
inline model::AttributeValue SS(std::vector<std::string> members) {
  const bool unique = model::SortSet(members);
  return unique ? model::AttributeValue(model::StringSet{std::move(members)}) : NullValue();
}
inline model::AttributeValue BS(std::vector<std::string> members) {
  const bool unique = model::SortSet(members);
  return unique ? model::AttributeValue(model::BinarySet{std::move(members)}) : NullValue();
}
inline model::AttributeValue NS(const std::vector<std::string>& texts) {
  std::vector<model::Number> members;
  for (const std::string& text : texts) {
    members.push_back(model::Number::Parse(text).value());
  }
  const bool unique = model::SortSet(members);
  return unique ? model::AttributeValue(model::NumberSet{std::move(members)}) : NullValue();
}
inline model::AttributeValue L(model::List members) {
  return model::AttributeValue(std::move(members));
}
inline model::AttributeValue M(model::Item members) {
  return model::AttributeValue(std::move(members));
}

// Names and values of a request that are known to be well formed; none when empty.
inline Placeholders With(Placeholders::Names names, Placeholders::Values values) {
  std::optional<Placeholders::Names> some_names;
  std::optional<Placeholders::Values> some_values;
  if (!names.empty()) {
    some_names = std::move(names);
  }
  if (!values.empty()) {
    some_values = std::move(values);
  }
  return Placeholders::Create(std::move(some_names), std::move(some_values)).value();
}

// The message of a failed result, or "" of a good one.
template <typename T>
std::string MessageOf(const base::Result<T>& result) {
  return result.ok() ? std::string() : result.error().message;
}

}  // namespace stator::expression
