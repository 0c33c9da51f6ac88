#include "api/constraints.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "model/item_json.h"

namespace stator::api {
namespace {

// How much of a value a message shows at most. The service shows all of it; a request of 16 MB
// need not come back.
constexpr size_t kShownBytes = 4096;
// How many violations are collected: a bound on the work that a hostile request can ask for.
constexpr size_t kMaxViolations = 10;

constexpr std::string_view kNamePattern = "[a-zA-Z0-9_.-]+";

std::string MemberName(std::string_view name, bool camel_case) {
  std::string text(name);
  if (camel_case && text.front() >= 'A' && text.front() <= 'Z') {
    text.front() = static_cast<char>(text.front() - 'A' + 'a');
  }
  return text;
}

// The place of a node in the request: a chain of steps that lives on the stack and is spelled out
// only for a message.
struct Place {
  const Place* parent = nullptr;
  std::string_view name = {};  // of a member or a map's key; empty for a list's element
  size_t position = 0;         // of an element, from 1
  bool is_member = false;
};

void AppendPlace(const Place& place, bool camel_case, std::string& out) {
  if (place.parent != nullptr && (place.parent->parent != nullptr || !place.parent->name.empty())) {
    AppendPlace(*place.parent, camel_case, out);
    out += '.';
  }
  if (place.is_member) {
    out += MemberName(place.name, camel_case);
  } else {
    out += place.name.empty() ? std::to_string(place.position) : std::string(place.name);
    out += ".member";
  }
}

std::string LengthAtLeast(int64_t min) {
  return "Member must have length greater than or equal to " + std::to_string(min);
}
std::string LengthAtMost(int64_t max) {
  return "Member must have length less than or equal to " + std::to_string(max);
}
std::string PatternConstraint() {
  return "Member must satisfy regular expression pattern: " + std::string(kNamePattern);
}

std::string EnumConstraint(const Shape& shape) {
  std::string text = "Member must satisfy enum value set: [";
  for (const std::string_view value : shape.enum_values) {
    text += text.back() == '[' ? "" : ", ";
    text += value;
  }
  return text + "]";
}

// All constraints of the shape itself, in brackets, as messages about collections list them.
std::string AllConstraints(const Shape& shape) {
  std::vector<std::string> all;
  if (shape.max != Shape::kNoMax) {
    all.push_back(LengthAtMost(shape.max));
  }
  if (shape.min != Shape::kNoMin) {
    all.push_back(LengthAtLeast(shape.min));
  }
  if (shape.pattern != Pattern::kNone) {
    all.push_back(PatternConstraint());
  }
  if (!shape.enum_values.empty()) {
    all.push_back(EnumConstraint(shape));
  }
  std::string text = "[";
  for (const std::string& constraint : all) {
    text += (text.size() == 1 ? "" : ", ") + constraint;
  }
  return text + "]";
}

bool MatchesPattern(Pattern pattern, std::string_view text) {
  switch (pattern) {
    case Pattern::kNone:
      return true;
    case Pattern::kName:
      return MatchesNamePattern(text);
    case Pattern::kNameOrArn:
      // An empty name is refused for its length alone (V3).
      return text.empty() || text.starts_with("arn:") || MatchesNamePattern(text);
  }
  return true;
}

// The length in UTF-16 code units: what the service, written in Java, counts.
int64_t TextLength(std::string_view text) {
  int64_t length = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    length += (byte & 0xC0) == 0x80 ? 0 : byte >= 0xF0 ? 2 : 1;
  }
  return length;
}

int64_t NodeLength(const Node& node) {
  switch (node.shape().type) {
    case ShapeType::kList:
      return static_cast<int64_t>(node.elements().size());
    case ShapeType::kMap:
      return static_cast<int64_t>(node.entries().size());
    case ShapeType::kAttributeMap:
      return static_cast<int64_t>(node.parsed_item().item.size());
    default:
      return TextLength(node.text());
  }
}

bool TextFits(const Shape& shape, std::string_view text) {
  const int64_t length = TextLength(text);
  return length >= shape.min && length <= shape.max && MatchesPattern(shape.pattern, text) &&
         (shape.enum_values.empty() || std::find(shape.enum_values.begin(), shape.enum_values.end(),
                                                 text) != shape.enum_values.end());
}

// Walks a request and collects violations.
class Checker {
 public:
  explicit Checker(ValidationWording wording)
      : camel_case_(wording != ValidationWording::kFirstOnly) {}

  void Check(const Node& node, const Place& place);

  base::Result<void> Finish() const;

 private:
  bool full() const { return violations_.size() == (camel_case_ ? kMaxViolations : 1); }
  void CheckMembers(const Node& structure, const Place& place);
  void CheckElements(const Node& list, const Place& place);
  void CheckEntries(const Node& map, const Place& place);
  void CheckNumber(const Node& node, const Place& place);
  void CheckText(const Node& node, const Place& place);
  void CheckLength(const Node& node, const Place& place);

  void Add(const Node* node, const Place& place, const std::string& constraint);

  const bool camel_case_;
  std::vector<std::string> violations_;
};

void Checker::Add(const Node* node, const Place& place, const std::string& constraint) {
  if (full()) {
    return;
  }
  std::string text = "Value ";
  if (node == nullptr) {
    text += "null";
  } else {
    std::string value;
    AppendNodeText(*node, camel_case_, value);
    if (value.size() > kShownBytes) {
      size_t cut = kShownBytes;
      while ((static_cast<unsigned char>(value[cut]) & 0xC0) == 0x80) {
        --cut;  // not within a character
      }
      value.resize(cut);
    }
    text += "'" + value + "'";
  }
  text += " at '";
  AppendPlace(place, camel_case_, text);
  violations_.push_back(text + "' failed to satisfy constraint: " + constraint);
}

void Checker::Check(const Node& node, const Place& place) {
  if (full()) {
    return;
  }
  switch (node.shape().type) {
    case ShapeType::kString:
      return CheckText(node, place);
    case ShapeType::kInteger:
    case ShapeType::kLong:
      return CheckNumber(node, place);
    case ShapeType::kList:
      CheckLength(node, place);
      return CheckElements(node, place);
    case ShapeType::kMap:
      CheckLength(node, place);
      return CheckEntries(node, place);
    case ShapeType::kAttributeMap:
      return CheckLength(node, place);
    case ShapeType::kStructure:
      return CheckMembers(node, place);
    case ShapeType::kBoolean:
    case ShapeType::kAttributeValue:
      return;
  }
}

void Checker::CheckText(const Node& node, const Place& place) {
  const Shape& shape = node.shape();
  if (!shape.enum_values.empty() && !TextFits(shape, node.text())) {
    return Add(&node, place, EnumConstraint(shape));
  }
  if (!MatchesPattern(shape.pattern, node.text())) {
    Add(&node, place, PatternConstraint());
  }
  CheckLength(node, place);
}

void Checker::CheckLength(const Node& node, const Place& place) {
  const Shape& shape = node.shape();
  if (shape.min == Shape::kNoMin && shape.max == Shape::kNoMax) {
    return;
  }
  const int64_t length = NodeLength(node);
  if (length < shape.min) {
    Add(&node, place, LengthAtLeast(shape.min));
  } else if (length > shape.max) {
    Add(&node, place, LengthAtMost(shape.max));
  }
}

void Checker::CheckNumber(const Node& node, const Place& place) {
  const Shape& shape = node.shape();
  if (node.integer() < shape.min) {
    Add(&node, place,
        "Member must have value greater than or equal to " + std::to_string(shape.min));
  } else if (node.integer() > shape.max) {
    Add(&node, place, "Member must have value less than or equal to " + std::to_string(shape.max));
  }
}

void Checker::CheckMembers(const Node& structure, const Place& place) {
  for (const Field& field : structure.shape().fields) {
    const Place member_place{.parent = &place, .name = field.name, .is_member = true};
    const Node* member = structure.Member(field.index);
    if (member != nullptr) {
      Check(*member, member_place);
    } else if (field.required) {
      Add(nullptr, member_place, "Member must not be null");
    }
  }
}

// Constraints on scalars within a list are reported at the list.
void Checker::CheckElements(const Node& list, const Place& place) {
  const Shape& member_shape = *list.shape().member;
  const bool texts = member_shape.type == ShapeType::kString;
  size_t position = 0;
  for (const Node* element : list.elements()) {
    const Place element_place{.parent = &place, .position = ++position};
    if (element == nullptr) {
      Add(nullptr, element_place, "Member must not be null");
    } else if (!texts) {
      Check(*element, element_place);
    } else if (!TextFits(member_shape, element->text())) {
      return Add(&list, place, "Member must satisfy constraint: " + AllConstraints(member_shape));
    }
  }
}

// So are those on a map's keys, and on the lengths of its values.
void Checker::CheckEntries(const Node& map, const Place& place) {
  const Shape& key_shape = *map.shape().key;
  const Shape& value_shape = *map.shape().member;
  for (const NodeEntry& entry : map.entries()) {
    if (!TextFits(key_shape, entry.key)) {
      return Add(&map, place, "Map keys must satisfy constraint: " + AllConstraints(key_shape));
    }
    const Place value_place{.parent = &place, .name = entry.key};
    if (entry.value == nullptr) {
      Add(nullptr, value_place, "Member must not be null");
      continue;
    }
    if (value_shape.type == ShapeType::kStructure) {
      Check(*entry.value, value_place);
      continue;
    }
    const int64_t length = NodeLength(*entry.value);
    if (length < value_shape.min || length > value_shape.max) {
      return Add(&map, place, "Map value must satisfy constraint: " + AllConstraints(value_shape));
    }
    if (value_shape.type == ShapeType::kList) {
      CheckElements(*entry.value, value_place);
    }
  }
}

base::Result<void> Checker::Finish() const {
  if (violations_.empty()) {
    return {};
  }
  std::string message = std::to_string(violations_.size()) + " validation error" +
                        (violations_.size() == 1 ? "" : "s") + " detected: ";
  for (size_t i = 0; i < violations_.size(); ++i) {
    message += (i == 0 ? "" : "; ") + violations_[i];
  }
  return base::ValidationError(std::move(message));
}

void AppendNullableText(const Node* node, bool camel_case, std::string& out) {
  if (node == nullptr) {
    out += "null";
  } else {
    AppendNodeText(*node, camel_case, out);
  }
}

void AppendStructureText(const Node& node, bool camel_case, std::string& out) {
  out += node.shape().name;
  char separator = '(';
  for (const Field& field : node.shape().fields) {
    out += separator;
    out += separator == ',' ? " " : "";
    out += MemberName(field.name, camel_case) + "=";
    AppendNullableText(node.Member(field.index), camel_case, out);
    separator = ',';
  }
  out += ')';
}

}  // namespace

bool MatchesNamePattern(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-';
  });
}

void AppendNodeText(const Node& node, bool camel_case, std::string& out) {
  switch (node.shape().type) {
    case ShapeType::kString:
      out += node.text();
      return;
    case ShapeType::kInteger:
    case ShapeType::kLong:
      out += std::to_string(node.integer());
      return;
    case ShapeType::kBoolean:
      out += node.boolean() ? "true" : "false";
      return;
    case ShapeType::kList:
      out += '[';
      for (size_t i = 0; i < node.elements().size(); ++i) {
        out += i == 0 ? "" : ", ";
        AppendNullableText(node.elements()[i], camel_case, out);
      }
      out += ']';
      return;
    case ShapeType::kMap:
      out += '{';
      for (const NodeEntry& entry : node.entries()) {
        out += &entry == node.entries().data() ? "" : ", ";
        out += entry.key;
        out += '=';
        AppendNullableText(entry.value, camel_case, out);
      }
      out += '}';
      return;
    case ShapeType::kStructure:
      return AppendStructureText(node, camel_case, out);
    case ShapeType::kAttributeValue:
      return model::AppendAttributeValue(node.parsed_value().value, out);
    case ShapeType::kAttributeMap:
      return model::AppendItem(node.parsed_item().item, out);
  }
}

base::Result<void> CheckConstraints(const Node& request, ValidationWording wording) {
  Checker checker(wording);
  checker.Check(request, Place{});
  return checker.Finish();
}

base::Error ConstraintError(std::string_view value, std::string_view member,
                            std::string_view constraint) {
  return base::ValidationError("1 validation error detected: Value '" + std::string(value) +
                               "' at '" + std::string(member) +
                               "' failed to satisfy constraint: " + std::string(constraint));
}

}  // namespace stator::api
