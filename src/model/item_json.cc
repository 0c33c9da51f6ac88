#include "model/item_json.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include <simdjson.h>

#include "model/json_error.h"
#include "model/json_text.h"
#include "model/limits.h"

namespace stator::model {
namespace {

using simdjson::dom::element;

constexpr std::string_view kEmptyValue =
    "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes";
constexpr std::string_view kSeveralTypes =
    "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the "
    "supported datatypes";
constexpr std::string_view kInvalidParameter = "One or more parameter values were invalid: ";

// The type with that tag, or nothing.
std::optional<ValueType> FindValueType(std::string_view tag) {
  if (tag.size() == 1) {
    switch (tag.front()) {
      case 'S':
        return ValueType::kString;
      case 'N':
        return ValueType::kNumber;
      case 'B':
        return ValueType::kBinary;
      case 'M':
        return ValueType::kMap;
      case 'L':
        return ValueType::kList;
      default:
        return std::nullopt;
    }
  }
  for (const ValueType type : {ValueType::kStringSet, ValueType::kNumberSet, ValueType::kBinarySet,
                               ValueType::kNull, ValueType::kBoolean}) {
    if (ValueTypeName(type) == tag) {
      return type;
    }
  }
  return std::nullopt;
}

// Reads values out of a parsed document. The first error and the first fault are kept in the
// reader, so that values are returned as they are; after an error they are meaningless. Lives as
// long as one call.
class ValueReader {
 public:
  AttributeValue ReadValue(const element& json);
  Item ReadItem(const element& json);

  std::optional<base::Error>& error() { return error_; }
  std::optional<std::string>& fault() { return fault_; }
  std::string& faulty_name() { return faulty_name_; }

 private:
  // A member of an object that is being read.
  struct Member {
    std::string_view name;
    element value;
  };

  AttributeValue ReadTyped(ValueType type, const element& json);
  std::string ReadString(const element& json);
  std::string ReadBinary(const element& json);
  Number ReadNumber(const element& json);
  bool ReadBoolean(const element& json);
  List ReadList(const element& json);
  template <typename Set, typename Read>
  Set ReadSet(ValueType type, const element& json, Read read);

  void Descend() {
    if (++depth_ > limits::kNestingDepth) {
      Fault(kNestedTooDeep);
    }
  }
  void Fail(base::Error error) {
    if (!error_) {
      error_ = std::move(error);
    }
  }
  void Fault(std::string message) {
    if (!fault_) {
      fault_ = std::move(message);
    }
  }

  std::optional<base::Error> error_;
  std::optional<std::string> fault_;
  std::string faulty_name_;
  int depth_ = 0;                // of the maps and lists around the current value
  std::vector<Member> members_;  // of all objects that are being read, the innermost at the end
};

std::string ValueReader::ReadString(const element& json) {
  std::string_view text;
  if (json.get_string().get(text) != simdjson::SUCCESS) {
    Fail(UnexpectedJson(json, JsonTarget::kString));
  }
  return std::string(text);
}

std::string ValueReader::ReadBinary(const element& json) {
  std::string_view text;
  if (json.get_string().get(text) != simdjson::SUCCESS) {
    Fail(UnexpectedJson(json, JsonTarget::kBlob));
    return {};
  }
  std::optional<std::string> bytes = DecodeBase64(text);
  if (!bytes) {
    Fail(base::Error{base::ErrorCode::kSerialization,
                     text.size() % 4 != 0
                         ? "Base64 encoded length is expected a multiple of 4 bytes but found: " +
                               std::to_string(text.size())
                         : "Invalid Base64 character or padding"});
    return {};
  }
  return *std::move(bytes);
}

Number ValueReader::ReadNumber(const element& json) {
  std::string_view text;
  if (json.get_string().get(text) != simdjson::SUCCESS) {
    Fail(UnexpectedJson(json, JsonTarget::kString));
    return {};
  }
  base::Result<Number> number = Number::Parse(text);
  if (!number.ok()) {
    Fault(number.error().message);
    return {};
  }
  return *number;
}

bool ValueReader::ReadBoolean(const element& json) {
  bool boolean = false;
  if (json.get_bool().get(boolean) != simdjson::SUCCESS) {
    Fail(UnexpectedJson(json, JsonTarget::kBoolean));
  }
  return boolean;
}

std::string JoinTexts(const simdjson::dom::array& array) {
  std::string joined;
  for (const element member : array) {
    if (!joined.empty()) {
      joined += ", ";
    }
    std::string_view text;
    if (member.get_string().get(text) == simdjson::SUCCESS) {
      joined += text;
    }
  }
  return joined;
}

std::string EmptySetFault(ValueType type) {
  const std::string_view what = type == ValueType::kStringSet   ? "An string set  may not be empty"
                                : type == ValueType::kNumberSet ? "An number set  may not be empty"
                                                                : "Binary sets should not be empty";
  return std::string(kInvalidParameter) + std::string(what);
}

std::string DuplicatesFault(ValueType type, const simdjson::dom::array& array) {
  // The service lists the members of a string or binary set only.
  if (type == ValueType::kNumberSet) {
    return std::string(kInvalidParameter) + "Input collection contains duplicates";
  }
  return std::string(kInvalidParameter) + "Input collection [" + JoinTexts(array) + "]" +
         (type == ValueType::kBinarySet ? "of type BS" : "") + " contains duplicates.";
}

template <typename Set, typename Read>
Set ValueReader::ReadSet(ValueType type, const element& json, Read read) {
  simdjson::dom::array array;
  Set set;
  if (json.get_array().get(array) != simdjson::SUCCESS) {
    Fail(UnexpectedJson(json, JsonTarget::kList));
    return set;
  }
  const bool faultless = !fault_;
  for (const element member : array) {
    set.members.push_back((this->*read)(member));
  }
  if (set.members.empty()) {
    Fault(EmptySetFault(type));
  } else if (!SortSet(set.members) && !fault_ && faultless) {
    Fault(DuplicatesFault(type, array));
  }
  return set;
}

List ValueReader::ReadList(const element& json) {
  simdjson::dom::array array;
  List list;
  if (json.get_array().get(array) != simdjson::SUCCESS) {
    Fail(UnexpectedJson(json, JsonTarget::kList));
    return list;
  }
  Descend();
  for (const element member : array) {
    list.push_back(ReadValue(member));
  }
  --depth_;
  return list;
}

AttributeValue ValueReader::ReadTyped(ValueType type, const element& json) {
  switch (type) {
    case ValueType::kString:
      return AttributeValue(ReadString(json));
    case ValueType::kNumber:
      return AttributeValue(ReadNumber(json));
    case ValueType::kBinary:
      return AttributeValue(Binary{ReadBinary(json)});
    case ValueType::kStringSet:
      return AttributeValue(ReadSet<StringSet>(type, json, &ValueReader::ReadString));
    case ValueType::kNumberSet:
      return AttributeValue(ReadSet<NumberSet>(type, json, &ValueReader::ReadNumber));
    case ValueType::kBinarySet:
      return AttributeValue(ReadSet<BinarySet>(type, json, &ValueReader::ReadBinary));
    case ValueType::kMap: {
      Descend();
      AttributeValue map(ReadItem(json));
      --depth_;
      return map;
    }
    case ValueType::kList:
      return AttributeValue(ReadList(json));
    case ValueType::kNull:
      if (!ReadBoolean(json)) {
        Fault(std::string(kInvalidParameter) +
              "Null attribute value types must have the value of true");
      }
      return AttributeValue(Null{});
    case ValueType::kBoolean:
      return AttributeValue(ReadBoolean(json));
  }
  return AttributeValue();
}

AttributeValue ValueReader::ReadValue(const element& json) {
  AttributeValue value;
  if (json.is_null()) {
    Fault(std::string(kEmptyValue));
    return value;
  }
  simdjson::dom::object object;
  if (json.get_object().get(object) != simdjson::SUCCESS) {
    Fail(UnexpectedJson(json, JsonTarget::kMap));
    return value;
  }
  unsigned seen = 0;
  for (const auto member : object) {
    const std::optional<ValueType> type = FindValueType(member.key);
    if (!type || member.value.is_null()) {
      continue;  // unknown members are ignored, here as everywhere
    }
    const unsigned bit = 1U << static_cast<unsigned>(*type);
    if ((seen & bit) != 0) {
      Fail(DuplicateJsonName());
    } else if (seen != 0) {
      static_cast<void>(ReadTyped(*type, member.value));  // for its errors
      Fault(std::string(kSeveralTypes));
    } else {
      value = ReadTyped(*type, member.value);
    }
    seen |= bit;
  }
  if (seen == 0) {
    Fault(std::string(kEmptyValue));
  }
  return value;
}

Item ValueReader::ReadItem(const element& json) {
  Item item;
  simdjson::dom::object object;
  if (json.get_object().get(object) != simdjson::SUCCESS) {
    Fail(UnexpectedJson(json, JsonTarget::kMap));
    return item;
  }
  // Sorted first, so that any order of names, however many, costs no more than sorting.
  const size_t first = members_.size();
  for (const auto member : object) {
    members_.push_back({member.key, member.value});
  }
  const auto begin = members_.begin() + static_cast<std::ptrdiff_t>(first);
  std::sort(begin, members_.end(),
            [](const Member& left, const Member& right) { return left.name < right.name; });
  const size_t count = members_.size() - first;
  item.Reserve(count);
  for (size_t i = first; i < first + count && !error_; ++i) {
    const Member member = members_[i];
    if (i > first && members_[i - 1].name == member.name) {
      Fail(DuplicateJsonName());
    }
    if (member.name.size() > limits::kAttributeNameBytes) {
      Fault(std::string(kInvalidParameter) +
            "Attribute name is too large, must be less than 65536 bytes");
    }
    item.Set(member.name, ReadValue(member.value));
    if (depth_ == 0 && fault_ && faulty_name_.empty()) {
      faulty_name_ = member.name;
    }
  }
  members_.resize(first);
  return item;
}

void AppendMember(const std::string& text, std::string& out) { AppendJsonString(text, out); }

void AppendMember(const Number& number, std::string& out) {
  out += '"';
  number.AppendTo(out);
  out += '"';
}

void AppendBinary(const std::string& bytes, std::string& out) {
  out += '"';
  AppendBase64(bytes, out);
  out += '"';
}

template <typename Members, typename Append>
void AppendArray(const Members& members, std::string& out, Append append) {
  char separator = '[';
  for (const auto& member : members) {
    out += separator;
    append(member, out);
    separator = ',';
  }
  out += members.empty() ? "[]" : "]";
}

// Appends what stands behind a type's tag.
class ContentWriter {
 public:
  explicit ContentWriter(std::string& out) : out_(out) {}

  void operator()(const std::string& text) const { AppendMember(text, out_); }
  void operator()(const Number& number) const { AppendMember(number, out_); }
  void operator()(const Binary& binary) const { AppendBinary(binary.bytes, out_); }
  void operator()(const StringSet& set) const {
    AppendArray(set.members, out_,
                [](const std::string& text, std::string& out) { AppendMember(text, out); });
  }
  void operator()(const NumberSet& set) const {
    AppendArray(set.members, out_,
                [](const Number& number, std::string& out) { AppendMember(number, out); });
  }
  void operator()(const BinarySet& set) const { AppendArray(set.members, out_, AppendBinary); }
  void operator()(const Item& map) const { AppendItem(map, out_); }
  void operator()(const List& list) const { AppendArray(list, out_, AppendAttributeValue); }
  void operator()(const Null&) const { out_ += "true"; }
  void operator()(bool boolean) const { out_ += boolean ? "true" : "false"; }

 private:
  std::string& out_;
};

}  // namespace

base::Result<ParsedValue> ParseAttributeValue(const element& json) {
  ValueReader reader;
  AttributeValue value = reader.ReadValue(json);
  if (reader.error()) {
    return *std::move(reader.error());
  }
  return ParsedValue{std::move(value), std::move(reader.fault())};
}

base::Result<ParsedItem> ParseItem(const element& json) {
  ValueReader reader;
  Item item = reader.ReadItem(json);
  if (reader.error()) {
    return *std::move(reader.error());
  }
  return ParsedItem{std::move(item), std::move(reader.fault()), std::move(reader.faulty_name())};
}

void AppendAttributeValue(const AttributeValue& value, std::string& out) {
  out += "{\"";
  out += ValueTypeName(value.type());
  out += "\":";
  std::visit(ContentWriter(out), value.storage());
  out += '}';
}

void AppendItem(const Item& item, std::string& out) {
  char separator = '{';
  for (const Attribute& attribute : item) {
    out += separator;
    AppendJsonString(attribute.name, out);
    out += ':';
    AppendAttributeValue(attribute.value, out);
    separator = ',';
  }
  out += item.empty() ? "{}" : "}";
}

}  // namespace stator::model
