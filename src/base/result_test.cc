#include "base/result.h"

#include <string>

#include <gtest/gtest.h>

namespace stator::base {
namespace {

Result<int> Half(int number) {
  if (number % 2 != 0) {
    return ValidationError("odd");
  }
  return number / 2;
}

Result<int> Quarter(int number) {
  STATOR_ASSIGN_OR_RETURN(const int half, Half(number));
  return Half(half);
}

Result<void> CheckEven(int number) {
  STATOR_RETURN_IF_ERROR(Half(number));
  return {};
}

TEST(Result, CarriesAValue) { EXPECT_EQ(*Quarter(8), 2); }

TEST(Result, PropagatesTheFirstError) {
  const Result<int> result = Quarter(6);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, ErrorCode::kValidation);
  EXPECT_EQ(result.error().message, "odd");
}

TEST(Result, VoidCarriesSuccessOrError) {
  EXPECT_TRUE(CheckEven(2).ok());
  EXPECT_EQ(CheckEven(1).error().message, "odd");
}

}  // namespace
}  // namespace stator::base
