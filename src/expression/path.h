#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "model/attribute_value.h"

namespace stator::expression {

inline constexpr size_t kMaxListIndex = 99'999'999;

// One step of a document path: a map member's name or a list index.
using PathElement = std::variant<std::string, size_t>;

// A document path such as `a.b[2]`: never empty, and the first element is an attribute name.
struct Path {
  std::vector<PathElement> elements;

  const std::string& attribute() const { return std::get<std::string>(elements.front()); }
  bool top_level() const { return elements.size() == 1; }
  friend bool operator==(const Path&, const Path&) = default;
};

// The value at that place in the item, or null.
const model::AttributeValue* FindPath(const model::Item& item, const Path& path);

// The path as the service prints it in messages: `[a, b, [2]]`.
std::string PathToString(const Path& path);

}  // namespace stator::expression
