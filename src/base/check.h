#pragma once

namespace stator::base {

// Prints the failed condition with its place and aborts. Never returns.
[[noreturn]] void CheckFailed(const char* condition, const char* file, int line);

}  // namespace stator::base

// Aborts when a programmer's assumption is wrong. Never for input: input gets an Error.
#define STATOR_CHECK(condition)                                    \
  do {                                                             \
    if (!(condition)) [[unlikely]] {                               \
      ::stator::base::CheckFailed(#condition, __FILE__, __LINE__); \
    }                                                              \
  } while (false)
