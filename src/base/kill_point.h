#pragma once

#include <string_view>

namespace stator::base {

// A place at which crash tests end the process as kill -9 does: when the environment variable
// STATOR_KILL_POINT is "committer.written:12", the twelfth pass of that place. In debug builds
// only; else nothing. Any thread.
#ifdef STATOR_KILL_POINTS
void KillPoint(std::string_view place);
#else
inline void KillPoint(std::string_view /*place*/) {}
#endif

}  // namespace stator::base
