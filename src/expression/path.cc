#include "expression/path.h"

namespace stator::expression {
namespace {

using model::AttributeValue;

const AttributeValue* Step(const AttributeValue& value, const PathElement& element) {
  if (const auto* name = std::get_if<std::string>(&element)) {
    const auto* map = value.Get<model::Item>();
    return map != nullptr ? map->Find(*name) : nullptr;
  }
  const auto* list = value.Get<model::List>();
  const size_t index = std::get<size_t>(element);
  return list != nullptr && index < list->size() ? &(*list)[index] : nullptr;
}

}  // namespace

const AttributeValue* FindPath(const model::Item& item, const Path& path) {
  const AttributeValue* value = item.Find(path.attribute());
  for (size_t i = 1; value != nullptr && i < path.elements.size(); ++i) {
    value = Step(*value, path.elements[i]);
  }
  return value;
}

std::string PathToString(const Path& path) {
  std::string text = "[";
  for (const PathElement& element : path.elements) {
    if (text.size() > 1) {
      text += ", ";
    }
    if (const auto* name = std::get_if<std::string>(&element)) {
      text += *name;
    } else {
      text += '[' + std::to_string(std::get<size_t>(element)) + ']';
    }
  }
  return text + ']';
}

}  // namespace stator::expression
