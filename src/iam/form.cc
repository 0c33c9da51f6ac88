#include "iam/form.h"

#include <algorithm>

#include "auth/canonical_request.h"

namespace stator::iam {

namespace {

constexpr size_t kMostParameters = 1000;

// In forms a plus is a space.
std::string Decode(std::string_view text) {
  std::string spaced(text);
  std::ranges::replace(spaced, '+', ' ');
  return auth::UriDecode(spaced);
}

}  // namespace

base::Result<Form> Form::Parse(std::string_view body) {
  Form form;
  while (!body.empty()) {
    const std::string_view pair = body.substr(0, body.find('&'));
    body.remove_prefix(std::min(pair.size() + 1, body.size()));
    const size_t equal = std::min(pair.find('='), pair.size());
    form.values_.insert_or_assign(Decode(pair.substr(0, equal)),
                                  Decode(pair.substr(std::min(equal + 1, pair.size()))));
    if (form.values_.size() > kMostParameters) {
      return base::Error{base::ErrorCode::kSerialization, "There are too many parameters."};
    }
  }
  return form;
}

std::optional<std::string> Form::Get(const std::string& name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? std::nullopt : std::optional(found->second);
}

std::string Form::GetOr(const std::string& name, std::string_view otherwise) const {
  return Get(name).value_or(std::string(otherwise));
}

}  // namespace stator::iam
