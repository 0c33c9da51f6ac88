#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "model/number.h"

namespace stator::model {

// The ten types of an attribute value. The values are stored on disk: never renumber.
enum class ValueType : uint8_t {
  kString = 1,
  kNumber = 2,
  kBinary = 3,
  kStringSet = 4,
  kNumberSet = 5,
  kBinarySet = 6,
  kMap = 7,
  kList = 8,
  kNull = 9,
  kBoolean = 10,
};

// The tag of a type on the wire: "S", "N", "B", "SS", "NS", "BS", "M", "L", "NULL", "BOOL".
std::string_view ValueTypeName(ValueType type);

class AttributeValue;
struct Attribute;

// A `B` value: any bytes.
struct Binary {
  std::string bytes;
  friend bool operator==(const Binary&, const Binary&) = default;
};

// A `NULL` value.
struct Null {
  friend bool operator==(const Null&, const Null&) = default;
};

// The sets. Members are kept sorted (bytes for strings and binaries, value for numbers) and
// unique, so that sets that differ in order only are equal member by member (N12).
struct StringSet {
  std::vector<std::string> members;
  friend bool operator==(const StringSet&, const StringSet&) = default;
};
struct NumberSet {  // NS
  std::vector<Number> members;
  friend bool operator==(const NumberSet&, const NumberSet&) = default;
};
struct BinarySet {  // BS
  std::vector<std::string> members;
  friend bool operator==(const BinarySet&, const BinarySet&) = default;
};

// A `L` value: ordered, of any types.
using List = std::vector<AttributeValue>;

// Attributes by name: an item, a key, or a `M` value. Kept sorted by the names' bytes, so that
// equality ignores the order in which they were given (N13). Iterates over Attribute.
class Item {
 public:
  Item();
  ~Item();
  Item(const Item&);
  Item(Item&&) noexcept;
  Item& operator=(const Item&);
  Item& operator=(Item&&) noexcept;
  Item(std::initializer_list<Attribute> attributes);

  // The value of that name, or null. The pointer lives until the item changes.
  const AttributeValue* Find(std::string_view name) const;
  AttributeValue* Find(std::string_view name);

  // Sets or replaces a value and returns it. Appending in name order costs no search.
  AttributeValue& Set(std::string_view name, AttributeValue value);

  // Removes a value; false when there was none.
  bool Erase(std::string_view name);

  void Reserve(size_t count);
  size_t size() const;
  bool empty() const { return size() == 0; }
  const Attribute* begin() const;
  const Attribute* end() const;
  Attribute* begin();
  Attribute* end();

  friend bool operator==(const Item& left, const Item& right);

 private:
  std::vector<Attribute> attributes_;
};

// A value of one of the ten types. A value type: copies are deep.
class AttributeValue {
 public:
  // The order of the alternatives follows ValueType.
  using Storage = std::variant<std::string, Number, Binary, StringSet, NumberSet, BinarySet, Item,
                               List, Null, bool>;

  // NULL.
  AttributeValue() : storage_(Null{}) {}
  explicit AttributeValue(std::string string) : storage_(std::move(string)) {}
  explicit AttributeValue(std::string_view string) : storage_(std::string(string)) {}
  explicit AttributeValue(const char* string) : storage_(std::string(string)) {}
  explicit AttributeValue(Number number) : storage_(number) {}
  explicit AttributeValue(Binary binary) : storage_(std::move(binary)) {}
  explicit AttributeValue(StringSet set) : storage_(std::move(set)) {}
  explicit AttributeValue(NumberSet set) : storage_(std::move(set)) {}
  explicit AttributeValue(BinarySet set) : storage_(std::move(set)) {}
  explicit AttributeValue(Item map) : storage_(std::move(map)) {}
  explicit AttributeValue(List list) : storage_(std::move(list)) {}
  explicit AttributeValue(Null null) : storage_(null) {}
  explicit AttributeValue(bool boolean) : storage_(boolean) {}

  ValueType type() const { return static_cast<ValueType>(storage_.index() + 1); }
  bool is_string() const { return type() == ValueType::kString; }
  bool is_number() const { return type() == ValueType::kNumber; }
  bool is_binary() const { return type() == ValueType::kBinary; }
  bool is_map() const { return type() == ValueType::kMap; }
  bool is_list() const { return type() == ValueType::kList; }
  bool is_null() const { return type() == ValueType::kNull; }

  // The alternative, or null when the value is of another type.
  template <typename T>
  const T* Get() const {
    return std::get_if<T>(&storage_);
  }
  template <typename T>
  T* Get() {
    return std::get_if<T>(&storage_);
  }

  const Storage& storage() const { return storage_; }

  friend bool operator==(const AttributeValue& left, const AttributeValue& right);

 private:
  Storage storage_;
};

// A named value.
struct Attribute {
  std::string name;
  AttributeValue value;
  friend bool operator==(const Attribute&, const Attribute&) = default;
};

// Makes the canonical form of a set. Returns false, leaving the members sorted, when two are equal.
[[nodiscard]] bool SortSet(std::vector<std::string>& members);
[[nodiscard]] bool SortSet(std::vector<Number>& members);

// How deep the value nests: 0 for a scalar or a set, 1 + the deepest member for a map or list.
int NestingDepth(const AttributeValue& value);

// What the service says of a value that nests deeper than limits::kNestingDepth.
inline constexpr char kNestedTooDeep[] =
    "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels "
    "beyond supported limit";

}  // namespace stator::model
