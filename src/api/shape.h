#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

// The shapes of requests as the service model gives them: data, so that types, lengths, ranges,
// patterns and enums are checked once, by one code, for all operations.
namespace stator::api {

// What JSON a shape takes and how it is kept; see node.h.
enum class ShapeType : uint8_t {
  kString,
  kInteger,  // 32 bits
  kLong,     // 64 bits
  kBoolean,
  kList,
  kMap,  // of anything but attribute values
  kStructure,
  kAttributeValue,
  kAttributeMap,  // names to attribute values: an item, a key, expression values
};

// The regular expressions of the model, by hand.
enum class Pattern : uint8_t {
  kNone,
  kName,       // [a-zA-Z0-9_.-]+
  kNameOrArn,  // the same for what is no ARN; its message shows the same pattern
};

struct Shape;

// A member of a structure. Tables of members stand in model order, which is the order of errors
// (V1), and each begins with its position, by which decoders name it.
struct Field {
  size_t index;
  std::string_view name;
  const Shape* shape;
  bool required = false;
};
inline constexpr bool kRequired = true;

// A shape: a type and its constraints. Constant data with static life.
struct Shape {
  static constexpr int64_t kNoMin = std::numeric_limits<int64_t>::min();
  static constexpr int64_t kNoMax = std::numeric_limits<int64_t>::max();

  ShapeType type = ShapeType::kString;
  std::string_view name = {};  // of a structure, as its values print in messages
  int64_t min = kNoMin;        // of the length of a string, list or map, or of a number; inclusive
  int64_t max = kNoMax;
  Pattern pattern = Pattern::kNone;
  std::span<const std::string_view> enum_values = {};  // in model order (V5)
  const Shape* key = nullptr;                          // constraints on a map's keys, or null
  const Shape* member = nullptr;                       // of a list's members or a map's values
  std::span<const Field> fields = {};                  // of a structure
};

// What is evaluated at compile time only when a table's positions are wrong.
void FieldsAreOutOfOrder();

constexpr Shape StructureShape(std::string_view name, std::span<const Field> fields) {
  for (size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].index != i) {
      FieldsAreOutOfOrder();  // not constexpr, so the table does not compile
    }
  }
  return Shape{.type = ShapeType::kStructure, .name = name, .fields = fields};
}

constexpr Shape EnumShape(std::span<const std::string_view> values) {
  return Shape{.type = ShapeType::kString, .enum_values = values};
}

constexpr Shape StringShape(int64_t min = Shape::kNoMin, int64_t max = Shape::kNoMax,
                            Pattern pattern = Pattern::kNone) {
  return Shape{.type = ShapeType::kString, .min = min, .max = max, .pattern = pattern};
}

constexpr Shape IntegerShape(int64_t min = Shape::kNoMin, int64_t max = Shape::kNoMax) {
  return Shape{.type = ShapeType::kInteger, .min = min, .max = max};
}

constexpr Shape LongShape(int64_t min = Shape::kNoMin, int64_t max = Shape::kNoMax) {
  return Shape{.type = ShapeType::kLong, .min = min, .max = max};
}

constexpr Shape ListShape(const Shape& member, int64_t min = Shape::kNoMin,
                          int64_t max = Shape::kNoMax) {
  return Shape{.type = ShapeType::kList, .min = min, .max = max, .member = &member};
}

constexpr Shape MapShape(const Shape& key, const Shape& value, int64_t min = Shape::kNoMin,
                         int64_t max = Shape::kNoMax) {
  return Shape{.type = ShapeType::kMap, .min = min, .max = max, .key = &key, .member = &value};
}

}  // namespace stator::api
