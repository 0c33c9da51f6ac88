// Any text is a number or is refused; a number's texts and keys read back as the same number.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "model/number.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using stator::model::Number;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::string_view key = text;
  (void)Number::ConsumeKey(key);
  const stator::base::Result<Number> number = Number::Parse(text);
  if (number.ok()) {
    STATOR_CHECK(*Number::Parse(number->ToString()) == *number);
    std::string encoded;
    number->AppendKeyTo(encoded);
    std::string_view rest = encoded;
    STATOR_CHECK(*Number::ConsumeKey(rest) == *number && rest.empty());
  }
  return 0;
}
