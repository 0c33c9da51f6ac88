#include "cli/test_clock.h"

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>

#include "base/random.h"

namespace stator::cli {
namespace {

class TestClockTest : public testing::Test {
 protected:
  void TearDown() override { std::filesystem::remove(path_); }

  void Write(const std::string& text) { std::ofstream(path_) << text; }
  static int64_t MovedSeconds(const base::Clock& clock) {
    return (clock.NowMicros() - base::Clock::System().NowMicros() + 500'000) / 1'000'000;
  }

  const std::string path_ =
      (std::filesystem::temp_directory_path() / ("stator-clock-" + base::RandomUuid())).string();
};

TEST_F(TestClockTest, MovesAsItsFileSays) {
  const auto clock = TestClock::Open(path_);
  ASSERT_TRUE(clock.ok());
  EXPECT_EQ(MovedSeconds(**clock), 0);
  Write("3600\n");
  for (int i = 0; i < 1000 && MovedSeconds(**clock) == 0; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_EQ(MovedSeconds(**clock), 3600);
  Write("soon");
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  EXPECT_EQ(MovedSeconds(**clock), 3600);
}

TEST_F(TestClockTest, BeginsWhereItsFileSays) {
  Write("86400");
  const auto clock = TestClock::Open(path_);
  ASSERT_TRUE(clock.ok());
  EXPECT_EQ(MovedSeconds(**clock), 86'400);
}

TEST_F(TestClockTest, RefusesAFileWithoutANumber) {
  for (const char* text : {"", "x", "1 2", "99999999999", "99999999999999999999"}) {
    Write(text);
    EXPECT_FALSE(TestClock::Open(path_).ok()) << text;
  }
}

}  // namespace
}  // namespace stator::cli
