#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/sealed_box.h"

namespace stator::iam {

// What the credentials of an assumed role stand for. Nothing of it is stored: the session token is
// this text, sealed. A value type.
struct SessionGrant {
  std::string access_key_id = {};  // ASIA...
  std::string secret = {};
  std::string account = {};  // of the role
  std::string role = {};
  std::string role_id = {};  // so that a new role of the same name is another one
  std::string session = {};  // RoleSessionName
  int64_t expires_micros = 0;
  std::optional<std::string> policy = {};     // the inline session policy
  std::vector<std::string> policy_arns = {};  // managed session policies
  std::map<std::string, std::string> tags = {};
};

// The session token of a grant: base64.
std::string SealGrant(const SessionGrant& grant, const auth::SealingKey& key);

// The grant of a token; nullopt for what SealGrant did not make with that key.
std::optional<SessionGrant> OpenGrant(std::string_view token, const auth::SealingKey& key);

}  // namespace stator::iam
