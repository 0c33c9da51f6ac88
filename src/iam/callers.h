#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "api/caller.h"
#include "iam/identities.h"

namespace stator::iam {

// What a session of a role adds to the role.
struct Session {
  std::string name = {};
  std::vector<std::string> policies = {};  // JSON documents
  std::map<std::string, std::string> tags = {};
};

// The account's root, which may do everything.
std::shared_ptr<const api::Caller> RootCaller(std::string_view account);

// A user with its own policies and those of its groups. REQUIRES: user.kind is kUser.
std::shared_ptr<const api::Caller> UserCaller(const Identities& identities, const Principal& user);

// A session of a role. REQUIRES: role.kind is kRole.
std::shared_ptr<const api::Caller> RoleCaller(const Identities& identities, const Principal& role,
                                              const Session& session);

}  // namespace stator::iam
