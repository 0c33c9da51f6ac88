#pragma once

#include <cstddef>
#include <cstdint>

namespace stator::server {

// Whether bytes move at a minimum rate, looked at from time to time. Each window of time counts by
// itself: a client that was fast once cannot live on it. Not synchronized.
class RateWatch {
 public:
  void Start(int64_t now_micros) {
    start_micros_ = now_micros;
    bytes_ = 0;
    running_ = true;
  }
  void Stop() { running_ = false; }
  bool running() const { return running_; }

  void Record(size_t bytes) { bytes_ += bytes; }

  // Whether a window has ended in which too little moved. If one has ended well, begins the next.
  bool IsTooSlow(int64_t now_micros, int64_t window_micros, int64_t bytes_per_second) {
    const int64_t past_micros = now_micros - start_micros_;
    if (!running_ || past_micros <= window_micros) {
      return false;
    }
    const bool slow = static_cast<double>(bytes_) * 1e6 <
                      static_cast<double>(bytes_per_second) * static_cast<double>(past_micros);
    if (!slow) {
      Start(now_micros);
    }
    return slow;
  }

 private:
  int64_t start_micros_ = 0;
  size_t bytes_ = 0;
  bool running_ = false;
};

}  // namespace stator::server
