#include "model/json_error.h"

#include <string>
#include <string_view>

#include <simdjson.h>

namespace stator::model {
namespace {

using simdjson::dom::element_type;

base::Error SerializationError(std::string message) {
  return base::Error{base::ErrorCode::kSerialization, std::move(message)};
}

// The name of a scalar target's Java class, which the service's messages show.
std::string_view JavaClass(JsonTarget target) {
  switch (target) {
    case JsonTarget::kString:
      return "java.lang.String";
    case JsonTarget::kBoolean:
      return "java.lang.Boolean";
    case JsonTarget::kInteger:
      return "java.lang.Integer";
    case JsonTarget::kLong:
      return "java.lang.Long";
    default:
      return "java.nio.ByteBuffer";
  }
}

std::string_view TokenName(const simdjson::dom::element& found) {
  switch (found.type()) {
    case element_type::STRING:
      return "STRING_VALUE";
    case element_type::BOOL:
      return bool(found) ? "TRUE_VALUE" : "FALSE_VALUE";
    default:
      return "NUMBER_VALUE";
  }
}

}  // namespace

base::Error UnexpectedJson(const simdjson::dom::element& found, JsonTarget wanted) {
  const element_type type = found.type();
  if (type == element_type::OBJECT) {
    return SerializationError("Start of structure or map found where not expected");
  }
  const bool wants_collection = wanted == JsonTarget::kList || wanted == JsonTarget::kMap;
  if (wants_collection) {
    return SerializationError(type == element_type::ARRAY ? "Start of list found where not expected"
                              : wanted == JsonTarget::kList ? "Unexpected field type"
                                                            : "Unexpected value type in payload");
  }
  const std::string_view java_class = JavaClass(wanted);
  if (type == element_type::ARRAY) {
    return SerializationError("Unrecognized collection type class " + std::string(java_class));
  }
  return SerializationError(std::string(TokenName(found)) + " cannot be converted to " +
                            std::string(java_class.substr(java_class.rfind('.') + 1)));
}

base::Error DuplicateJsonName() {
  return SerializationError("Duplicate name found in a JSON object");
}

}  // namespace stator::model
