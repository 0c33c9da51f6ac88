#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/error.h"
#include "engine/requests.h"

namespace stator::engine {

// kTransactionCanceled with these reasons and the message that lists their codes.
base::Error CancelledError(std::vector<CancellationReason> reasons);

// A transaction of `count` actions that the validation of one ends: the others are not looked at,
// and their reasons are None (T2).
base::Error CancelledByValidation(size_t count, size_t position, std::string message);

}  // namespace stator::engine
