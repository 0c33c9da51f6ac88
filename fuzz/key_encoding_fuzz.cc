// Byte order is value order: two sort keys of up to three components compare like their values, the
// ranges of conditions hold exactly what they should, and partition keys delimit themselves.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <fuzzer/FuzzedDataProvider.h>

#include "base/check.h"
#include "storage/key_encoding.h"

namespace {

using stator::model::AttributeValue;
using stator::model::Binary;
using stator::model::Number;

// A value of the type that the key declares in this place.
AttributeValue TakeValue(FuzzedDataProvider& input, int type) {
  if (type == 0) {
    return AttributeValue(input.ConsumeRandomLengthString(40));
  }
  if (type == 1) {
    return AttributeValue(Binary{input.ConsumeRandomLengthString(40)});
  }
  const auto number = Number::Parse(input.ConsumeRandomLengthString(50));
  return AttributeValue(number.ok() ? *number
                                    : Number::FromInteger(input.ConsumeIntegral<int16_t>()));
}

// -1, 0 or 1. REQUIRES: of one type.
int Compare(const AttributeValue& left, const AttributeValue& right) {
  const auto sign = [](auto order) { return order < 0 ? -1 : order > 0 ? 1 : 0; };
  if (const auto* number = left.Get<Number>()) {
    return sign(*number <=> *right.Get<Number>());
  }
  if (const auto* string = left.Get<std::string>()) {
    return sign(string->compare(*right.Get<std::string>()));
  }
  return sign(left.Get<Binary>()->bytes.compare(right.Get<Binary>()->bytes));
}

int CompareBytes(const std::string& left, const std::string& right) {
  const int order = left.compare(right);
  return order < 0 ? -1 : order > 0 ? 1 : 0;
}

std::string Encode(const std::vector<AttributeValue>& values) {
  std::string key;
  for (size_t i = 0; i < values.size(); ++i) {
    stator::storage::AppendSortKey(key, values[i], i + 1 == values.size());
  }
  return key;
}

// Where `key`, which has `other` in this place, stands against the conditions on `value`.
void CheckRanges(const AttributeValue& value, const AttributeValue& other, bool last) {
  std::string least;
  std::string after;
  std::string key;
  stator::storage::AppendSortKey(least, value, last);
  stator::storage::AppendSortKeyAfter(after, value, last);
  stator::storage::AppendSortKey(key, other, last);
  STATOR_CHECK((key >= least) == (Compare(other, value) >= 0));
  STATOR_CHECK((key >= after) == (Compare(other, value) > 0));
  if (value.Get<Number>() != nullptr) {
    return;
  }
  std::string prefix;
  stator::storage::AppendSortKeyPrefix(prefix, value, last);
  const auto bytes = [](const AttributeValue& text) {
    const auto* string = text.Get<std::string>();
    return string != nullptr ? *string : text.Get<Binary>()->bytes;
  };
  const std::optional<std::string> end = stator::storage::PrefixSuccessor(prefix);
  const bool within = key >= prefix && (!end || key < *end);
  STATOR_CHECK(within == bytes(other).starts_with(bytes(value)));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  FuzzedDataProvider input(data, size);
  std::vector<AttributeValue> left;
  std::vector<AttributeValue> right;
  int order = 0;
  std::string left_partition;
  std::string right_partition;
  for (size_t left_over = input.ConsumeIntegralInRange<size_t>(1, 3); left_over > 0; --left_over) {
    const int type = input.ConsumeIntegralInRange(0, 2);
    left.push_back(TakeValue(input, type));
    right.push_back(input.ConsumeBool() ? left.back() : TakeValue(input, type));
    order = order != 0 ? order : Compare(left.back(), right.back());
    CheckRanges(left.back(), right.back(), left_over == 1);
    CheckRanges(right.back(), left.back(), left_over > 1);
    stator::storage::AppendPartitionKey(left_partition, left.back());
    stator::storage::AppendPartitionKey(right_partition, right.back());
  }
  STATOR_CHECK(CompareBytes(Encode(left), Encode(right)) == order);
  STATOR_CHECK((left_partition == right_partition) == (order == 0));
  return 0;
}
