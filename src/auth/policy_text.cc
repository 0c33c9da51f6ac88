#include "auth/policy_text.h"

#include <algorithm>
#include <utility>

namespace stator::auth {
namespace {

std::string_view Trim(std::string_view text) {
  while (text.starts_with(' ')) {
    text.remove_prefix(1);
  }
  while (text.ends_with(' ')) {
    text.remove_suffix(1);
  }
  return text;
}

bool HasWildcardCode(std::string_view text) {
  return text.find(kAnyCharacters) != std::string_view::npos ||
         text.find(kOneCharacter) != std::string_view::npos;
}

// The size in bytes of the UTF-8 character that begins with that byte.
size_t CharacterSize(char first) {
  const auto byte = static_cast<unsigned char>(first);
  return byte < 0xC0 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

// What stands between `${` and `}`: a key, or a key and its default in quotes.
struct VariableText {
  std::string_view key;
  std::optional<std::string> default_value;
};

base::Result<VariableText> SplitVariable(std::string_view inside) {
  const size_t comma = inside.find(',');
  VariableText variable{.key = Trim(inside.substr(0, comma)), .default_value = {}};
  if (comma != std::string_view::npos) {
    const std::string_view quoted = Trim(inside.substr(comma + 1));
    if (quoted.size() < 2 || !quoted.starts_with('\'') || !quoted.ends_with('\'')) {
      return base::ValidationError("the default of the variable ${" + std::string(inside) +
                                   "} is not in single quotes");
    }
    variable.default_value = std::string(quoted.substr(1, quoted.size() - 2));
  }
  return variable;
}

}  // namespace

bool MatchesPattern(std::string_view pattern, std::string_view value) {
  // On a mismatch, the last `*` takes one character more; earlier ones need not be tried again.
  size_t at = 0;
  size_t value_at = 0;
  std::optional<std::pair<size_t, size_t>> retry;
  while (value_at < value.size()) {
    if (at < pattern.size() && pattern[at] == kAnyCharacters) {
      retry = {++at, value_at};
    } else if (at < pattern.size() && pattern[at] == kOneCharacter) {
      ++at;
      value_at += std::min(CharacterSize(value[value_at]), value.size() - value_at);
    } else if (at < pattern.size() && pattern[at] == value[value_at]) {
      ++at;
      ++value_at;
    } else if (retry) {
      at = retry->first;
      value_at = ++retry->second;
    } else {
      return false;
    }
  }
  while (at < pattern.size() && pattern[at] == kAnyCharacters) {
    ++at;
  }
  return at == pattern.size();
}

base::Result<PolicyText> PolicyText::Parse(std::string_view text, PolicyTextSyntax syntax) {
  if (HasWildcardCode(text)) {
    return base::ValidationError("a text of a policy has control characters");
  }
  PolicyText parsed;
  parsed.source_ = text;
  std::string* out = &parsed.start_;
  while (!text.empty()) {
    if (syntax.variables && text.starts_with("${")) {
      const size_t end = text.find('}');
      if (end == std::string_view::npos) {
        return base::ValidationError("a variable of \"" + parsed.source_ + "\" is not closed");
      }
      const std::string_view inside = text.substr(2, end - 2);
      text.remove_prefix(end + 1);
      if (inside == "*" || inside == "?" || inside == "$") {
        *out += inside;
        continue;
      }
      STATOR_ASSIGN_OR_RETURN(VariableText variable, SplitVariable(inside));
      STATOR_ASSIGN_OR_RETURN(PolicyKey key, ParsePolicyKey(variable.key));
      parsed.variables_.push_back({.key = std::move(key),
                                   .default_value = std::move(variable.default_value),
                                   .following = {}});
      out = &parsed.variables_.back().following;
      continue;
    }
    const char c = text.front();
    text.remove_prefix(1);
    *out += syntax.wildcards && c == '*'   ? kAnyCharacters
            : syntax.wildcards && c == '?' ? kOneCharacter
                                           : c;
  }
  return parsed;
}

std::optional<std::string> PolicyText::Resolve(const PolicyContext& context) const {
  std::string pattern = start_;
  for (const Variable& variable : variables_) {
    const PolicyValues* values =
        IsMultivalued(variable.key.id) ? nullptr : context.Find(variable.key);
    if (values != nullptr && !values->any && values->values.size() == 1) {
      if (HasWildcardCode(values->values.front())) {
        return std::nullopt;
      }
      pattern += values->values.front();
    } else if (variable.default_value) {
      pattern += *variable.default_value;
    } else {
      return std::nullopt;
    }
    pattern += variable.following;
  }
  return pattern;
}

bool PolicyText::Matches(std::string_view value, const PolicyContext& context) const {
  if (variables_.empty()) {
    return MatchesPattern(start_, value);
  }
  const std::optional<std::string> pattern = Resolve(context);
  return pattern && MatchesPattern(*pattern, value);
}

}  // namespace stator::auth
