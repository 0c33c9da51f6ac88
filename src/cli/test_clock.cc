#include "cli/test_clock.h"

#include <chrono>
#include <fstream>
#include <optional>
#include <utility>

namespace stator::cli {

namespace {

constexpr std::chrono::milliseconds kPause{20};
constexpr int64_t kMostSeconds = int64_t{100} * 365 * 24 * 60 * 60;

std::optional<int64_t> ReadOffset(const std::string& path) {
  std::ifstream file(path);
  int64_t seconds = 0;
  if (!(file >> seconds) || seconds < -kMostSeconds || seconds > kMostSeconds) {
    return std::nullopt;
  }
  file >> std::ws;
  return file.eof() ? std::optional<int64_t>(seconds) : std::nullopt;
}

}  // namespace

base::Result<std::unique_ptr<TestClock>> TestClock::Open(const std::string& path) {
  const bool is_there = std::ifstream(path).good();
  const std::optional<int64_t> offset = ReadOffset(path);
  if (is_there && !offset) {
    return base::Error{base::ErrorCode::kValidation,
                       "the test clock's file " + path + " does not hold a number of seconds"};
  }
  return std::unique_ptr<TestClock>(new TestClock(path, offset.value_or(0)));
}

TestClock::TestClock(std::string path, int64_t offset_seconds)
    : path_(std::move(path)),
      offset_seconds_(offset_seconds),
      reader_("test-clock", kPause, [this] {
        if (const std::optional<int64_t> offset = ReadOffset(path_)) {
          offset_seconds_ = *offset;
        }
      }) {}

int64_t TestClock::NowMicros() const {
  constexpr int64_t kMicrosPerSecond = 1'000'000;
  return base::Clock::System().NowMicros() + offset_seconds_.load() * kMicrosPerSecond;
}

}  // namespace stator::cli
