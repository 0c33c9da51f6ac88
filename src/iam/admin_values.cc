#include "iam/admin_values.h"

#include <algorithm>
#include <ctime>
#include <string>

namespace stator::iam {

namespace {

using base::Error;
using base::ErrorCode;

constexpr size_t kTagKeyChars = 128;
constexpr size_t kTagValueChars = 256;

bool IsNameCharacter(char c) {
  constexpr std::string_view kOthers = "+=,.@_-";
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         kOthers.find(c) != std::string_view::npos;
}

// The positions of a tag's members.
enum TagMember : size_t { kTagKey, kTagValue };

constexpr api::Shape kText = api::StringShape();
constexpr api::Shape kAccountShape = api::StringShape(12, 12);
constexpr std::string_view kStatusValues[] = {"Active", "Inactive"};
constexpr api::Shape kStatusShape = api::EnumShape(kStatusValues);
constexpr api::Shape kDurationShape = api::IntegerShape(3600, 43200);
constexpr size_t kCertificateChars = 32 * 1024;
constexpr api::Shape kCertificateShape = api::StringShape(1, kCertificateChars);
constexpr api::Shape kTagKeyShape = api::StringShape(1, kTagKeyChars);
constexpr api::Shape kTagValueShape = api::StringShape(0, kTagValueChars);
constexpr api::Field kTagFields[] = {{kTagKey, "Key", &kTagKeyShape, api::kRequired},
                                     {kTagValue, "Value", &kTagValueShape, api::kRequired}};
constexpr api::Shape kTagShape = api::StructureShape("Tag", kTagFields);
constexpr api::Shape kTagsShape = api::ListShape(kTagShape, 0, limits::kTags);
constexpr api::Shape kTagKeysShape = api::ListShape(kTagKeyShape, 0, limits::kTags);

constexpr api::Field kFields[] = {
    {kAccountId, "AccountId", &kAccountShape},
    {kUserName, "UserName", &kText},
    {kGroupName, "GroupName", &kText},
    {kRoleName, "RoleName", &kText},
    {kAccessKeyId, "AccessKeyId", &kText},
    {kStatus, "Status", &kStatusShape},
    {kPolicyName, "PolicyName", &kText},
    {kPolicyArn, "PolicyArn", &kText},
    {kPolicyDocument, "PolicyDocument", &kText},
    {kAssumeRolePolicyDocument, "AssumeRolePolicyDocument", &kText},
    {kMaxSessionDuration, "MaxSessionDuration", &kDurationShape},
    {kPermissionsBoundary, "PermissionsBoundary", &kText},
    {kCertificate, "Certificate", &kCertificateShape},
    {kFingerprint, "Fingerprint", &kText},
    {kTags, "Tags", &kTagsShape},
    {kTagKeys, "TagKeys", &kTagKeysShape},
};
constexpr api::Shape kInput = api::StructureShape("AdminInput", kFields);

}  // namespace

const api::Shape& AdminInput() { return kInput; }

std::string_view MemberName(AdminMember member) { return kFields[member].name; }

std::string IsoTime(int64_t micros) {
  constexpr int64_t kMicros = 1'000'000;
  const std::time_t seconds = micros / kMicros;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  return {text, std::strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

base::Result<std::string> NameOf(const AdminCall& call, AdminMember member) {
  std::string name(call.input.Text(member));
  const size_t most =
      member == kPolicyName || member == kGroupName ? limits::kPolicyNameBytes : limits::kNameBytes;
  if (name.empty() || name.size() > most || !std::ranges::all_of(name, IsNameCharacter)) {
    return base::ValidationError("The specified value for " + std::string(MemberName(member)) +
                                 " is invalid. It must contain only alphanumeric characters and/or "
                                 "the following: +=,.@_- and have at most " +
                                 std::to_string(most) + " of them");
  }
  return name;
}

base::Result<void> CheckDocument(std::string_view document, auth::PolicyKind kind) {
  if (document.size() > limits::kPolicyBytes) {
    return base::ValidationError("The policy is longer than " +
                                 std::to_string(limits::kPolicyBytes) + " bytes.");
  }
  return auth::ValidatePolicy(document, kind);
}

base::Result<std::string> DocumentOf(const AdminCall& call, AdminMember member,
                                     auth::PolicyKind kind) {
  STATOR_RETURN_IF_ERROR(CheckDocument(call.input.Text(member), kind));
  return std::string(call.input.Text(member));
}

base::Result<std::map<std::string, std::string>> TagsOf(const AdminCall& call) {
  std::map<std::string, std::string> tags;
  for (const api::Node* tag : call.input.List(kTags)) {
    if (!tags.emplace(tag->Text(kTagKey), tag->Text(kTagValue)).second) {
      return base::ValidationError(
          "Duplicate tag keys found. Please note that Tag keys are case "
          "sensitive.");
    }
  }
  return tags;
}

base::Result<void> CheckAccount(const Identities& identities, const std::string& account) {
  return identities.accounts.contains(account) ? base::Result<void>()
                                               : base::Result<void>(NotThere("account", account));
}

base::Result<Principal> FindPrincipal(const Identities& identities, PrincipalKind kind,
                                      const std::string& account, const std::string& name) {
  const auto found = identities.Find(kind, account, name);
  if (found == nullptr) {
    return NotThere(KindName(kind), name);
  }
  return *found;
}

AdminMember NameMember(PrincipalKind kind) {
  switch (kind) {
    case PrincipalKind::kUser:
      return kUserName;
    case PrincipalKind::kGroup:
      return kGroupName;
    case PrincipalKind::kRole:
      break;
  }
  return kRoleName;
}

base::Result<void> ChangePrincipal(
    const AdminCall& call, PrincipalKind kind, std::string& out,
    base::FunctionRef<base::Result<void>(const Identities& identities, Principal& principal)>
        change) {
  out += "{}";
  return call.store.Update([&](IdentityDraft& draft) -> base::Result<void> {
    STATOR_ASSIGN_OR_RETURN(Principal principal,
                            FindPrincipal(draft.identities(), kind, call.account,
                                          std::string(call.input.Text(NameMember(kind)))));
    STATOR_RETURN_IF_ERROR(change(draft.identities(), principal));
    draft.Put(std::move(principal));
    return {};
  });
}

Error NotThere(std::string_view what, std::string_view name) {
  return Error{ErrorCode::kResourceNotFound, "The " + std::string(what) + " with name " +
                                                 std::string(name) + " cannot be found."};
}

Error AlreadyThere(std::string_view what, std::string_view name) {
  return Error{ErrorCode::kResourceInUse,
               "The " + std::string(what) + " with name " + std::string(name) + " already exists."};
}

Error TooMany(std::string_view what, size_t most) {
  return Error{ErrorCode::kLimitExceeded,
               "There may be at most " + std::to_string(most) + " " + std::string(what) + "."};
}

}  // namespace stator::iam
