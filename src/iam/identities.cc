#include "iam/identities.h"

namespace stator::iam {

std::string_view KindName(PrincipalKind kind) {
  switch (kind) {
    case PrincipalKind::kUser:
      return "user";
    case PrincipalKind::kGroup:
      return "group";
    case PrincipalKind::kRole:
      break;
  }
  return "role";
}

std::string PrincipalRow(PrincipalKind kind, std::string_view account, std::string_view name) {
  std::string row(KindName(kind));
  row.append("/").append(account).append("/").append(name);
  return row;
}

std::string PolicyArn(std::string_view account, std::string_view name) {
  std::string arn = "arn:aws:iam::";
  return arn.append(account).append(":policy/").append(name);
}

std::string Principal::Arn() const {
  return "arn:aws:iam::" + account + ":" + std::string(KindName(kind)) + "/" + name;
}

std::string ManagedPolicy::Arn() const { return PolicyArn(account, name); }

std::shared_ptr<const Principal> Identities::Find(PrincipalKind kind, std::string_view account,
                                                  std::string_view name) const {
  const auto found = principals.find(PrincipalRow(kind, account, name));
  return found == principals.end() ? nullptr : found->second;
}

}  // namespace stator::iam
