#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace stator::model {

// A DynamoDB number: zero, or ±c × 10^e with a coefficient of 1 to 38 decimal digits that does not
// end in zero, and a magnitude from 1E-130 to 9.99…E+125. Every value has one representation, so
// equal numbers have equal members. A value type; 24 bytes.
class Number {
 public:
  static constexpr int kMaxDigits = 38;
  static constexpr int kMaxMagnitude = 125;   // the exponent of the first digit, at most
  static constexpr int kMinMagnitude = -130;  // the exponent of the first digit, at least

  // Zero.
  Number() = default;

  // Reads the text of an `N` value. Fails with ValidationException in the service's words when the
  // text is no number, has more than 38 significant digits, or is out of range.
  static base::Result<Number> Parse(std::string_view text);
  static Number FromInteger(int64_t integer);

  // Sum and difference, exact. Fails with ValidationException when the result needs more than 38
  // digits or is out of range: the service refuses to round.
  static base::Result<Number> Add(const Number& left, const Number& right);
  static base::Result<Number> Subtract(const Number& left, const Number& right);

  // Appends the canonical decimal text: no exponent, no superfluous zeros (`100`, `-0.5`).
  void AppendTo(std::string& out) const;
  std::string ToString() const;

  // Appends the order-preserving binary form: unsigned byte order equals numeric order, no encoding
  // is a prefix of another, at most 22 bytes. `docs/storage_format.md` has the bytes.
  void AppendKeyTo(std::string& out) const;
  // Reads what AppendKeyTo wrote from the front of `bytes` and removes it there. Fails with
  // kCorruption when the bytes are none.
  static base::Result<Number> ConsumeKey(std::string_view& bytes);

  // From stored parts. REQUIRES: `coefficient` < 10^38, not ending in zero unless 0, and in range.
  static Number FromParts(bool negative, int exponent, unsigned __int128 coefficient);

  bool is_zero() const { return high_ == 0 && low_ == 0; }
  bool negative() const { return negative_; }
  // The power of ten that the coefficient is multiplied with; 0 for zero.
  int exponent() const { return exponent_; }
  unsigned __int128 coefficient() const {
    return (static_cast<unsigned __int128>(high_) << 64) | low_;
  }

  // The bytes the service bills for it (N8): 1 + a byte for each two digits, before and after the
  // point apart, + 1 when negative; 1 for zero.
  size_t SizeBytes() const;

  // The value as a whole number; fails when it is not one or does not fit.
  base::Result<int64_t> ToInteger() const;

  friend bool operator==(const Number&, const Number&) = default;
  friend std::strong_ordering operator<=>(const Number& left, const Number& right);

 private:
  uint64_t low_ = 0;
  uint64_t high_ = 0;
  int16_t exponent_ = 0;
  bool negative_ = false;
};

}  // namespace stator::model
