#include "auth/policy_value.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstring>

#include <arpa/inet.h>

namespace stator::auth {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Takes the digits at the front.
std::string_view TakeDigits(std::string_view& text) {
  size_t size = 0;
  while (size < text.size() && IsDigit(text[size])) {
    ++size;
  }
  const std::string_view digits = text.substr(0, size);
  text.remove_prefix(size);
  return digits;
}

bool Take(std::string_view& text, char c) {
  if (!text.starts_with(c)) {
    return false;
  }
  text.remove_prefix(1);
  return true;
}

// Takes a number of exactly that many digits.
std::optional<int> TakeNumber(std::string_view& text, size_t digits) {
  if (text.size() < digits) {
    return std::nullopt;
  }
  std::string_view number = text.substr(0, digits);
  if (TakeDigits(number).size() != digits) {
    return std::nullopt;
  }
  int value = 0;
  std::from_chars(text.data(), text.data() + digits, value);
  text.remove_prefix(digits);
  return value;
}

constexpr int64_t kMicrosPerSecond = 1'000'000;
constexpr int64_t kSecondsPerMinute = 60;
constexpr int64_t kSecondsPerHour = 3600;
constexpr int64_t kSecondsPerDay = 86'400;
constexpr size_t kMaxExponentDigits = 6;
constexpr size_t kMaxEpochDigits = 12;

// `2026-11-25`, as days since 1970.
std::optional<int64_t> TakeDays(std::string_view& text) {
  const std::optional<int> year = TakeNumber(text, 4);
  if (!year || !Take(text, '-')) {
    return std::nullopt;
  }
  const std::optional<int> month = TakeNumber(text, 2);
  if (!month || !Take(text, '-')) {
    return std::nullopt;
  }
  const std::optional<int> day = TakeNumber(text, 2);
  if (!day) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) {
    return std::nullopt;
  }
  return std::chrono::sys_days(date).time_since_epoch().count();
}

// `13:00`, in seconds.
std::optional<int64_t> TakeHourAndMinute(std::string_view& text) {
  const std::optional<int> hour = TakeNumber(text, 2);
  if (!hour || *hour > 23 || !Take(text, ':')) {
    return std::nullopt;
  }
  const std::optional<int> minute = TakeNumber(text, 2);
  if (!minute || *minute > 59) {
    return std::nullopt;
  }
  return *hour * kSecondsPerHour + *minute * kSecondsPerMinute;
}

// `:30` or `:30.25`, or nothing, in microseconds.
std::optional<int64_t> TakeSeconds(std::string_view& text) {
  if (!Take(text, ':')) {
    return 0;
  }
  const std::optional<int> second = TakeNumber(text, 2);
  if (!second || *second > 59) {
    return std::nullopt;
  }
  int64_t micros = *second * kMicrosPerSecond;
  if (Take(text, '.')) {
    const std::string_view fraction = TakeDigits(text);
    int64_t unit = kMicrosPerSecond / 10;
    for (size_t i = 0; i < fraction.size() && unit > 0; ++i, unit /= 10) {
      micros += (fraction[i] - '0') * unit;
    }
    if (fraction.empty()) {
      return std::nullopt;
    }
  }
  return micros;
}

// `Z`, `+01:00` or `-01:00`, to the end, in seconds.
std::optional<int64_t> TakeOffset(std::string_view text) {
  if (text == "Z") {
    return 0;
  }
  const bool negative = text.starts_with('-');
  if (!Take(text, '+') && !Take(text, '-')) {
    return std::nullopt;
  }
  const std::optional<int64_t> seconds = TakeHourAndMinute(text);
  if (!seconds || !text.empty()) {
    return std::nullopt;
  }
  return negative ? -*seconds : *seconds;
}

}  // namespace

std::optional<PolicyNumber> PolicyNumber::Parse(std::string_view text) {
  PolicyNumber number;
  number.negative_ = text.starts_with('-');
  if (number.negative_ || text.starts_with('+')) {
    text.remove_prefix(1);
  }
  const std::string_view whole = TakeDigits(text);
  const std::string_view fraction = Take(text, '.') ? TakeDigits(text) : std::string_view();
  if (whole.empty() && fraction.empty()) {
    return std::nullopt;
  }
  int64_t exponent = 0;
  if (Take(text, 'e') || Take(text, 'E')) {
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) {
      text.remove_prefix(1);
    }
    const std::string_view digits = TakeDigits(text);
    if (digits.empty() || digits.size() > kMaxExponentDigits) {
      return std::nullopt;
    }
    std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
    exponent = negative ? -exponent : exponent;
  }
  if (!text.empty()) {
    return std::nullopt;
  }
  const std::string digits = std::string(whole) + std::string(fraction);
  const size_t first = digits.find_first_not_of('0');
  if (first == std::string::npos) {
    return PolicyNumber();
  }
  const size_t last = digits.find_last_not_of('0');
  number.digits_ = digits.substr(first, last - first + 1);
  number.exponent_ = exponent + static_cast<int64_t>(whole.size()) - static_cast<int64_t>(first);
  return number;
}

std::strong_ordering operator<=>(const PolicyNumber& left, const PolicyNumber& right) {
  const auto sign = [](const PolicyNumber& number) {
    return number.digits_.empty() ? 0 : number.negative_ ? -1 : 1;
  };
  if (sign(left) != sign(right) || sign(left) == 0) {
    return sign(left) <=> sign(right);
  }
  std::strong_ordering magnitude = left.exponent_ <=> right.exponent_;
  if (magnitude == std::strong_ordering::equal) {
    magnitude = left.digits_.compare(right.digits_) <=> 0;
  }
  return left.negative_ ? 0 <=> magnitude : magnitude;
}

std::optional<int64_t> ParsePolicyDate(std::string_view text) {
  std::string_view rest = text;
  if (const std::string_view digits = TakeDigits(rest);
      rest.empty() && !digits.empty() && digits.size() <= kMaxEpochDigits) {
    int64_t seconds = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), seconds);
    return seconds * kMicrosPerSecond;
  }
  const std::optional<int64_t> days = TakeDays(text);
  if (!days) {
    return std::nullopt;
  }
  if (text.empty()) {
    return *days * kSecondsPerDay * kMicrosPerSecond;
  }
  if (!Take(text, 'T')) {
    return std::nullopt;
  }
  const std::optional<int64_t> minutes = TakeHourAndMinute(text);
  if (!minutes) {
    return std::nullopt;
  }
  const std::optional<int64_t> micros = TakeSeconds(text);
  if (!micros) {
    return std::nullopt;
  }
  const std::optional<int64_t> offset = TakeOffset(text);
  if (!offset) {
    return std::nullopt;
  }
  return (*days * kSecondsPerDay + *minutes - *offset) * kMicrosPerSecond + *micros;
}

std::string FormatPolicyDate(int64_t micros) {
  using std::chrono::floor;
  const std::chrono::sys_time<std::chrono::microseconds> time{std::chrono::microseconds(micros)};
  const auto day = floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const int64_t second = floor<std::chrono::seconds>(time - day).count();
  std::string text;
  const auto append = [&text](int64_t value, size_t width, std::string_view separator) {
    std::string digits = std::to_string(value);
    text.append(width > digits.size() ? width - digits.size() : 0, '0');
    text += digits;
    text += separator;
  };
  append(static_cast<int>(date.year()), 4, "-");
  append(static_cast<unsigned>(date.month()), 2, "-");
  append(static_cast<unsigned>(date.day()), 2, "T");
  append(second / kSecondsPerHour, 2, ":");
  append(second % kSecondsPerHour / kSecondsPerMinute, 2, ":");
  append(second % kSecondsPerMinute, 2, "Z");
  return text;
}

std::optional<IpNetwork> IpNetwork::Parse(std::string_view text) {
  constexpr int kIpv4Offset = 96;  // bits before an IPv4 address in its IPv6 form
  constexpr int kAllBits = 128;
  const size_t slash = text.find('/');
  const std::string address(text.substr(0, slash));
  IpNetwork network;
  in_addr ipv4{};
  int offset = 0;
  if (inet_pton(AF_INET, address.c_str(), &ipv4) == 1) {
    offset = kIpv4Offset;
    network.bytes_[10] = network.bytes_[11] = 0xff;
    std::memcpy(network.bytes_.data() + 12, &ipv4, sizeof(ipv4));
  } else if (inet_pton(AF_INET6, address.c_str(), network.bytes_.data()) != 1) {
    return std::nullopt;
  }
  network.prefix_bits_ = kAllBits;
  if (slash != std::string_view::npos) {
    std::string_view rest = text.substr(slash + 1);
    const std::string_view digits = TakeDigits(rest);
    if (digits.empty() || digits.size() > 3 || !rest.empty()) {
      return std::nullopt;
    }
    int bits = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), bits);
    network.prefix_bits_ = offset + bits;
    if (network.prefix_bits_ > kAllBits) {
      return std::nullopt;
    }
  }
  return network;
}

bool IpNetwork::Contains(const IpNetwork& other) const {
  if (other.prefix_bits_ < prefix_bits_) {
    return false;
  }
  for (int bit = 0; bit < prefix_bits_; bit += 8) {
    const int bits = std::min(8, prefix_bits_ - bit);
    const auto mask = static_cast<uint8_t>(0xff << (8 - bits));
    const auto byte = static_cast<size_t>(bit / 8);
    if (((bytes_[byte] ^ other.bytes_[byte]) & mask) != 0) {
      return false;
    }
  }
  return true;
}

}  // namespace stator::auth
