#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/periodic_task.h"
#include "base/result.h"

namespace stator::cli {

// The system's clock, moved by as many seconds as a file says: for tests of what takes long, such
// as items that expire. The file holds one whole number and may be replaced at any time; while
// there is none, or it holds something else, the clock stays moved as it was.
class TestClock final : public base::Clock {
 public:
  // Fails with a text for people when the file is there and does not hold a number of at most a
  // hundred years.
  static base::Result<std::unique_ptr<TestClock>> Open(const std::string& path);

  int64_t NowMicros() const override;

 private:
  TestClock(std::string path, int64_t offset_seconds);

  const std::string path_;
  std::atomic<int64_t> offset_seconds_;
  base::PeriodicTask reader_;  // last: its thread uses the members above
};

}  // namespace stator::cli
