#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "iam/admin_operations.h"

namespace stator::cli {

// CreateUser becomes create-user, and a member UserName the flag user-name.
std::string KebabCase(std::string_view name);

// What was given for each member, in order.
using IamArguments = std::map<iam::AdminMember, std::vector<std::string>>;

// The JSON of a call. A policy may be `file://PATH`, tags are `key=value` or `Key=k,Value=v`. Fails
// with a text for people.
base::Result<std::string> IamRequestBody(const IamArguments& arguments);

}  // namespace stator::cli
