#pragma once

#include <chrono>
#include <cstdint>

namespace stator::base {

// Wall-clock and monotonic time, injected so that tests control it. All threads may call it.
class Clock {
 public:
  virtual ~Clock() = default;

  // Microseconds since 1970-01-01T00:00:00Z.
  virtual int64_t NowMicros() const = 0;

  // The process's real clock; lives forever.
  static const Clock& System();
};

// A clock that moves only when told to; for tests. Not synchronized.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(int64_t now_micros) : now_micros_(now_micros) {}
  int64_t NowMicros() const override { return now_micros_; }
  void AdvanceMicros(int64_t micros) { now_micros_ += micros; }

 private:
  int64_t now_micros_;
};

}  // namespace stator::base
