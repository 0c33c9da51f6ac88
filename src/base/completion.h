#pragma once

#include <functional>

#include "base/result.h"

namespace stator::base {

// Receives the outcome of an operation exactly once, on whichever thread finished it; it may run
// before the call that was given it returns. It must not block: it hands over and leaves.
template <typename T>
using Completion = std::function<void(Result<T>)>;

}  // namespace stator::base
