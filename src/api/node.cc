#include "api/node.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/check.h"

namespace stator::api {

std::string_view Node::Text(size_t index) const {
  const Node* member = Member(index);
  return member == nullptr ? std::string_view() : member->text();
}

std::optional<std::string> Node::OptionalText(size_t index) const {
  const Node* member = Member(index);
  return member == nullptr ? std::nullopt : std::optional(std::string(member->text()));
}

std::optional<int64_t> Node::Integer(size_t index) const {
  const Node* member = Member(index);
  return member == nullptr ? std::nullopt : std::optional(member->integer());
}

std::optional<bool> Node::Boolean(size_t index) const {
  const Node* member = Member(index);
  return member == nullptr ? std::nullopt : std::optional(member->boolean());
}

std::optional<size_t> Node::Enum(size_t index) const {
  const Node* member = Member(index);
  return member == nullptr ? std::nullopt : std::optional(member->enum_index());
}

std::span<Node* const> Node::List(size_t index) const {
  const Node* member = Member(index);
  return member == nullptr ? std::span<Node* const>() : member->elements();
}

std::span<const NodeEntry> Node::Map(size_t index) const {
  const Node* member = Member(index);
  return member == nullptr ? std::span<const NodeEntry>() : member->entries();
}

std::optional<std::vector<std::string>> Node::OptionalTexts(size_t index) const {
  if (!Has(index)) {
    return std::nullopt;
  }
  std::vector<std::string> texts;
  for (const Node* element : List(index)) {
    texts.emplace_back(element->text());
  }
  return texts;
}

size_t Node::enum_index() const {
  const auto& values = shape_->enum_values;
  const auto found = std::find(values.begin(), values.end(), text_);
  STATOR_CHECK(found != values.end());
  return static_cast<size_t>(found - values.begin());
}

base::Result<model::Item> Node::TakeItem() {
  if (item_->fault) {
    return base::ValidationError(*item_->fault);
  }
  return std::move(item_->item);
}

base::Result<model::AttributeValue> Node::TakeValue() {
  if (value_->fault) {
    return base::ValidationError(*value_->fault);
  }
  return std::move(value_->value);
}

}  // namespace stator::api
