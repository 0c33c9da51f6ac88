#include "model/item_size.h"

namespace stator::model {
namespace {

constexpr size_t kContainerBytes = 3;
constexpr size_t kMemberBytes = 1;

// One overload for each type of value; std::visit picks it.
struct SizeOf {
  size_t operator()(const std::string& string) const { return string.size(); }
  size_t operator()(const Number& number) const { return number.SizeBytes(); }
  size_t operator()(const Binary& binary) const { return binary.bytes.size(); }
  size_t operator()(const StringSet& set) const { return Sum(set.members); }
  size_t operator()(const BinarySet& set) const { return Sum(set.members); }
  size_t operator()(const NumberSet& set) const {
    size_t total = 0;
    for (const Number& number : set.members) {
      total += number.SizeBytes();
    }
    return total;
  }
  size_t operator()(const Item& map) const {
    return kContainerBytes + kMemberBytes * map.size() + ItemSizeBytes(map);
  }
  size_t operator()(const List& list) const {
    size_t total = kContainerBytes + kMemberBytes * list.size();
    for (const AttributeValue& member : list) {
      total += ValueSizeBytes(member);
    }
    return total;
  }
  size_t operator()(const Null&) const { return 1; }
  size_t operator()(bool) const { return 1; }

  static size_t Sum(const std::vector<std::string>& members) {
    size_t total = 0;
    for (const std::string& member : members) {
      total += member.size();
    }
    return total;
  }
};

}  // namespace

size_t ValueSizeBytes(const AttributeValue& value) { return std::visit(SizeOf{}, value.storage()); }

size_t ItemSizeBytes(const Item& item) {
  size_t total = 0;
  for (const Attribute& attribute : item) {
    total += attribute.name.size() + ValueSizeBytes(attribute.value);
  }
  return total;
}

}  // namespace stator::model
