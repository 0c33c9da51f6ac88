#include "auth/policy_principal.h"

#include <algorithm>

namespace stator::auth {
namespace {

constexpr size_t kAccountDigits = 12;
constexpr std::string_view kIam = "arn:aws:iam::";
constexpr std::string_view kSts = "arn:aws:sts::";
constexpr std::string_view kRoot = ":root";
constexpr std::string_view kAssumedRole = ":assumed-role/";

bool IsAccount(std::string_view text) {
  return text.size() == kAccountDigits &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool Has(const std::vector<std::string>& list, std::string_view value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

base::Error InvalidPrincipal(std::string_view value) {
  return base::ValidationError("Policy contains an invalid principal: " + std::string(value));
}

}  // namespace

PrincipalNames NamesOfPrincipal(std::string_view account, std::string_view arn) {
  PrincipalNames names{.account = std::string(account),
                       .arn = std::string(arn),
                       .role_arn = {},
                       .type = arn.ends_with(kRoot) ? "Account" : "User"};
  const size_t role_at = arn.find(kAssumedRole);
  if (arn.starts_with(kSts) && role_at != std::string_view::npos) {
    const std::string_view rest = arn.substr(role_at + kAssumedRole.size());
    names.type = "AssumedRole";
    names.role_arn = std::string(kIam) +
                     std::string(arn.substr(kSts.size(), role_at - kSts.size())) + ":role/" +
                     std::string(rest.substr(0, rest.rfind('/')));
  }
  return names;
}

base::Result<void> PolicyPrincipals::AddAws(std::string_view value) {
  if (value == "*") {
    anyone_ = true;
    return {};
  }
  if (IsAccount(value)) {
    accounts_.emplace_back(value);
    return {};
  }
  // A principal has no wildcards.
  const bool iam = value.starts_with(kIam);
  const std::string_view rest = value.substr(iam || value.starts_with(kSts) ? kIam.size() : 0);
  if (rest.size() == value.size() || rest.size() <= kAccountDigits + 1 ||
      !IsAccount(rest.substr(0, kAccountDigits)) || rest[kAccountDigits] != ':' ||
      value.find_first_of("*?") != std::string_view::npos) {
    return InvalidPrincipal(value);
  }
  const std::string_view name = rest.substr(kAccountDigits);
  if (iam && name == kRoot) {
    accounts_.emplace_back(rest.substr(0, kAccountDigits));
  } else if (iam ? name.starts_with(":user/") || name.starts_with(":role/")
                 : name.starts_with(kAssumedRole)) {
    arns_.emplace_back(value);
  } else {
    return InvalidPrincipal(value);
  }
  return {};
}

PrincipalMatch PolicyPrincipals::Match(const PrincipalNames& names) const {
  if (Has(arns_, names.arn)) {
    return PrincipalMatch::kDirectly;
  }
  if (!names.role_arn.empty() && Has(arns_, names.role_arn)) {
    return PrincipalMatch::kRole;
  }
  if (anyone_) {
    return PrincipalMatch::kAnyone;
  }
  return Has(accounts_, names.account) ? PrincipalMatch::kAccount : PrincipalMatch::kNone;
}

bool PolicyPrincipals::ListsAll(const PrincipalNames& names) const {
  if (anyone_) {
    return true;
  }
  return Has(accounts_, names.account) && (names.type == "Account" || Has(arns_, names.arn)) &&
         (names.role_arn.empty() || Has(arns_, names.role_arn));
}

}  // namespace stator::auth
