#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace stator::engine {

// The revision id of a policy that replaces the one with the revision `previous`, which may be
// empty: the time in milliseconds, but always another one.
std::string NewRevisionId(std::string_view previous, int64_t now_micros);

}  // namespace stator::engine
