#include "storage/record_reader.h"

namespace stator::storage {
namespace {

using Coefficient = unsigned __int128;

constexpr int kVarintBytesMax = 10;
constexpr size_t kCoefficientBytesMax = 16;
constexpr Coefficient kTenTo19 = 10'000'000'000'000'000'000ULL;
constexpr Coefficient kCoefficientLimit = kTenTo19 * kTenTo19;

int CountDigits(Coefficient coefficient) {
  int digits = 0;
  for (; coefficient != 0; coefficient /= 10) {
    ++digits;
  }
  return digits;
}

// Whether the parts are the only way to write a number that exists.
bool IsCanonical(int exponent, Coefficient coefficient) {
  const auto low = static_cast<uint64_t>(coefficient);
  const bool small = coefficient == low;
  if (coefficient >= kCoefficientLimit || (small ? low % 10 : coefficient % 10) == 0) {
    return false;
  }
  if (exponent >= model::Number::kMinMagnitude &&
      exponent <= model::Number::kMaxMagnitude - model::Number::kMaxDigits) {
    return true;  // in range with any number of digits
  }
  const int magnitude = exponent + CountDigits(coefficient) - 1;
  return magnitude >= model::Number::kMinMagnitude && magnitude <= model::Number::kMaxMagnitude;
}

}  // namespace

uint64_t RecordReader::ReadHeader() {
  if (ReadByte() != kRecordVersion) {
    Fail();
  }
  return ReadVarint();
}

uint64_t RecordReader::ReadRestOfVarint(uint8_t first) {
  uint64_t value = first & 0x7F;
  for (int i = 1; i < kVarintBytesMax; ++i) {
    const uint8_t byte = ReadByte();
    value |= static_cast<uint64_t>(byte & 0x7F) << (7 * i);
    if (byte < 0x80) {
      // The last byte is zero when fewer would do, and the tenth holds one bit only.
      if (byte == 0 || (i == kVarintBytesMax - 1 && byte > 1)) {
        break;
      }
      return value;
    }
  }
  Fail();
  return 0;
}

int RecordReader::ReadExponent() {
  constexpr uint64_t kLimit = 1024;  // more than any number has
  const uint64_t zigzag = ReadVarint();
  if (zigzag == 0 || zigzag >= kLimit) {
    Fail();
    return 0;
  }
  const int half = static_cast<int>(zigzag / 2);
  return zigzag % 2 == 0 ? half : -half - 1;
}

model::Number RecordReader::ReadNumber() {
  const uint8_t head = ReadByte();
  if (head == 0) {
    return {};
  }
  const int exponent = (head & kNumberHasExponent) != 0 ? ReadExponent() : 0;
  const size_t size = head & kNumberSizeMask;
  if (size == 0 || size > kCoefficientBytesMax || size > rest_.size()) {
    Fail();
    return {};
  }
  Coefficient coefficient = 0;
  for (size_t i = size; i > 0; --i) {
    coefficient = (coefficient << 8) | static_cast<uint8_t>(rest_[i - 1]);
  }
  if (rest_[size - 1] == 0 || !IsCanonical(exponent, coefficient)) {
    Fail();
    return {};
  }
  rest_.remove_prefix(size);
  return model::Number::FromParts((head & kNumberNegative) != 0, exponent, coefficient);
}

}  // namespace stator::storage
