#include "expression/value_text.h"

namespace stator::expression {

std::string ValueText(const model::AttributeValue& value) {
  std::string text = "{";
  text += model::ValueTypeName(value.type());
  text += ':';
  if (const auto* string = value.Get<std::string>()) {
    text += *string;
  } else if (const auto* number = value.Get<model::Number>()) {
    number->AppendTo(text);
  } else if (const auto* binary = value.Get<model::Binary>()) {
    // The service shows its buffer, not the bytes.
    const std::string size = std::to_string(binary->bytes.size());
    text += "java.nio.HeapByteBuffer[pos=0 lim=" + size + " cap=" + size + "]";
  }
  return text + '}';
}

}  // namespace stator::expression
