#include "api/document.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <new>
#include <optional>
#include <string_view>
#include <utility>

#include <simdjson.h>

#include "engine/catalog.h"
#include "model/json_error.h"
#include "model/limits.h"

namespace stator::api {
namespace {

using model::JsonTarget;
using simdjson::dom::element;

base::Error SerializationError(std::string message) {
  return base::Error{base::ErrorCode::kSerialization, std::move(message)};
}

// Larger documents have a parser of their own, whose memory ends with them.
constexpr size_t kSharedParserBytes = 256 * 1024;

simdjson::simdjson_result<element> ParseWith(simdjson::dom::parser& parser,
                                             const std::string& json) {
  constexpr size_t kDepth = model::limits::kJsonDepth;
  constexpr size_t kLeastBytes = 16 * 1024;
  if (parser.capacity() < json.size() || parser.max_depth() != kDepth) {
    const size_t capacity = std::max(json.size(), kLeastBytes);
    if (const auto error = parser.allocate(capacity, kDepth); error != simdjson::SUCCESS) {
      return error;
    }
  }
  return parser.parse(json);
}

// The thread's parser. Its memory serves all smaller requests of the thread.
simdjson::dom::parser& ParserOfThread() {
  thread_local simdjson::dom::parser parser;
  return parser;
}

// The code unit of an escape `\uXXXX` at that place, or nothing.
std::optional<unsigned> EscapedUnit(std::string_view json, size_t at) {
  if (at + 6 > json.size() || json[at] != '\\' || json[at + 1] != 'u') {
    return std::nullopt;
  }
  unsigned unit = 0;
  const char* first = json.data() + at + 2;
  const auto [end, error] = std::from_chars(first, first + 4, unit, 16);
  return error == std::errc() && end == first + 4 ? std::optional(unit) : std::nullopt;
}

// Whether escapes give half of a surrogate pair, which is no character: the parser accepts some.
bool HoldsLoneSurrogate(std::string_view json) {
  const auto is_high = [](unsigned unit) { return unit >= 0xD800 && unit <= 0xDBFF; };
  const auto is_low = [](unsigned unit) { return unit >= 0xDC00 && unit <= 0xDFFF; };
  size_t at = json.find('\\');
  while (at != std::string_view::npos) {
    const unsigned unit = EscapedUnit(json, at).value_or(0);
    size_t next = at + 2;
    if (is_low(unit)) {
      return true;
    }
    if (is_high(unit)) {
      if (!is_low(EscapedUnit(json, at + 6).value_or(0))) {
        return true;
      }
      next = at + 12;
    }
    at = json.find('\\', next);
  }
  return false;
}

// The member of that name, or null.
const Field* FindField(const Shape& structure, std::string_view name) {
  for (const Field& field : structure.fields) {
    if (field.name.size() == name.size() &&
        std::memcmp(field.name.data(), name.data(), name.size()) == 0) {
      return &field;
    }
  }
  return nullptr;
}

bool IsArn(std::string_view name) { return name.starts_with("arn:"); }

}  // namespace

Document::Document() {}  // NOLINT: the buffer is left as it is, for speed
Document::~Document() = default;

base::Result<Node*> Document::Parse(const std::string& json, const Shape& shape) {
  if (json.size() > kSharedParserBytes) {
    own_parser_ = std::make_unique<simdjson::dom::parser>();
  }
  element root;
  if (ParseWith(own_parser_ ? *own_parser_ : ParserOfThread(), json).get(root) !=
          simdjson::SUCCESS ||
      HoldsLoneSurrogate(json)) {
    return SerializationError("The request body is not valid JSON");
  }
  Node* node = Read(root, shape);
  if (error_) {
    return *std::move(error_);
  }
  return node;
}

Node* Document::Fail(base::Error error) {
  if (!error_) {
    error_ = std::move(error);
  }
  return nullptr;
}

Node* Document::NewNode(const Shape& shape) {
  return new (std::pmr::polymorphic_allocator<Node>(&arena_).allocate(1)) Node(shape);
}

template <typename T>
std::span<T> Document::NewSpan(size_t size) {
  T* first = std::pmr::polymorphic_allocator<T>(&arena_).allocate(size);
  std::uninitialized_value_construct_n(first, size);
  return {first, size};
}

std::string_view Document::Qualified(std::string_view name, std::string_view account) {
  const std::string qualified = engine::QualifiedTableName(account, name);
  const std::span<char> copy = NewSpan<char>(qualified.size());
  std::ranges::copy(qualified, copy.begin());
  return {copy.data(), copy.size()};
}

void Document::QualifyKeys(Node& map, std::string_view account) {
  const std::span<NodeEntry> entries = NewSpan<NodeEntry>(map.entries_.size());
  for (size_t i = 0; i < entries.size(); ++i) {
    entries[i] = map.entries_[i];
    if (!IsArn(entries[i].key)) {
      entries[i].key = Qualified(entries[i].key, account);
    }
  }
  map.entries_ = entries;
}

// The shapes bound the depth.
void Document::Qualify(Node& node, std::string_view account) {
  for (Node* const element :
       node.shape().type == ShapeType::kList ? node.children_ : std::span<Node*>()) {
    if (element != nullptr) {
      Qualify(*element, account);
    }
  }
  for (const Field& field : node.shape().fields) {
    Node* const member = node.Member(field.index);
    if (member == nullptr) {
      continue;
    }
    if (field.name == "ClientRequestToken") {
      member->text_ = Qualified(member->text_, account);
    } else if (field.name == "TableName") {
      member->text_ = IsArn(member->text_) ? member->text_ : Qualified(member->text_, account);
    } else if (field.name == "RequestItems") {
      QualifyKeys(*member, account);
    } else {
      Qualify(*member, account);
    }
  }
}

Node* Document::Read(const element& json, const Shape& shape) {
  switch (shape.type) {
    case ShapeType::kString:
      return ReadString(json, shape);
    case ShapeType::kInteger:
    case ShapeType::kLong:
      return ReadNumber(json, shape);
    case ShapeType::kBoolean:
      return ReadBoolean(json, shape);
    case ShapeType::kList:
      return ReadList(json, shape);
    case ShapeType::kMap:
      return ReadMap(json, shape);
    case ShapeType::kStructure:
      return ReadStructure(json, shape);
    case ShapeType::kAttributeValue:
      return ReadAttributeValue(json, shape);
    case ShapeType::kAttributeMap:
      return ReadAttributeMap(json, shape);
  }
  return nullptr;
}

Node* Document::ReadString(const element& json, const Shape& shape) {
  Node* node = NewNode(shape);
  if (json.get_string().get(node->text_) != simdjson::SUCCESS) {
    return Fail(model::UnexpectedJson(json, JsonTarget::kString));
  }
  return node;
}

Node* Document::ReadNumber(const element& json, const Shape& shape) {
  const bool is_long = shape.type == ShapeType::kLong;
  const auto low = is_long ? std::numeric_limits<int64_t>::min()
                           : static_cast<int64_t>(std::numeric_limits<int32_t>::min());
  const auto high = is_long ? std::numeric_limits<int64_t>::max()
                            : static_cast<int64_t>(std::numeric_limits<int32_t>::max());
  Node* node = NewNode(shape);
  if (json.get_int64().get(node->integer_) == simdjson::SUCCESS) {
    node->integer_ = std::clamp(node->integer_, low, high);
    return node;
  }
  double number = 0;
  if (json.get_double().get(number) != simdjson::SUCCESS) {
    return Fail(model::UnexpectedJson(json, is_long ? JsonTarget::kLong : JsonTarget::kInteger));
  }
  // The service cuts off what does not fit a whole number.
  node->integer_ = number >= static_cast<double>(high)  ? high
                   : number <= static_cast<double>(low) ? low
                                                        : static_cast<int64_t>(std::trunc(number));
  return node;
}

Node* Document::ReadBoolean(const element& json, const Shape& shape) {
  Node* node = NewNode(shape);
  bool boolean = false;
  if (json.get_bool().get(boolean) != simdjson::SUCCESS) {
    return Fail(model::UnexpectedJson(json, JsonTarget::kBoolean));
  }
  node->integer_ = boolean ? 1 : 0;
  return node;
}

Node* Document::ReadList(const element& json, const Shape& shape) {
  simdjson::dom::array array;
  if (json.get_array().get(array) != simdjson::SUCCESS) {
    return Fail(model::UnexpectedJson(json, JsonTarget::kList));
  }
  Node* node = NewNode(shape);
  const auto size = static_cast<size_t>(std::distance(array.begin(), array.end()));
  node->children_ = NewSpan<Node*>(size);
  size_t i = 0;
  for (const element member : array) {
    node->children_[i++] = member.is_null() ? nullptr : Read(member, *shape.member);
    if (error_) {
      return nullptr;
    }
  }
  return node;
}

Node* Document::ReadMap(const element& json, const Shape& shape) {
  simdjson::dom::object object;
  if (json.get_object().get(object) != simdjson::SUCCESS) {
    return Fail(model::UnexpectedJson(json, JsonTarget::kMap));
  }
  Node* node = NewNode(shape);
  const auto size = static_cast<size_t>(std::distance(object.begin(), object.end()));
  const std::span<NodeEntry> entries = NewSpan<NodeEntry>(size);
  std::vector<std::string_view> names;
  names.reserve(size);
  size_t i = 0;
  for (const auto member : object) {
    names.push_back(member.key);
    entries[i++] = {member.key,
                    member.value.is_null() ? nullptr : Read(member.value, *shape.member)};
    if (error_) {
      return nullptr;
    }
  }
  std::sort(names.begin(), names.end());
  if (std::adjacent_find(names.begin(), names.end()) != names.end()) {
    return Fail(model::DuplicateJsonName());
  }
  node->entries_ = entries;
  return node;
}

Node* Document::ReadStructure(const element& json, const Shape& shape) {
  simdjson::dom::object object;
  if (json.get_object().get(object) != simdjson::SUCCESS) {
    return Fail(model::UnexpectedJson(json, JsonTarget::kMap));
  }
  Node* node = NewNode(shape);
  node->children_ = NewSpan<Node*>(shape.fields.size());
  for (const auto member : object) {
    const Field* field = FindField(shape, member.key);
    if (field == nullptr || member.value.is_null()) {
      continue;
    }
    Node*& child = node->children_[field->index];
    if (child != nullptr) {
      return Fail(model::DuplicateJsonName());
    }
    child = Read(member.value, *field->shape);
    if (error_) {
      return nullptr;
    }
  }
  return node;
}

Node* Document::ReadAttributeValue(const element& json, const Shape& shape) {
  base::Result<model::ParsedValue> value = model::ParseAttributeValue(json);
  if (!value.ok()) {
    return Fail(std::move(value).error());
  }
  Node* node = NewNode(shape);
  node->value_ =
      values_.emplace_back(std::make_unique<model::ParsedValue>(std::move(value).value())).get();
  return node;
}

Node* Document::ReadAttributeMap(const element& json, const Shape& shape) {
  base::Result<model::ParsedItem> item = model::ParseItem(json);
  if (!item.ok()) {
    return Fail(std::move(item).error());
  }
  Node* node = NewNode(shape);
  node->item_ =
      items_.emplace_back(std::make_unique<model::ParsedItem>(std::move(item).value())).get();
  return node;
}

}  // namespace stator::api
