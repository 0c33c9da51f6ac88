// Numbers against an arbitrary-precision reference: what is a number, its value, its texts and
// keys, the order of two numbers, their sum and their difference.
#include <algorithm>
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/multiprecision/cpp_int.hpp>

#include "base/check.h"
#include "model/number.h"

namespace {

using boost::multiprecision::cpp_int;
using stator::base::Result;
using stator::model::Number;

// Values are whole multiples of 10^-kScale: more digits behind the point than a number can have.
constexpr int kScale = 168;
constexpr int kMostTextBytes = 400;  // longer texts would make the reference slow

constexpr int kFarExponent = 1000;  // neither digits nor range can make up for more

// 10^exponent. REQUIRES: 0 <= exponent <= kFarExponent.
const cpp_int& Power(int exponent) {
  static const std::vector<cpp_int> powers = [] {
    std::vector<cpp_int> made = {1};
    while (made.size() <= kFarExponent) {
      made.push_back(made.back() * 10);
    }
    return made;
  }();
  return powers[static_cast<size_t>(exponent)];
}

// Whether a value that is not zero can be a number.
bool Fits(cpp_int value) {
  value = abs(value);
  std::string digits = value.str();
  const int magnitude = static_cast<int>(digits.size()) - 1 - kScale;
  digits.erase(digits.find_last_not_of('0') + 1);
  return digits.size() <= Number::kMaxDigits && magnitude <= Number::kMaxMagnitude &&
         magnitude >= Number::kMinMagnitude;
}

// The value of a text without an exponent. REQUIRES: Number::ToString made it.
cpp_int ValueOfPlain(std::string_view text) {
  const bool negative = text.starts_with('-');
  text.remove_prefix(negative ? 1 : 0);
  const size_t point = std::min(text.find('.'), text.size());
  std::string digits(text.substr(0, point));
  const std::string_view fraction = text.substr(std::min(point + 1, text.size()));
  digits.append(fraction);
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size() - 1));
  const cpp_int value = cpp_int(digits) * Power(kScale - static_cast<int>(fraction.size()));
  return negative ? cpp_int(-value) : value;
}

// A text taken apart by hand; nullopt when it is none: sign, digits with a point, exponent.
struct Parts {
  std::string digits;  // without the point
  int fraction_digits = 0;
  int exponent = 0;
  bool negative = false;
};

std::optional<Parts> Split(std::string_view text) {
  Parts parts;
  size_t at = 0;
  const auto sign = [&text, &at](bool& negative) {
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) {
      negative = text[at++] == '-';
    }
  };
  sign(parts.negative);
  bool point = false;
  for (; at < text.size() && (std::isdigit(text[at]) != 0 || (text[at] == '.' && !point)); ++at) {
    if (text[at] == '.') {
      point = true;
    } else {
      parts.digits.push_back(text[at]);
      parts.fraction_digits += point ? 1 : 0;
    }
  }
  if (parts.digits.empty()) {
    return std::nullopt;
  }
  if (at == text.size()) {
    return parts;
  }
  if (text[at] != 'e' && text[at] != 'E') {
    return std::nullopt;
  }
  ++at;
  bool negative_exponent = false;
  sign(negative_exponent);
  const std::string_view digits = text.substr(at);
  if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos) {
    return std::nullopt;
  }
  constexpr int kBeyondAll = 100'000;
  for (const char c : digits) {
    parts.exponent = std::min(parts.exponent * 10 + (c - '0'), kBeyondAll);
  }
  parts.exponent = negative_exponent ? -parts.exponent : parts.exponent;
  return parts;
}

void CheckParse(std::string_view text, const Result<Number>& number) {
  const std::optional<Parts> parts = Split(text);
  if (!parts) {
    STATOR_CHECK(!number.ok());
    return;
  }
  const cpp_int digits(parts->digits.substr(
      std::min(parts->digits.find_first_not_of('0'), parts->digits.size() - 1)));
  if (digits == 0) {
    STATOR_CHECK(!number.ok() || number->is_zero());  // its scale decides (N3)
    return;
  }
  const int exponent = parts->exponent - parts->fraction_digits + kScale;
  if (exponent < -kFarExponent || exponent > kFarExponent) {
    STATOR_CHECK(!number.ok());
    return;
  }
  // A value that is no multiple of the unit has too many digits or is too small.
  const cpp_int unit = exponent < 0 ? Power(-exponent) : cpp_int(1);
  if (digits % unit != 0) {
    STATOR_CHECK(!number.ok());
    return;
  }
  cpp_int value = exponent < 0 ? cpp_int(digits / unit) : cpp_int(digits * Power(exponent));
  value = parts->negative ? cpp_int(-value) : value;
  STATOR_CHECK(number.ok() == Fits(value));
  STATOR_CHECK(!number.ok() || ValueOfPlain(number->ToString()) == value);
}

void CheckRoundTrip(const Number& number) {
  STATOR_CHECK(*Number::Parse(number.ToString()) == number);
  std::string encoded;
  number.AppendKeyTo(encoded);
  std::string_view rest = encoded;
  STATOR_CHECK(*Number::ConsumeKey(rest) == number && rest.empty());
}

void CheckResult(const Result<Number>& result, const cpp_int& expected) {
  STATOR_CHECK(result.ok() == (expected == 0 || Fits(expected)));
  STATOR_CHECK(!result.ok() || ValueOfPlain(result->ToString()) == expected);
}

void CheckPair(const Number& left, const Number& right) {
  const cpp_int left_value = ValueOfPlain(left.ToString());
  const cpp_int right_value = ValueOfPlain(right.ToString());
  std::string left_key;
  std::string right_key;
  left.AppendKeyTo(left_key);
  right.AppendKeyTo(right_key);
  STATOR_CHECK((left < right) == (left_value < right_value));
  STATOR_CHECK((left == right) == (left_value == right_value));
  STATOR_CHECK((left_key < right_key) == (left_value < right_value));
  CheckResult(Number::Add(left, right), left_value + right_value);
  CheckResult(Number::Subtract(left, right), left_value - right_value);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  std::string_view key = input;
  (void)Number::ConsumeKey(key);
  if (size > kMostTextBytes) {
    (void)Number::Parse(input);
    return 0;
  }
  const size_t end = std::min(input.find('\n'), size);
  const Result<Number> left = Number::Parse(input.substr(0, end));
  CheckParse(input.substr(0, end), left);
  if (left.ok()) {
    CheckRoundTrip(*left);
  }
  if (end < size) {
    const Result<Number> right = Number::Parse(input.substr(end + 1));
    CheckParse(input.substr(end + 1), right);
    if (left.ok() && right.ok()) {
      CheckPair(*left, *right);
    }
  }
  return 0;
}
