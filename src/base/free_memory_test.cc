#include "base/free_memory.h"

#include <gtest/gtest.h>

namespace stator::base {
namespace {

TEST(FreeMemory, LeavesNoCapacity) {
  std::string text(1'000'000, 'x');
  FreeMemory(text);
  EXPECT_TRUE(text.empty());
  EXPECT_EQ(text.capacity(), std::string().capacity());
}

}  // namespace
}  // namespace stator::base
