#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

// Who there is: accounts with their users, groups, roles, policies and access keys.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id.html
namespace stator::iam {

namespace limits {
inline constexpr size_t kAccounts = 1000;
inline constexpr size_t kPrincipals = 10'000;  // users, groups and roles of all accounts
inline constexpr size_t kManagedPolicies = 10'000;
inline constexpr size_t kKeysPerUser = 2;
inline constexpr size_t kCertificatesPerUser = 10;
inline constexpr size_t kInlinePolicies = 10;    // of one user, group or role
inline constexpr size_t kAttachedPolicies = 10;  // likewise
inline constexpr size_t kGroupsPerUser = 10;
inline constexpr size_t kTags = 50;
inline constexpr size_t kPolicyBytes = 6144;
inline constexpr size_t kNameBytes = 64;
inline constexpr size_t kPolicyNameBytes = 128;
}  // namespace limits

// Stored: never renumber.
enum class PrincipalKind : uint8_t { kUser = 1, kGroup = 2, kRole = 3 };

// "user", "group", "role": as rows and ARNs have it.
std::string_view KindName(PrincipalKind kind);

// A user, a group or a role. An immutable value, shared.
struct Principal {
  PrincipalKind kind = PrincipalKind::kUser;
  std::string account = {};
  std::string name = {};
  std::string id = {};  // never used again, such as AIDA...
  int64_t created_micros = 0;
  std::map<std::string, std::string> tags = {};
  std::map<std::string, std::string> policies = {};  // inline: JSON documents by name
  std::set<std::string> attached = {};               // ARNs of managed policies
  std::optional<std::string> boundary = {};          // ARN of a managed policy
  std::set<std::string> groups = {};                 // of a user: names
  std::string trust_policy = {};                     // of a role: who may assume it
  int64_t max_session_seconds = 3600;                // of a role

  std::string Arn() const;
};

// A policy that is attached by its ARN.
struct ManagedPolicy {
  std::string account = {};
  std::string name = {};
  std::string document = {};
  int64_t created_micros = 0;

  std::string Arn() const;
};

// A long-term access key. The secret is in the clear here, and sealed where it is stored.
struct AccessKey {
  std::string id = {};  // AKIA...
  std::string account = {};
  std::string user = {};  // empty: the account's root, which may do everything
  std::string secret = {};
  bool active = true;
  int64_t created_micros = 0;
};

// A client's certificate that stands for a user.
struct ClientCertificate {
  std::string fingerprint = {};  // as auth::CertificateSummary has it
  std::string account = {};
  std::string user = {};
  std::string subject = {};  // for people
  int64_t not_before_micros = 0;
  int64_t not_after_micros = 0;
  int64_t created_micros = 0;  // of the row, not of the certificate
};

// An account: what tables, users and all else belong to.
struct Account {
  std::string id = {};  // 12 digits
  int64_t created_micros = 0;
};

std::string PrincipalRow(PrincipalKind kind, std::string_view account, std::string_view name);
std::string PolicyArn(std::string_view account, std::string_view name);

// All that is known at one time. Immutable once it is published; copies share what they hold.
struct Identities {
  std::map<std::string, std::shared_ptr<const Account>, std::less<>> accounts;        // by id
  std::map<std::string, std::shared_ptr<const Principal>, std::less<>> principals;    // by row
  std::map<std::string, std::shared_ptr<const ManagedPolicy>, std::less<>> policies;  // by ARN
  std::map<std::string, std::shared_ptr<const AccessKey>, std::less<>> keys;          // by id
  std::map<std::string, std::shared_ptr<const ClientCertificate>, std::less<>>
      certificates;  // by fingerprint

  // Null when there is none of that name.
  std::shared_ptr<const Principal> Find(PrincipalKind kind, std::string_view account,
                                        std::string_view name) const;
};

}  // namespace stator::iam
