#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/shape.h"
#include "base/result.h"
#include "model/attribute_value.h"
#include "model/item_json.h"

namespace stator::api {

class Node;

// An entry of a map.
struct NodeEntry {
  std::string_view key;
  Node* value = nullptr;  // null for JSON null
};

// A part of a request that fits its Shape. Nodes belong to the Document that made them and die with
// it; text is a view into the parser, which the thread's next Document overwrites. So a decoder
// copies what it keeps, and takes items and values out. Not synchronized.
class Node {
 public:
  const Shape& shape() const { return *shape_; }

  // Of a structure: the member at that position of its table, or null when absent.
  Node* Member(size_t index) const { return children_[index]; }
  bool Has(size_t index) const { return Member(index) != nullptr; }

  // Members of a structure by type; absent ones give the default or nullopt.
  // REQUIRES: the member's shape has that type.
  std::string_view Text(size_t index) const;  // default: ""
  std::optional<std::string> OptionalText(size_t index) const;
  std::optional<int64_t> Integer(size_t index) const;
  std::optional<bool> Boolean(size_t index) const;
  bool BooleanOr(size_t index, bool default_value) const {
    return Boolean(index).value_or(default_value);
  }
  // The position of the text in the shape's list of values.
  std::optional<size_t> Enum(size_t index) const;
  // The elements of a list, or none.
  std::span<Node* const> List(size_t index) const;
  // The entries of a map in the order given, or none.
  std::span<const NodeEntry> Map(size_t index) const;
  std::optional<std::vector<std::string>> OptionalTexts(size_t index) const;
  // Moves the item, key or value out. REQUIRES: it is present and was not taken before. Fails with
  // ValidationException when it holds a faulty value.
  base::Result<model::Item> TakeItem(size_t index) const { return Member(index)->TakeItem(); }
  base::Result<model::AttributeValue> TakeValue(size_t index) const {
    return Member(index)->TakeValue();
  }

  // The node itself, by its shape's type.
  std::string_view text() const { return text_; }
  int64_t integer() const { return integer_; }
  bool boolean() const { return integer_ != 0; }
  // The position of the text in the shape's list of values. REQUIRES: it is one of them, as it is
  // once the constraints were checked.
  size_t enum_index() const;
  // Null elements are JSON null, which constraints refuse.
  std::span<Node* const> elements() const { return children_; }
  std::span<const NodeEntry> entries() const { return entries_; }
  base::Result<model::Item> TakeItem();
  base::Result<model::AttributeValue> TakeValue();
  // With the fault beside it.
  model::ParsedItem& parsed_item() { return *item_; }
  const model::ParsedItem& parsed_item() const { return *item_; }
  const model::ParsedValue& parsed_value() const { return *value_; }

 private:
  friend class Document;
  explicit Node(const Shape& shape) : shape_(&shape) {}

  const Shape* shape_;
  std::string_view text_;
  int64_t integer_ = 0;
  std::span<Node*> children_;
  std::span<const NodeEntry> entries_;
  model::ParsedItem* item_ = nullptr;
  model::ParsedValue* value_ = nullptr;
};

}  // namespace stator::api
