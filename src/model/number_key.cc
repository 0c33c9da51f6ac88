// The order-preserving form of Number. Invariants:
//  1. A sign byte: 1 negative, 2 zero (and nothing follows), 3 positive.
//  2. The magnitude (the exponent of the first digit), plus 130, in one byte.
//  3. The digits in pairs from the first one on, each pair as 1 + its value, an odd last digit
//     followed by 0; then a byte 0, which is below every pair, so that a prefix sorts first.
//  4. For a negative number the bytes of 2 and 3 are inverted: larger magnitudes sort first.
#include <array>

#include "model/number.h"

namespace stator::model {
namespace {

constexpr char kNegative = 1;
constexpr char kZero = 2;
constexpr char kPositive = 3;

base::Error Damaged() {
  return base::Error{base::ErrorCode::kCorruption, "a stored key holds no number"};
}

}  // namespace

void Number::AppendKeyTo(std::string& out) const {
  if (is_zero()) {
    out.push_back(kZero);
    return;
  }
  out.push_back(negative_ ? kNegative : kPositive);
  std::array<unsigned char, kMaxDigits + 1> digits{};  // one spare zero for an odd count
  int count = 0;
  for (unsigned __int128 rest = coefficient(); rest != 0; rest /= 10) {
    digits[static_cast<size_t>(count++)] = static_cast<unsigned char>(rest % 10);
  }
  const auto flip = static_cast<unsigned char>(negative_ ? 0xff : 0);
  const auto push = [&out, flip](int byte) {
    out.push_back(static_cast<char>(static_cast<unsigned char>(byte) ^ flip));
  };
  push(exponent_ + count - 1 - kMinMagnitude);
  for (int i = count - 1; i >= 0; i -= 2) {
    const int second = i > 0 ? digits[static_cast<size_t>(i - 1)] : 0;
    push(1 + digits[static_cast<size_t>(i)] * 10 + second);
  }
  push(0);
}

base::Result<Number> Number::ConsumeKey(std::string_view& bytes) {
  if (bytes.empty() || bytes[0] < kNegative || bytes[0] > kPositive) {
    return Damaged();
  }
  const char sign = bytes[0];
  if (sign == kZero) {
    bytes.remove_prefix(1);
    return Number();
  }
  const auto flip = static_cast<unsigned char>(sign == kNegative ? 0xff : 0);
  unsigned __int128 coefficient = 0;
  size_t position = 2;
  for (; position < bytes.size(); ++position) {
    const int pair = static_cast<unsigned char>(bytes[position]) ^ flip;
    if (pair == 0) {
      break;
    }
    if (pair > 100 || position > 2 + kMaxDigits / 2) {
      return Damaged();
    }
    coefficient = coefficient * 100 + static_cast<unsigned>(pair - 1);
  }
  if (position >= bytes.size() || position == 2) {
    return Damaged();
  }
  const auto digits = static_cast<int>((position - 2) * 2);
  const int magnitude = (static_cast<unsigned char>(bytes[1]) ^ flip) + kMinMagnitude;
  int exponent = magnitude - digits + 1;
  // A first pair below ten would be a leading zero: not written by us.
  if ((static_cast<unsigned char>(bytes[2]) ^ flip) <= 10) {
    return Damaged();
  }
  bytes.remove_prefix(position + 1);
  if (coefficient % 10 == 0) {
    coefficient /= 10;
    ++exponent;
  }
  if (coefficient % 10 == 0) {
    return Damaged();
  }
  return FromParts(sign == kNegative, exponent, coefficient);
}

}  // namespace stator::model
