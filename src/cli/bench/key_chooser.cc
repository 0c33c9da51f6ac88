#include "cli/bench/key_chooser.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"

namespace stator::cli::bench {

namespace {

double Zeta(uint64_t n) {
  double sum = 0;
  for (uint64_t i = 1; i <= n; ++i) {
    sum += std::pow(static_cast<double>(i), -KeyChooser::kTheta);
  }
  return sum;
}

// FNV-1a over the rank's eight bytes.
uint64_t Spread(uint64_t rank) {
  uint64_t hash = 0xcbf29ce484222325;
  for (int i = 0; i < 8; ++i) {
    hash ^= rank & 0xff;
    hash *= 0x100000001b3;
    rank >>= 8;
  }
  return hash;
}

}  // namespace

// Gray et al., "Quickly Generating Billion-Record Synthetic Databases", 1994.
KeyChooser::KeyChooser(Distribution distribution, uint64_t items)
    : distribution_(distribution), items_(items) {
  STATOR_CHECK(items >= 2);
  if (distribution_ == Distribution::kUniform) {
    return;
  }
  zeta_ = Zeta(items);
  alpha_ = 1 / (1 - kTheta);
  eta_ = (1 - std::pow(2.0 / static_cast<double>(items), 1 - kTheta)) / (1 - Zeta(2) / zeta_);
  second_ = 1 + std::pow(0.5, kTheta);
}

uint64_t KeyChooser::ZipfianRank(base::Random& random) const {
  const double unit = random.Unit();
  if (unit * zeta_ < 1) {
    return 0;
  }
  if (unit * zeta_ < second_) {
    return 1;
  }
  const double rank = static_cast<double>(items_) * std::pow(eta_ * unit - eta_ + 1, alpha_);
  return std::min(static_cast<uint64_t>(rank), items_ - 1);
}

uint64_t KeyChooser::Choose(base::Random& random) const {
  if (distribution_ == Distribution::kUniform) {
    return random.Below(items_);
  }
  return Spread(ZipfianRank(random)) % items_;
}

}  // namespace stator::cli::bench
