#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/node.h"
#include "base/result.h"
#include "iam/admin_members.h"
#include "iam/identity_store.h"

namespace stator::iam {

// One administrative call while it runs.
struct AdminCall {
  IdentityStore& store;
  const api::Node& input;
  std::string account;  // AccountId, or the server's own
};

// An administrative operation, named as in AWS IAM: constant data. The command line and the API are
// both made of this.
struct AdminOperation {
  std::string_view name;  // such as CreateUser
  std::string_view help;
  std::vector<AdminMember> required = {};
  std::vector<AdminMember> optional = {};  // AccountId is one of each
  // Runs the call and appends its answer, a JSON object. Waits for the store.
  base::Result<void> (*run)(const AdminCall& call, std::string& out) = nullptr;
};

// All of them.
std::span<const AdminOperation> AdminOperations();

// The name of a member, such as UserName.
std::string_view MemberName(AdminMember member);

// A new key of an account's root, which is not stored yet.
AccessKey NewRootKey(const std::string& account, int64_t now_micros);

// The parts of the table, by what they are about.
namespace operations {
std::span<const AdminOperation> Accounts();  // and access keys
std::span<const AdminOperation> Certificates();
std::span<const AdminOperation> Principals();
std::span<const AdminOperation> Policies();
}  // namespace operations

}  // namespace stator::iam
