#pragma once

#include "api/operation.h"

// Every operation that the server answers; each is defined in the file of its name.
namespace stator::api::operations {

#define STATOR_OPERATION(name) extern const Operation k##name;
#include "api/operations/operations.def"
#undef STATOR_OPERATION

}  // namespace stator::api::operations
