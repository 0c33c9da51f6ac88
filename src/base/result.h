#pragma once

#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include "base/check.h"
#include "base/error.h"

namespace stator::base {

// Either a value or the Error that prevented it. REQUIRES: `ok()` before `value()` or `*`,
// `!ok()` before `error()`.
template <typename T>
class [[nodiscard]] Result {
 public:
  using ValueType = T;

  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT: implicit
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: implicit

  // From anything that T can be made of, so that `return record;` works for Result<optional<..>>.
  template <typename U>
  requires(std::is_convertible_v<U&&, T> && !std::is_same_v<std::remove_cvref_t<U>, T> &&
           !std::is_same_v<std::remove_cvref_t<U>, Error> &&
           !std::is_same_v<std::remove_cvref_t<U>, Result<T>>)
      Result(U&& value)  // NOLINT: implicit
      : state_(std::in_place_index<0>, std::forward<U>(value)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & {
    STATOR_CHECK(ok());
    return *std::get_if<0>(&state_);
  }
  const T& value() const& {
    STATOR_CHECK(ok());
    return *std::get_if<0>(&state_);
  }
  T&& value() && {
    STATOR_CHECK(ok());
    return std::move(*std::get_if<0>(&state_));
  }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Error& error() const& {
    STATOR_CHECK(!ok());
    return *std::get_if<1>(&state_);
  }
  Error&& error() && {
    STATOR_CHECK(!ok());
    return std::move(*std::get_if<1>(&state_));
  }

 private:
  std::variant<T, Error> state_;
};

// Success without a value, or the Error that prevented it.
template <>
class [[nodiscard]] Result<void> {
 public:
  using ValueType = void;

  Result() = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT: implicit

  bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }

  const Error& error() const& {
    STATOR_CHECK(!ok());
    return *error_;
  }
  Error&& error() && {
    STATOR_CHECK(!ok());
    return std::move(*error_);
  }

 private:
  std::optional<Error> error_;
};

}  // namespace stator::base

#define STATOR_CONCAT_INNER(a, b) a##b
#define STATOR_CONCAT(a, b) STATOR_CONCAT_INNER(a, b)

// Evaluates a Result<void>; returns its error from the enclosing function when it failed.
#define STATOR_RETURN_IF_ERROR(expression)                      \
  if (auto stator_result = (expression); !stator_result.ok()) { \
    return std::move(stator_result).error();                    \
  }                                                             \
  static_assert(true)

// STATOR_ASSIGN_OR_RETURN(auto x, F()): declares x from F's value or returns F's error.
#define STATOR_ASSIGN_OR_RETURN(declaration, expression) \
  STATOR_ASSIGN_OR_RETURN_INNER(STATOR_CONCAT(stator_result_, __LINE__), declaration, expression)
// NOLINTBEGIN(bugprone-macro-parentheses): names and declarations
#define STATOR_ASSIGN_OR_RETURN_INNER(temporary, declaration, expression) \
  auto temporary = (expression);                                          \
  if (!temporary.ok()) {                                                  \
    return std::move(temporary).error();                                  \
  }                                                                       \
  declaration = std::move(temporary).value()
// NOLINTEND(bugprone-macro-parentheses)
