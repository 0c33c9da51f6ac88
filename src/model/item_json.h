#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "model/attribute_value.h"

namespace simdjson::dom {
class element;
}

// Attribute values and items in the JSON of the DynamoDB API: {"N":"1"}, {"pk":{"S":"a"}}.
namespace stator::model {

// A value read from JSON. JSON of the wrong type fails at once, but a value that breaks a rule of
// DynamoDB is refused only after the whole request was read and its constraints were checked (V1),
// in words that depend on where it stands. So such a fault is kept beside the value.
struct ParsedValue {
  AttributeValue value;
  std::optional<std::string> fault;  // the message of its ValidationException
};

// The same for an item, a key, or any map of values.
struct ParsedItem {
  Item item;
  std::optional<std::string> fault;  // of its first faulty value in name order
  std::string faulty_name;           // the top-level attribute that it is in
};

// Each fails with SerializationException when the JSON has not the type that is wanted
// (W11, W12). Recursion is as deep as the document, which the parser of JSON bounds.
base::Result<ParsedValue> ParseAttributeValue(const simdjson::dom::element& json);
base::Result<ParsedItem> ParseItem(const simdjson::dom::element& json);

// Append the value {"N":"1"} or the item {"pk":{"S":"a"}}.
void AppendAttributeValue(const AttributeValue& value, std::string& out);
void AppendItem(const Item& item, std::string& out);

}  // namespace stator::model
