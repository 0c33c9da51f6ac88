#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "api/shape.h"

// The parameters of all administrative operations: one structure, of which each operation takes a
// part.
namespace stator::iam {

// The members, by their position in AdminInput().
enum AdminMember : size_t {
  kAccountId,
  kUserName,
  kGroupName,
  kRoleName,
  kAccessKeyId,
  kStatus,
  kPolicyName,
  kPolicyArn,
  kPolicyDocument,
  kAssumeRolePolicyDocument,
  kMaxSessionDuration,
  kPermissionsBoundary,
  kCertificate,
  kFingerprint,
  kTags,
  kTagKeys,
};

// The structure of them.
const api::Shape& AdminInput();

}  // namespace stator::iam
