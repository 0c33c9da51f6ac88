#pragma once

#include <cstdint>

#include "base/random.h"

namespace stator::cli::bench {

// How popular items are.
enum class Distribution : uint8_t { kUniform, kZipfian };

// Chooses items: all alike, or by Zipf's law as YCSB does, with the popular items spread over the
// whole range by a hash. Immutable: threads may share one.
class KeyChooser {
 public:
  static constexpr double kTheta = 0.99;

  // REQUIRES: items >= 2. Zipfian takes time linear in `items`.
  KeyChooser(Distribution distribution, uint64_t items);

  // An item in [0, items).
  uint64_t Choose(base::Random& random) const;

  // The popularity rank in [0, items) that Choose spreads; 0 is the most popular.
  uint64_t ZipfianRank(base::Random& random) const;

 private:
  const Distribution distribution_;
  const uint64_t items_;
  double zeta_ = 0;
  double alpha_ = 0;
  double eta_ = 0;
  double second_ = 0;  // below this the rank is 0 or 1
};

}  // namespace stator::cli::bench
