#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace stator::auth {

// What policies of resources can call the one who makes a request.
struct PrincipalNames {
  std::string account;    // 12 digits
  std::string arn;        // of the user, the role's session, or the account's root
  std::string role_arn;   // of the role behind a session; else empty
  std::string_view type;  // aws:PrincipalType: User, AssumedRole or Account
  const std::string& principal_arn() const { return role_arn.empty() ? arn : role_arn; }
};

// Takes the ARN of a caller apart.
PrincipalNames NamesOfPrincipal(std::string_view account, std::string_view arn);

// How directly a statement names a principal; what it grants depends on that.
enum class PrincipalMatch : uint8_t {
  kNone,
  kAccount,   // as one of its account: the account decides further, by its own policies
  kAnyone,    // `*`
  kRole,      // as the role of its session
  kDirectly,  // by its own ARN
};

// The Principal or NotPrincipal of a statement. Immutable.
class PolicyPrincipals {
 public:
  // Adds `*`, or a value below `AWS`. Fails with ValidationException when it is no principal.
  base::Result<void> AddAws(std::string_view value);
  // Adds a principal that nobody here can be: a service, or a federated or canonical user.
  void AddOther() {}

  PrincipalMatch Match(const PrincipalNames& names) const;
  // Whether every name of the principal is listed, which is what an exception has to do.
  bool ListsAll(const PrincipalNames& names) const;

 private:
  bool anyone_ = false;
  std::vector<std::string> accounts_;
  std::vector<std::string> arns_;
};

}  // namespace stator::auth
