#include "model/number.h"

#include <algorithm>
#include <string>
#include <vector>

#include <boost/multiprecision/cpp_int.hpp>
#include <gtest/gtest.h>

#include "base/random.h"

namespace stator::model {
namespace {

using boost::multiprecision::cpp_int;

constexpr char kTooManyDigits[] = "Attempting to store more than 38 significant digits in a Number";
constexpr char kOverflow[] =
    "Number overflow. Attempting to store a number with magnitude larger than supported range";
constexpr char kUnderflow[] =
    "Number underflow. Attempting to store a number with magnitude smaller than supported range";

std::string Canonical(std::string_view text) {
  const base::Result<Number> number = Number::Parse(text);
  return number.ok() ? number->ToString() : number.error().message;
}

Number N(std::string_view text) { return *Number::Parse(text); }

// N1
TEST(Number, AcceptsTheServicesNotations) {
  EXPECT_EQ(Canonical("+5"), "5");
  EXPECT_EQ(Canonical(".5"), "0.5");
  EXPECT_EQ(Canonical("5."), "5");
  EXPECT_EQ(Canonical("1.e5"), "100000");
  EXPECT_EQ(Canonical("00042"), "42");
  EXPECT_EQ(Canonical("-0"), "0");
  EXPECT_EQ(Canonical("-0.0"), "0");
  EXPECT_EQ(Canonical("1E+2"), "100");
  EXPECT_EQ(Canonical("1e-3"), "0.001");
}

// N1
TEST(Number, RefusesWhatIsNoNumber) {
  for (const char* text : {" 1", "1 ", "NaN", "Infinity", "-Infinity", "0x10", "1_000", "1.2.3",
                           "1+2", "+e2", "e2", ".", "+", "-", "1e", "1e+", "--1", "1e1.5", "abc"}) {
    EXPECT_EQ(Canonical(text),
              std::string("The parameter cannot be converted to a numeric value: ") + text);
  }
  EXPECT_EQ(Canonical(""), "The parameter cannot be converted to a numeric value");
}

// N2
TEST(Number, Holds38DigitsAndNoMore) {
  const std::string digits = "12345678901234567890123456789012345678";
  EXPECT_EQ(Canonical(digits), digits);
  EXPECT_EQ(Canonical("-" + digits + "0000"), "-" + digits + "0000");
  EXPECT_EQ(Canonical("0.000" + digits), "0.000" + digits);
  EXPECT_EQ(Canonical(digits + "9"), kTooManyDigits);
  EXPECT_EQ(Canonical("1." + std::string(37, '0') + "1"), kTooManyDigits);
  EXPECT_EQ(Canonical("1." + std::string(36, '0') + "1"), "1." + std::string(36, '0') + "1");
  EXPECT_EQ(Canonical(std::string(10000, '7')), kTooManyDigits);
}

// N2, N3
TEST(Number, JudgesRangeByMagnitude) {
  EXPECT_EQ(Canonical("1e125"), "1" + std::string(125, '0'));
  EXPECT_EQ(Canonical("0.1e126"), "1" + std::string(125, '0'));
  EXPECT_EQ(Canonical("11e125"), kOverflow);
  EXPECT_EQ(Canonical("1e126"), kOverflow);
  EXPECT_EQ(Canonical("-1e126"), kOverflow);
  EXPECT_EQ(Canonical("1e-130"), "0." + std::string(129, '0') + "1");
  EXPECT_EQ(Canonical("10e-131"), "0." + std::string(129, '0') + "1");
  EXPECT_EQ(Canonical("1e-131"), kUnderflow);
  EXPECT_EQ(Canonical("1e99999999999999999999"), kOverflow);
  EXPECT_EQ(Canonical("1e-99999999999999999999"), kUnderflow);
}

// N3: the service judges a zero by its scale.
TEST(Number, RefusesZerosOfExtremeScale) {
  EXPECT_EQ(Canonical("0e126"), kOverflow);
  EXPECT_EQ(Canonical("0e-131"), kUnderflow);
  EXPECT_EQ(Canonical("0.0e126"), "0");
  EXPECT_EQ(Canonical("0e125"), "0");
}

// N8
TEST(Number, BillsTwoDigitsAByte) {
  EXPECT_EQ(N("0").SizeBytes(), 1);
  EXPECT_EQ(N("1").SizeBytes(), 2);
  EXPECT_EQ(N("-1").SizeBytes(), 3);
  EXPECT_EQ(N("12").SizeBytes(), 2);
  EXPECT_EQ(N("123").SizeBytes(), 3);
  EXPECT_EQ(N("1.5").SizeBytes(), 3);
  EXPECT_EQ(N("1e10").SizeBytes(), 2);
  EXPECT_EQ(N("0.001").SizeBytes(), 2);
  EXPECT_EQ(N("12345678901234567890123456789012345678").SizeBytes(), 20);
}

// N5
TEST(Number, AddsExactlyOrRefuses) {
  EXPECT_EQ(Number::Add(N("1"), N("2"))->ToString(), "3");
  EXPECT_EQ(Number::Subtract(N("1"), N("1"))->ToString(), "0");
  EXPECT_EQ(Number::Subtract(N("0"), N("5"))->ToString(), "-5");
  EXPECT_EQ(Number::Add(N("0.1"), N("-0.3"))->ToString(), "-0.2");
  EXPECT_EQ(Number::Add(N("1e125"), N("1e-130")).error().message, kTooManyDigits);
  EXPECT_EQ(Number::Add(N("9e125"), N("1e125")).error().message, kOverflow);
  // 10^38 - 1 spans 39 digits before the subtraction and 38 after it.
  EXPECT_EQ(Number::Subtract(N("1e38"), N("1"))->ToString(), std::string(38, '9'));
  EXPECT_EQ(Number::Add(N("1e38"), N("1")).error().message, kTooManyDigits);
  EXPECT_EQ(Number::Add(N(std::string(38, '9')), N("1"))->ToString(), "1" + std::string(38, '0'));
  EXPECT_EQ(Number::Subtract(N("9e38"), N("1")).error().message, kTooManyDigits);
}

TEST(Number, ConvertsIntegers) {
  for (const int64_t integer : {int64_t{0}, int64_t{7}, int64_t{-1200}, INT64_MAX, INT64_MIN}) {
    const Number number = Number::FromInteger(integer);
    EXPECT_EQ(number.ToString(), std::to_string(integer));
    EXPECT_EQ(*number.ToInteger(), integer);
  }
  EXPECT_FALSE(N("0.5").ToInteger().ok());
  EXPECT_FALSE(N("1e30").ToInteger().ok());
}

// A number scaled to a whole one, for an independent check.
cpp_int Scaled(const Number& number, int scale) {
  cpp_int value(number.is_zero() ? "0"
                                 : Number::FromParts(false, 0, number.coefficient()).ToString());
  value *=
      boost::multiprecision::pow(cpp_int(10), static_cast<unsigned>(number.exponent() + scale));
  return number.negative() ? cpp_int(-value) : value;
}

Number RandomNumber(base::Random& random) {
  std::string text = random.OneIn(2) ? "-" : "";
  const uint64_t digits = 1 + random.Below(38);
  for (uint64_t i = 0; i < digits; ++i) {
    text.push_back(static_cast<char>('0' + random.Below(random.OneIn(3) ? 10 : 2)));
  }
  text += "e" + std::to_string(static_cast<int>(random.Below(60)) - 40);
  return N(text);
}

// N5, N6: against arbitrary precision; addition, order, text and key all agree.
TEST(Number, AgreesWithArbitraryPrecision) {
  constexpr uint64_t kSeed = 20261122;
  base::Random random(kSeed);
  constexpr int kScale = 200;
  for (int i = 0; i < 20000; ++i) {
    const Number left = RandomNumber(random);
    const Number right = RandomNumber(random);
    SCOPED_TRACE(left.ToString() + " and " + right.ToString());
    const cpp_int expected = Scaled(left, kScale) + Scaled(right, kScale);
    if (const auto sum = Number::Add(left, right); sum.ok()) {
      ASSERT_EQ(Scaled(*sum, kScale), expected);
    } else {
      std::string digits = expected.str();
      digits.erase(digits.find_last_not_of('0') + 1);
      ASSERT_GT(digits.size() - (digits[0] == '-' ? 1 : 0), 38);
    }
    ASSERT_EQ(left < right, Scaled(left, kScale) < Scaled(right, kScale));
    ASSERT_EQ(left == right, Scaled(left, kScale) == Scaled(right, kScale));
    ASSERT_EQ(N(left.ToString()), left);
    std::string left_key;
    std::string right_key;
    left.AppendKeyTo(left_key);
    right.AppendKeyTo(right_key);
    ASSERT_EQ(left < right, left_key < right_key);
    ASSERT_LE(left_key.size(), 22);
    std::string_view rest = left_key;
    ASSERT_EQ(*Number::ConsumeKey(rest), left);
    ASSERT_TRUE(rest.empty());
  }
}

TEST(Number, RefusesDamagedKeys) {
  std::string key;
  N("-123.45").AppendKeyTo(key);
  for (size_t length = 0; length < key.size(); ++length) {
    std::string_view prefix = std::string_view(key).substr(0, length);
    EXPECT_FALSE(Number::ConsumeKey(prefix).ok());
  }
  std::string_view foreign =
      "\x07"
      "abc";
  EXPECT_FALSE(Number::ConsumeKey(foreign).ok());
}

}  // namespace
}  // namespace stator::model
