#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// Values that conditions compare otherwise than as text. Each reader gives nullopt for a text that
// is none of its kind.
namespace stator::auth {

// A decimal number of any length, exact: two keys of 38 digits that differ must not be equal.
class PolicyNumber {
 public:
  static std::optional<PolicyNumber> Parse(std::string_view text);

  friend bool operator==(const PolicyNumber&, const PolicyNumber&) = default;
  friend std::strong_ordering operator<=>(const PolicyNumber& left, const PolicyNumber& right);

 private:
  // 0.DIGITS * 10^exponent_, without zeros at either end; zero has no digits.
  bool negative_ = false;
  int64_t exponent_ = 0;
  std::string digits_;
};

// A moment in microseconds since 1970: `2026-11-25`, `2026-11-25T13:00:00Z`, with a fraction or an
// offset such as `+01:00`, or the seconds since 1970.
std::optional<int64_t> ParsePolicyDate(std::string_view text);
// The first form with a time, as aws:CurrentTime has it.
std::string FormatPolicyDate(int64_t micros);

// An address, or the addresses with a common prefix: `10.0.0.0/8`, `2001:db8::/32`, `::1`. IPv4
// addresses in their IPv6 form are the same as in their own.
class IpNetwork {
 public:
  static std::optional<IpNetwork> Parse(std::string_view text);

  // Whether all of `other` is in it.
  bool Contains(const IpNetwork& other) const;

 private:
  std::array<uint8_t, 16> bytes_{};  // IPv4 in its IPv6 form
  int prefix_bits_ = 0;
};

}  // namespace stator::auth
