#include "expression/comparison.h"

#include <algorithm>
#include <compare>
#include <string>
#include <string_view>

namespace stator::expression {
namespace {

using model::AttributeValue;
using model::ValueType;

// The bytes of a string or binary, or null.
const std::string* Bytes(const AttributeValue& value) {
  if (const auto* string = value.Get<std::string>()) {
    return string;
  }
  const auto* binary = value.Get<model::Binary>();
  return binary != nullptr ? &binary->bytes : nullptr;
}

template <typename T>
bool HasMember(const std::vector<T>& sorted, const T* member) {
  return member != nullptr && std::binary_search(sorted.begin(), sorted.end(), *member);
}

// A code point is one unit, or two when its UTF-8 has four bytes.
size_t CountUtf16Units(std::string_view utf8) {
  size_t units = 0;
  for (const char c : utf8) {
    const auto byte = static_cast<unsigned char>(c);
    units += (byte & 0xC0) != 0x80 ? 1 : 0;
    units += byte >= 0xF0 ? 1 : 0;
  }
  return units;
}

}  // namespace

bool IsOrdered(ValueType type) {
  return type == ValueType::kString || type == ValueType::kNumber || type == ValueType::kBinary;
}

std::optional<int> Order(const AttributeValue& left, const AttributeValue& right) {
  if (left.type() != right.type()) {
    return std::nullopt;
  }
  if (const auto* number = left.Get<model::Number>()) {
    const auto order = *number <=> *right.Get<model::Number>();
    return std::is_lt(order) ? -1 : (std::is_gt(order) ? 1 : 0);
  }
  const std::string* bytes = Bytes(left);
  if (bytes == nullptr) {
    return std::nullopt;
  }
  return bytes->compare(*Bytes(right));
}

bool BeginsWith(const AttributeValue& value, const AttributeValue& prefix) {
  if (value.type() != prefix.type()) {
    return false;
  }
  const std::string* bytes = Bytes(value);
  return bytes != nullptr && bytes->starts_with(*Bytes(prefix));
}

bool Contains(const AttributeValue& value, const AttributeValue& part) {
  switch (value.type()) {
    case ValueType::kString:
    case ValueType::kBinary:
      return part.type() == value.type() &&
             std::string_view(*Bytes(value)).find(*Bytes(part)) != std::string_view::npos;
    case ValueType::kStringSet:
      return HasMember(value.Get<model::StringSet>()->members, part.Get<std::string>());
    case ValueType::kNumberSet:
      return HasMember(value.Get<model::NumberSet>()->members, part.Get<model::Number>());
    case ValueType::kBinarySet:
      return part.is_binary() && HasMember(value.Get<model::BinarySet>()->members, Bytes(part));
    case ValueType::kList: {
      const auto& list = *value.Get<model::List>();
      return std::find(list.begin(), list.end(), part) != list.end();
    }
    default:
      return false;
  }
}

std::optional<size_t> SizeOf(const AttributeValue& value) {
  switch (value.type()) {
    case ValueType::kString:
      return CountUtf16Units(*Bytes(value));
    case ValueType::kBinary:
      return Bytes(value)->size();
    case ValueType::kStringSet:
      return value.Get<model::StringSet>()->members.size();
    case ValueType::kNumberSet:
      return value.Get<model::NumberSet>()->members.size();
    case ValueType::kBinarySet:
      return value.Get<model::BinarySet>()->members.size();
    case ValueType::kMap:
      return value.Get<model::Item>()->size();
    case ValueType::kList:
      return value.Get<model::List>()->size();
    default:
      return std::nullopt;
  }
}

}  // namespace stator::expression
