#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/policy_context.h"
#include "auth/policy_key.h"
#include "base/result.h"

namespace stator::auth {

// Which parts of a text have a meaning of their own.
struct PolicyTextSyntax {
  bool wildcards = false;  // `*` any characters, `?` one
  bool variables = false;  // `${aws:username}`, `${aws:username, 'default'}`, `${*}`
};

// A text as policies compare it with values of a request, compiled once. Immutable.
class PolicyText {
 public:
  // Fails with ValidationException when a variable is not closed or not known.
  static base::Result<PolicyText> Parse(std::string_view text, PolicyTextSyntax syntax);

  // The pattern for MatchesPattern, with the variables' values for `context`; what they hold is
  // never a wildcard. nullopt when a variable has no single value: then nothing matches.
  std::optional<std::string> Resolve(const PolicyContext& context) const;

  // Whether `value` matches the resolved pattern.
  bool Matches(std::string_view value, const PolicyContext& context) const;

  bool has_variables() const { return !variables_.empty(); }
  // As the policy has it.
  const std::string& source() const { return source_; }

 private:
  // A variable, and the pattern text behind it.
  struct Variable {
    PolicyKey key;
    std::optional<std::string> default_value;
    std::string following;
  };

  std::string source_;
  std::string start_;  // the pattern text before the first variable
  std::vector<Variable> variables_;
};

// Whether the whole value matches a pattern, in which two control characters, which texts of
// policies cannot hold, are the wildcards.
inline constexpr char kAnyCharacters = '\x01';
inline constexpr char kOneCharacter = '\x02';
bool MatchesPattern(std::string_view pattern, std::string_view value);

}  // namespace stator::auth
