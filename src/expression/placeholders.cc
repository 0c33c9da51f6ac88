#include "expression/placeholders.h"

#include <algorithm>

#include "expression/lexer.h"
#include "model/item_size.h"
#include "model/limits.h"

namespace stator::expression {
namespace {

using base::Result;
using base::ValidationError;

constexpr std::string_view kNamesMember = "ExpressionAttributeNames";
constexpr std::string_view kValuesMember = "ExpressionAttributeValues";

Result<void> CheckKey(std::string_view member, char sigil, std::string_view key) {
  const std::string prefix = std::string(member) + " contains invalid key: ";
  if (key.empty() || key[0] != sigil || !IsPlaceholderWord(key.substr(1))) {
    return ValidationError(prefix + "Syntax error; key: \"" + std::string(key) + "\"");
  }
  if (key.size() > model::limits::kPlaceholderBytes) {
    return ValidationError(prefix +
                           "The expression attribute map contains a key that is too long; key: \"" +
                           std::string(key) + "\"");
  }
  return {};
}

Result<void> CheckNames(const Placeholders::Names& names) {
  if (names.empty()) {
    return ValidationError("ExpressionAttributeNames must not be empty");
  }
  for (const auto& [key, name] : names) {
    STATOR_RETURN_IF_ERROR(CheckKey(kNamesMember, '#', key));
    if (name.empty()) {
      return ValidationError(
          "ExpressionAttributeNames contains invalid value: Empty attribute name for key " + key);
    }
  }
  return {};
}

Result<void> CheckValues(const Placeholders::Values& values) {
  if (values.empty()) {
    return ValidationError("ExpressionAttributeValues must not be empty");
  }
  for (const auto& [key, value] : values) {
    STATOR_RETURN_IF_ERROR(CheckKey(kValuesMember, ':', key));
    if (model::NestingDepth(value) > model::limits::kNestingDepth) {
      return ValidationError(
          "ExpressionAttributeValues contains invalid value: Nesting Levels have exceeded "
          "supported limits for key " +
          key);
    }
  }
  return {};
}

size_t SizeBytes(const Placeholders::Names& names) {
  size_t total = 0;
  for (const auto& [key, name] : names) {
    total += key.size() + name.size();
  }
  return total;
}

size_t SizeBytes(const Placeholders::Values& values) {
  size_t total = 0;
  for (const auto& [key, value] : values) {
    total += key.size() + model::ValueSizeBytes(value);
  }
  return total;
}

template <typename Entries>
void SortByKey(Entries& entries) {
  std::sort(entries.begin(), entries.end(),
            [](const auto& left, const auto& right) { return left.first < right.first; });
}

// The position of that key in the sorted entries, or their number.
template <typename Entries>
size_t FindKey(const Entries& entries, std::string_view key) {
  const auto found = std::lower_bound(entries.begin(), entries.end(), key,
                                      [](const auto& entry, std::string_view wanted) {
                                        return std::string_view(entry.first) < wanted;
                                      });
  const bool hit = found != entries.end() && found->first == key;
  return hit ? static_cast<size_t>(found - entries.begin()) : entries.size();
}

template <typename Entries>
Result<void> CheckUsed(std::string_view member, const Entries& entries,
                       const std::vector<bool>& used) {
  std::string unused;
  for (size_t i = 0; i < entries.size(); ++i) {
    if (!used[i]) {
      unused += (unused.empty() ? "" : ", ") + entries[i].first;
    }
  }
  if (unused.empty()) {
    return {};
  }
  return ValidationError("Value provided in " + std::string(member) +
                         " unused in expressions: keys: {" + unused + "}");
}

}  // namespace

Result<Placeholders> Placeholders::Create(std::optional<Names> names,
                                          std::optional<Values> values) {
  Placeholders result;
  size_t size_bytes = 0;
  if (names) {
    STATOR_RETURN_IF_ERROR(CheckNames(*names));
    size_bytes = SizeBytes(*names);
    if (size_bytes > model::limits::kSubstitutionBytes) {
      return ValidationError("ExpressionAttributeNames exceeds max size");
    }
    SortByKey(*names);
    result.names_ = std::move(*names);
    result.name_used_.resize(result.names_.size());
    result.has_names_ = true;
  }
  if (values) {
    STATOR_RETURN_IF_ERROR(CheckValues(*values));
    if (size_bytes + SizeBytes(*values) > model::limits::kSubstitutionBytes) {
      return ValidationError("ExpressionAttributeValues exceeds max size");
    }
    SortByKey(*values);
    result.value_used_.resize(values->size());
    result.values_ = std::make_shared<const Values>(std::move(*values));
    result.has_values_ = true;
  }
  return result;
}

const std::string* Placeholders::UseName(std::string_view token) {
  const size_t position = FindKey(names_, token);
  if (position == names_.size()) {
    return nullptr;
  }
  name_used_[position] = true;
  return &names_[position].second;
}

const model::AttributeValue* Placeholders::UseValue(std::string_view token) {
  if (values_ == nullptr) {
    return nullptr;
  }
  const size_t position = FindKey(*values_, token);
  if (position == values_->size()) {
    return nullptr;
  }
  value_used_[position] = true;
  return &(*values_)[position].second;
}

Result<void> Placeholders::CheckAllUsed() const {
  STATOR_RETURN_IF_ERROR(CheckUsed(kNamesMember, names_, name_used_));
  if (values_ == nullptr) {
    return {};
  }
  return CheckUsed(kValuesMember, *values_, value_used_);
}

}  // namespace stator::expression
