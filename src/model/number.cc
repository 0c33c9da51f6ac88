#include "model/number.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace stator::model {
namespace {

using Coefficient = unsigned __int128;

// Exponents are read up to this size; anything beyond is out of range all the same.
constexpr int kExponentClamp = 1'000'000;

base::Error NotANumber(std::string_view text) {
  std::string message = "The parameter cannot be converted to a numeric value";
  if (!text.empty()) {
    message.append(": ").append(text);
  }
  return base::ValidationError(std::move(message));
}

base::Error TooManyDigits() {
  return base::ValidationError("Attempting to store more than 38 significant digits in a Number");
}

base::Error Overflow() {
  return base::ValidationError(
      "Number overflow. Attempting to store a number with magnitude larger than supported range");
}

base::Error Underflow() {
  return base::ValidationError(
      "Number underflow. Attempting to store a number with magnitude smaller than supported range");
}

constexpr std::array<Coefficient, 39> MakePowers() {
  std::array<Coefficient, 39> powers{};
  powers[0] = 1;
  for (size_t i = 1; i < powers.size(); ++i) {
    powers[i] = powers[i - 1] * 10;
  }
  return powers;
}
constexpr std::array<Coefficient, 39> kPowers = MakePowers();  // 10^38 still fits

int DigitCount(Coefficient coefficient) {
  const auto above = std::upper_bound(kPowers.begin(), kPowers.end(), coefficient);
  return static_cast<int>(above - kPowers.begin());
}

// Writes the decimal digits of a coefficient below 10^38 to the end of the buffer and returns where
// they begin. The division runs on 64-bit halves, since 128-bit division is slow.
using DigitBuffer = std::array<char, 40>;
size_t FormatDigits(Coefficient coefficient, DigitBuffer& buffer) {
  constexpr uint64_t kChunk = 10'000'000'000'000'000'000ULL;  // 10^19
  size_t begin = buffer.size();
  auto high = static_cast<uint64_t>(coefficient / kChunk);
  auto low = static_cast<uint64_t>(coefficient % kChunk);
  const size_t low_end = high != 0 ? buffer.size() - 19 : 0;
  do {
    buffer[--begin] = static_cast<char>('0' + low % 10);
    low /= 10;
  } while (low != 0 || (high != 0 && begin > low_end));
  while (high != 0) {
    buffer[--begin] = static_cast<char>('0' + high % 10);
    high /= 10;
  }
  return begin;
}

// What the digits of a number's text amount to, before the exponent is applied.
struct Mantissa {
  Coefficient coefficient = 0;
  int64_t exponent = 0;         // of the coefficient
  int significant = 0;          // digits from the first to the last that is not zero
  int64_t fraction_digits = 0;  // digits after the point, zeros included
  bool has_digits = false;
};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Reads digits with at most one point from the front of `text`.
Mantissa ConsumeMantissa(std::string_view& text) {
  Mantissa result;
  int64_t pending_zeros = 0;  // zeros that count only if another digit follows
  bool seen_point = false;
  size_t position = 0;
  for (; position < text.size(); ++position) {
    const char c = text[position];
    if (c == '.' && !seen_point) {
      seen_point = true;
      continue;
    }
    if (!IsDigit(c)) {
      break;
    }
    result.has_digits = true;
    result.fraction_digits += seen_point ? 1 : 0;
    if (c == '0') {
      ++pending_zeros;
      continue;
    }
    const int64_t shift = result.significant == 0 ? 1 : pending_zeros + 1;
    pending_zeros = 0;
    if (result.significant + shift <= Number::kMaxDigits) {
      result.coefficient =
          result.coefficient * kPowers[static_cast<size_t>(shift)] + static_cast<unsigned>(c - '0');
    }
    result.significant =
        static_cast<int>(std::min<int64_t>(result.significant + shift, Number::kMaxDigits + 1));
  }
  result.exponent = pending_zeros - result.fraction_digits;
  text.remove_prefix(position);
  return result;
}

// Reads `e`, a sign and digits to the end of `text`; nullopt when the text is anything else.
std::optional<int64_t> ReadExponent(std::string_view text) {
  if (text.empty()) {
    return 0;
  }
  if (text.front() != 'e' && text.front() != 'E') {
    return std::nullopt;
  }
  text.remove_prefix(1);
  const bool negative = !text.empty() && text.front() == '-';
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    text.remove_prefix(1);
  }
  if (text.empty() || !std::all_of(text.begin(), text.end(), IsDigit)) {
    return std::nullopt;
  }
  int64_t exponent = 0;
  for (const char c : text) {
    exponent = std::min<int64_t>(exponent * 10 + (c - '0'), kExponentClamp);
  }
  return negative ? -exponent : exponent;
}

base::Result<void> CheckMagnitude(int64_t magnitude) {
  if (magnitude > Number::kMaxMagnitude) {
    return Overflow();
  }
  if (magnitude < Number::kMinMagnitude) {
    return Underflow();
  }
  return {};
}

// Removes trailing zeros and checks digits and range: from any exact result to a Number.
base::Result<Number> Normalize(bool negative, int64_t exponent, Coefficient coefficient) {
  if (coefficient == 0) {
    return Number();
  }
  while (coefficient % 10 == 0) {
    coefficient /= 10;
    ++exponent;
  }
  const int digits = DigitCount(coefficient);
  if (digits > Number::kMaxDigits) {
    return TooManyDigits();
  }
  STATOR_RETURN_IF_ERROR(CheckMagnitude(exponent + digits - 1));
  return Number::FromParts(negative, static_cast<int>(exponent), coefficient);
}

int Magnitude(const Number& number) {
  return number.exponent() + DigitCount(number.coefficient()) - 1;
}

// Adds two numbers that are not zero.
base::Result<Number> AddNonZero(const Number& left, const Number& right) {
  const int exponent = std::min(left.exponent(), right.exponent());
  const int span = std::max(Magnitude(left), Magnitude(right)) - exponent + 1;
  // The lowest digit of a wider span comes from one operand only, so it survives, and the highest
  // moves by one place at most: the result has more than 38 digits for sure.
  if (span > Number::kMaxDigits + 1) {
    return TooManyDigits();
  }
  Coefficient operands[2];
  const Number* numbers[2] = {&left, &right};
  for (int i = 0; i < 2; ++i) {
    const auto shift = static_cast<size_t>(numbers[i]->exponent() - exponent);
    if (__builtin_mul_overflow(numbers[i]->coefficient(), kPowers[shift], &operands[i])) {
      return TooManyDigits();  // at least 3.4E38, and the other operand is below 1E38
    }
  }
  if (left.negative() == right.negative()) {
    Coefficient sum = 0;
    if (__builtin_add_overflow(operands[0], operands[1], &sum)) {
      return TooManyDigits();
    }
    return Normalize(left.negative(), exponent, sum);
  }
  const bool left_larger = operands[0] >= operands[1];
  const Coefficient difference =
      left_larger ? operands[0] - operands[1] : operands[1] - operands[0];
  return Normalize(left_larger ? left.negative() : right.negative(), exponent, difference);
}

Number Negated(const Number& number) {
  return number.is_zero()
             ? number
             : Number::FromParts(!number.negative(), number.exponent(), number.coefficient());
}

// Compares the magnitudes of two numbers that are not zero.
std::strong_ordering CompareAbsolute(const Number& left, const Number& right) {
  if (const auto order = Magnitude(left) <=> Magnitude(right); order != 0) {
    return order;
  }
  // Equal magnitudes: the exponents differ by less than 38, so the shorter coefficient can be
  // extended to the other's length.
  Coefficient left_digits = left.coefficient();
  Coefficient right_digits = right.coefficient();
  const int difference = left.exponent() - right.exponent();
  if (difference > 0) {
    left_digits *= kPowers[static_cast<size_t>(difference)];
  } else {
    right_digits *= kPowers[static_cast<size_t>(-difference)];
  }
  return left_digits <=> right_digits;
}

}  // namespace

base::Result<Number> Number::Parse(std::string_view text) {
  std::string_view rest = text;
  const bool negative = !rest.empty() && rest.front() == '-';
  if (!rest.empty() && (rest.front() == '-' || rest.front() == '+')) {
    rest.remove_prefix(1);
  }
  const Mantissa mantissa = ConsumeMantissa(rest);
  const std::optional<int64_t> exponent = ReadExponent(rest);
  if (!mantissa.has_digits || !exponent.has_value()) {
    return NotANumber(text);
  }
  if (mantissa.significant == 0) {
    // The service judges a zero by its scale: 0e126 overflows while 0.0e126 does not (N3).
    STATOR_RETURN_IF_ERROR(CheckMagnitude(*exponent - mantissa.fraction_digits));
    return Number();
  }
  if (mantissa.significant > kMaxDigits) {
    return TooManyDigits();
  }
  const int64_t scaled = mantissa.exponent + *exponent;
  STATOR_RETURN_IF_ERROR(CheckMagnitude(scaled + mantissa.significant - 1));
  return FromParts(negative, static_cast<int>(scaled), mantissa.coefficient);
}

Number Number::FromInteger(int64_t integer) {
  const bool negative = integer < 0;
  const uint64_t absolute =
      negative ? ~static_cast<uint64_t>(integer) + 1 : static_cast<uint64_t>(integer);
  return *Normalize(negative, 0, absolute);
}

base::Result<Number> Number::Add(const Number& left, const Number& right) {
  if (left.is_zero()) {
    return right;
  }
  if (right.is_zero()) {
    return left;
  }
  return AddNonZero(left, right);
}

base::Result<Number> Number::Subtract(const Number& left, const Number& right) {
  return Add(left, Negated(right));
}

void Number::AppendTo(std::string& out) const {
  if (is_zero()) {
    out.push_back('0');
    return;
  }
  DigitBuffer buffer;
  const size_t begin = FormatDigits(coefficient(), buffer);
  const std::string_view digits(buffer.data() + begin, buffer.size() - begin);
  if (negative_) {
    out.push_back('-');
  }
  if (exponent_ >= 0) {
    out.append(digits).append(static_cast<size_t>(exponent_), '0');
    return;
  }
  const auto fraction = static_cast<size_t>(-exponent_);
  if (digits.size() > fraction) {
    out.append(digits.substr(0, digits.size() - fraction));
    out.push_back('.');
    out.append(digits.substr(digits.size() - fraction));
    return;
  }
  out.append("0.").append(fraction - digits.size(), '0').append(digits);
}

std::string Number::ToString() const {
  std::string text;
  AppendTo(text);
  return text;
}

Number Number::FromParts(bool negative, int exponent, unsigned __int128 coefficient) {
  Number number;
  if (coefficient == 0) {
    return number;
  }
  number.negative_ = negative;
  number.exponent_ = static_cast<int16_t>(exponent);
  number.high_ = static_cast<uint64_t>(coefficient >> 64);
  number.low_ = static_cast<uint64_t>(coefficient);
  return number;
}

size_t Number::SizeBytes() const {
  if (is_zero()) {
    return 1;
  }
  const int digits = DigitCount(coefficient());
  const int fraction = exponent_ < 0 ? std::min(digits, -exponent_) : 0;
  const int whole = digits - fraction;
  const int bytes = 1 + (whole + 1) / 2 + (fraction + 1) / 2 + (negative_ ? 1 : 0);
  return static_cast<size_t>(bytes);
}

base::Result<int64_t> Number::ToInteger() const {
  std::string text = ToString();
  int64_t integer = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), integer);
  if (error != std::errc() || end != text.data() + text.size()) {
    return NotANumber(text);
  }
  return integer;
}

std::strong_ordering operator<=>(const Number& left, const Number& right) {
  const auto sign = [](const Number& number) {
    return number.is_zero() ? 0 : (number.negative() ? -1 : 1);
  };
  if (const auto order = sign(left) <=> sign(right); order != 0 || left.is_zero()) {
    return order;
  }
  return left.negative() ? CompareAbsolute(right, left) : CompareAbsolute(left, right);
}

}  // namespace stator::model
