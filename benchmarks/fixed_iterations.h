#pragma once

#include <cstdlib>

#include <benchmark/benchmark.h>

namespace stator::benchmarks {

// With STATOR_ITERATIONS in the environment a benchmark runs exactly so often, so that its
// instructions can be counted; see benchmarks/instructions.
inline void FixIterations(benchmark::internal::Benchmark* benchmark) {
  if (const char* const text = std::getenv("STATOR_ITERATIONS")) {
    benchmark->Iterations(std::atoll(text));
  }
}

}  // namespace stator::benchmarks
