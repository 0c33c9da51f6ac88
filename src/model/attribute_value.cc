#include "model/attribute_value.h"

#include <algorithm>

namespace stator::model {
namespace {

constexpr std::string_view kTypeNames[] = {"",   "S", "N", "B",    "SS",  "NS",
                                           "BS", "M", "L", "NULL", "BOOL"};

bool NameLess(const Attribute& attribute, std::string_view name) {
  return std::string_view(attribute.name) < name;
}

template <typename Iterator>
Iterator LowerBound(Iterator begin, Iterator end, std::string_view name) {
  return std::lower_bound(begin, end, name, NameLess);
}

template <typename T>
bool SortUnique(std::vector<T>& members) {
  std::sort(members.begin(), members.end());
  return std::adjacent_find(members.begin(), members.end()) == members.end();
}

}  // namespace

std::string_view ValueTypeName(ValueType type) { return kTypeNames[static_cast<size_t>(type)]; }

Item::Item() = default;
Item::~Item() = default;
Item::Item(const Item&) = default;
Item::Item(Item&&) noexcept = default;
Item& Item::operator=(const Item&) = default;
Item& Item::operator=(Item&&) noexcept = default;

Item::Item(std::initializer_list<Attribute> attributes) {
  attributes_.reserve(attributes.size());
  for (const Attribute& attribute : attributes) {
    Set(attribute.name, attribute.value);
  }
}

const AttributeValue* Item::Find(std::string_view name) const {
  const auto found = LowerBound(attributes_.begin(), attributes_.end(), name);
  return found != attributes_.end() && found->name == name ? &found->value : nullptr;
}

AttributeValue* Item::Find(std::string_view name) {
  return const_cast<AttributeValue*>(std::as_const(*this).Find(name));
}

AttributeValue& Item::Set(std::string_view name, AttributeValue value) {
  if (attributes_.empty() || attributes_.back().name < name) {
    return attributes_.emplace_back(Attribute{std::string(name), std::move(value)}).value;
  }
  const auto found = LowerBound(attributes_.begin(), attributes_.end(), name);
  if (found != attributes_.end() && found->name == name) {
    found->value = std::move(value);
    return found->value;
  }
  return attributes_.insert(found, Attribute{std::string(name), std::move(value)})->value;
}

bool Item::Erase(std::string_view name) {
  const auto found = LowerBound(attributes_.begin(), attributes_.end(), name);
  if (found == attributes_.end() || found->name != name) {
    return false;
  }
  attributes_.erase(found);
  return true;
}

void Item::Reserve(size_t count) { attributes_.reserve(count); }
size_t Item::size() const { return attributes_.size(); }
const Attribute* Item::begin() const { return attributes_.data(); }
const Attribute* Item::end() const { return attributes_.data() + attributes_.size(); }
Attribute* Item::begin() { return attributes_.data(); }
Attribute* Item::end() { return attributes_.data() + attributes_.size(); }

bool operator==(const Item& left, const Item& right) {
  return left.attributes_ == right.attributes_;
}

bool operator==(const AttributeValue& left, const AttributeValue& right) {
  return left.storage_ == right.storage_;
}

bool SortSet(std::vector<std::string>& members) { return SortUnique(members); }
bool SortSet(std::vector<Number>& members) { return SortUnique(members); }

int NestingDepth(const AttributeValue& value) {
  int deepest = 0;
  if (const Item* map = value.Get<Item>()) {
    for (const Attribute& attribute : *map) {
      deepest = std::max(deepest, 1 + NestingDepth(attribute.value));
    }
    return std::max(deepest, 1);
  }
  if (const List* list = value.Get<List>()) {
    for (const AttributeValue& member : *list) {
      deepest = std::max(deepest, 1 + NestingDepth(member));
    }
    return std::max(deepest, 1);
  }
  return 0;
}

}  // namespace stator::model
