#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace stator::api {

// Who makes a call, as the server has verified it. Immutable; shared by all calls of one key.
struct Caller {
  std::string account;  // 12 digits
  std::string
      arn;  // arn:aws:iam::000000000000:user/alice, arn:aws:sts::...:assumed-role/role/session
  std::string user_id;                      // aws:userid
  std::string user_name;                    // aws:username; empty for roles
  std::map<std::string, std::string> tags;  // aws:PrincipalTag/...
  bool is_administrator = false;            // root-like: allowed everything unless denied
  std::vector<std::string>
      identity_policies;  // JSON documents: of the user, its groups, or the role
  std::optional<std::string> permission_boundary;  // JSON document
  std::vector<std::string> session_policies;       // JSON documents of AssumeRole
};

}  // namespace stator::api
