#pragma once

#include <string>

namespace stator::base {

// Empties a string and gives its memory back. Assigning an empty string does not: libstdc++ keeps
// the memory for what comes next.
inline void FreeMemory(std::string& text) { std::string().swap(text); }

}  // namespace stator::base
