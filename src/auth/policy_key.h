#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace stator::auth {

// The condition keys of policies: those that a request can have a value for, and two for the rest.
enum class PolicyKeyId : uint8_t {
  kForeign,  // of another service: this server cannot judge it
  kAbsent,   // documented for all services, but no request here ever has it

  kLeadingKeys,  // and FirstPartitionKeyValues, which is the same
  kSecondPartitionKeyValues,
  kThirdPartitionKeyValues,
  kFourthPartitionKeyValues,
  kAttributes,
  kSelect,
  kReturnValues,
  kReturnConsumedCapacity,
  kEnclosingOperation,
  kFullTableScan,

  kSourceIp,
  kCurrentTime,
  kEpochTime,
  kSecureTransport,
  kUsername,
  kUserId,
  kPrincipalArn,
  kPrincipalAccount,
  kPrincipalType,
  kPrincipalTag,  // with the tag's key
  kPrincipalIsAwsService,
  kViaAwsService,
  kResourceAccount,
  kResourceTag,  // with the tag's key
  kRequestTag,   // with the tag's key
  kTagKeys,
  kRequestedRegion,

  kExternalId,  // sts:ExternalId, of AssumeRole
};

// A condition key as a policy names it. Names and the keys of tags ignore case.
struct PolicyKey {
  PolicyKeyId id = PolicyKeyId::kForeign;
  std::string tag = {};  // in lower case; empty for keys that are not of tags

  friend bool operator==(const PolicyKey&, const PolicyKey&) = default;
};

// Reads a name such as `aws:PrincipalTag/team`. Fails with ValidationException when it is no name
// of a key, or has a prefix of this server without being one of its keys: a condition on a key that
// is never there may be true of everything.
base::Result<PolicyKey> ParsePolicyKey(std::string_view name);

// Whether a request may have several values of it, so that it cannot stand for a text.
bool IsMultivalued(PolicyKeyId id);

// ASCII letters in lower case.
std::string ToLower(std::string_view text);

}  // namespace stator::auth
