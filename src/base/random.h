#pragma once

#include <cstdint>
#include <string>

namespace stator::base {

// A random version-4 UUID in lower-case text, from the operating system's entropy. All threads may
// call it.
std::string RandomUuid();

// A small, fast, seedable generator (xoshiro256**) for tests, benchmarks and jitter; not for
// secrets. Not synchronized.
class Random {
 public:
  explicit Random(uint64_t seed);

  // Uniform over all 64-bit values.
  uint64_t Next();
  // Uniform in [0, bound). The bias is below 2^-32 for bounds up to 2^32. `bound` is at least 1.
  uint64_t Below(uint64_t bound);
  // True once in `n` calls on average.
  bool OneIn(uint64_t n) { return Below(n) == 0; }
  // Uniform in [0, 1).
  double Unit();

 private:
  uint64_t state_[4] = {};
};

}  // namespace stator::base
