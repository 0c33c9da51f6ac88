#pragma once

#include <cstddef>
#include <string_view>

namespace stator::expression {

inline constexpr size_t kReservedWords = 573;

// Whether no expression may use that attribute name without a placeholder, in any case (E22).
bool IsReservedWord(std::string_view word);

}  // namespace stator::expression
