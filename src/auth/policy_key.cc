#include "auth/policy_key.h"

#include <algorithm>

namespace stator::auth {
namespace {

// A key by its name in lower case. A name that ends in `/` goes on with the key of a tag.
struct KnownKey {
  std::string_view name;
  PolicyKeyId id;
};

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
constexpr KnownKey kKnownKeys[] = {
    {"dynamodb:leadingkeys", PolicyKeyId::kLeadingKeys},
    {"dynamodb:firstpartitionkeyvalues", PolicyKeyId::kLeadingKeys},
    {"dynamodb:secondpartitionkeyvalues", PolicyKeyId::kSecondPartitionKeyValues},
    {"dynamodb:thirdpartitionkeyvalues", PolicyKeyId::kThirdPartitionKeyValues},
    {"dynamodb:fourthpartitionkeyvalues", PolicyKeyId::kFourthPartitionKeyValues},
    {"dynamodb:attributes", PolicyKeyId::kAttributes},
    {"dynamodb:select", PolicyKeyId::kSelect},
    {"dynamodb:returnvalues", PolicyKeyId::kReturnValues},
    {"dynamodb:returnconsumedcapacity", PolicyKeyId::kReturnConsumedCapacity},
    {"dynamodb:enclosingoperation", PolicyKeyId::kEnclosingOperation},
    {"dynamodb:fulltablescan", PolicyKeyId::kFullTableScan},
    {"dynamodb:fisactionid", PolicyKeyId::kAbsent},
    {"dynamodb:fistargetarns", PolicyKeyId::kAbsent},
    {"aws:sourceip", PolicyKeyId::kSourceIp},
    {"aws:currenttime", PolicyKeyId::kCurrentTime},
    {"aws:epochtime", PolicyKeyId::kEpochTime},
    {"aws:securetransport", PolicyKeyId::kSecureTransport},
    {"aws:username", PolicyKeyId::kUsername},
    {"aws:userid", PolicyKeyId::kUserId},
    {"aws:principalarn", PolicyKeyId::kPrincipalArn},
    {"aws:principalaccount", PolicyKeyId::kPrincipalAccount},
    {"aws:principaltype", PolicyKeyId::kPrincipalType},
    {"aws:principaltag/", PolicyKeyId::kPrincipalTag},
    {"aws:principalisawsservice", PolicyKeyId::kPrincipalIsAwsService},
    {"aws:viaawsservice", PolicyKeyId::kViaAwsService},
    {"aws:resourceaccount", PolicyKeyId::kResourceAccount},
    {"aws:resourcetag/", PolicyKeyId::kResourceTag},
    {"aws:requesttag/", PolicyKeyId::kRequestTag},
    {"aws:tagkeys", PolicyKeyId::kTagKeys},
    {"aws:requestedregion", PolicyKeyId::kRequestedRegion},
    {"sts:externalid", PolicyKeyId::kExternalId},
    // What only the service's own surroundings give a request.
    {"aws:assumedroot", PolicyKeyId::kAbsent},
    {"aws:calledvia", PolicyKeyId::kAbsent},
    {"aws:calledviafirst", PolicyKeyId::kAbsent},
    {"aws:calledvialast", PolicyKeyId::kAbsent},
    {"aws:chatbotsourcearn", PolicyKeyId::kAbsent},
    {"aws:ec2instancesourceprivateipv4", PolicyKeyId::kAbsent},
    {"aws:ec2instancesourcevpc", PolicyKeyId::kAbsent},
    {"aws:federatedprovider", PolicyKeyId::kAbsent},
    {"aws:multifactorauthage", PolicyKeyId::kAbsent},
    {"aws:multifactorauthpresent", PolicyKeyId::kAbsent},
    {"aws:principalorgid", PolicyKeyId::kAbsent},
    {"aws:principalorgpaths", PolicyKeyId::kAbsent},
    {"aws:principalservicename", PolicyKeyId::kAbsent},
    {"aws:principalservicenameslist", PolicyKeyId::kAbsent},
    {"aws:referer", PolicyKeyId::kAbsent},
    {"aws:resourceorgid", PolicyKeyId::kAbsent},
    {"aws:resourceorgpaths", PolicyKeyId::kAbsent},
    {"aws:sourceaccount", PolicyKeyId::kAbsent},
    {"aws:sourcearn", PolicyKeyId::kAbsent},
    {"aws:sourceidentity", PolicyKeyId::kAbsent},
    {"aws:sourceorgid", PolicyKeyId::kAbsent},
    {"aws:sourceorgpaths", PolicyKeyId::kAbsent},
    {"aws:sourcevpc", PolicyKeyId::kAbsent},
    {"aws:sourcevpcarn", PolicyKeyId::kAbsent},
    {"aws:sourcevpce", PolicyKeyId::kAbsent},
    {"aws:tokenissuetime", PolicyKeyId::kAbsent},
    {"aws:useragent", PolicyKeyId::kAbsent},
    {"aws:vpceaccount", PolicyKeyId::kAbsent},
    {"aws:vpceorgid", PolicyKeyId::kAbsent},
    {"aws:vpceorgpaths", PolicyKeyId::kAbsent},
    {"aws:vpcsourceip", PolicyKeyId::kAbsent},
};

}  // namespace

base::Result<PolicyKey> ParsePolicyKey(std::string_view name) {
  const std::string lower = ToLower(name);
  for (const KnownKey& known : kKnownKeys) {
    if (lower == known.name) {
      if (known.name.ends_with('/')) {
        break;  // without a tag
      }
      return PolicyKey{.id = known.id};
    }
    if (known.name.ends_with('/') && lower.starts_with(known.name)) {
      return PolicyKey{.id = known.id, .tag = lower.substr(known.name.size())};
    }
  }
  const size_t colon = lower.find(':');
  if (colon == 0 || colon == std::string::npos || lower.starts_with("aws:") ||
      lower.starts_with("dynamodb:")) {
    return base::ValidationError("the condition key \"" + std::string(name) + "\" is not known");
  }
  return PolicyKey{.id = PolicyKeyId::kForeign};
}

bool IsMultivalued(PolicyKeyId id) {
  switch (id) {
    case PolicyKeyId::kLeadingKeys:
    case PolicyKeyId::kSecondPartitionKeyValues:
    case PolicyKeyId::kThirdPartitionKeyValues:
    case PolicyKeyId::kFourthPartitionKeyValues:
    case PolicyKeyId::kAttributes:
    case PolicyKeyId::kTagKeys:
      return true;
    default:
      return false;
  }
}

std::string ToLower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lower;
}

}  // namespace stator::auth
