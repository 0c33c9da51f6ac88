#include "iam/sts.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "api/error_json.h"
#include "base/random.h"
#include "iam/admin_values.h"

namespace stator::iam {

namespace {

using base::Error;
using base::ErrorCode;

constexpr int64_t kMicros = 1'000'000;
constexpr int64_t kLeastSeconds = 900;
constexpr int64_t kDefaultSeconds = 3600;
constexpr int64_t kChainedSeconds = 3600;
constexpr size_t kSessionPolicyBytes = 2048;
constexpr size_t kSessionPolicies = 10;
// Headers of a request may take 16 KB, and the token is one of them.
constexpr size_t kTokenBytes = 8192;

void AppendEscaped(std::string_view text, std::string& out) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '&') {
      out += "&amp;";
    } else if (byte < ' ' || byte >= 0x7f) {
      out += '?';  // XML cannot hold most control characters, nor bytes that are no UTF-8
    } else {
      out += c;
    }
  }
}

std::string Element(std::string_view name, std::string_view text) {
  std::string out = "<" + std::string(name) + ">";
  AppendEscaped(text, out);
  return out + "</" + std::string(name) + ">";
}

constexpr std::string_view kNamespace = "https://sts.amazonaws.com/doc/2011-06-15/";

std::string RequestId() { return Element("RequestId", base::RandomUuid()); }

// How an error looks in the query protocol.
struct QueryError {
  std::string_view code;
  int status = 400;
};

QueryError ToQueryError(ErrorCode code) {
  switch (code) {
    case ErrorCode::kMissingAuthenticationToken:
      return {"MissingAuthenticationToken", 403};
    case ErrorCode::kIncompleteSignature:
      return {"IncompleteSignature"};
    case ErrorCode::kInvalidSignature:
      return {"SignatureDoesNotMatch", 403};
    case ErrorCode::kUnrecognizedClient:
      return {"InvalidClientTokenId", 403};
    case ErrorCode::kExpiredToken:
      return {"ExpiredToken", 403};
    case ErrorCode::kAccessDenied:
      return {"AccessDenied", 403};
    case ErrorCode::kUnknownOperation:
      return {"InvalidAction"};
    case ErrorCode::kLimitExceeded:
      return {"PackedPolicyTooLarge"};
    case ErrorCode::kMalformedPolicyDocument:
      return {"MalformedPolicyDocument"};
    case ErrorCode::kValidation:
    case ErrorCode::kSerialization:
      return {"ValidationError"};
    default:
      return {"InternalFailure", 500};
  }
}

std::string CallerIdentity(const api::Caller& caller) {
  return "<GetCallerIdentityResult>" + Element("Arn", caller.arn) +
         Element("UserId", caller.user_id) + Element("Account", caller.account) +
         "</GetCallerIdentityResult>";
}

// `chained` is whether a session of a role asks, which gets an hour at most.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
base::Result<int64_t> DurationOf(const Form& form, const Principal& role, bool chained) {
  const std::optional<std::string> text = form.Get("DurationSeconds");
  int64_t seconds = std::min(kDefaultSeconds, role.max_session_seconds);
  if (text) {
    const char* const last = text->data() + text->size();
    const auto [end, error] = std::from_chars(text->data(), last, seconds);
    if (error != std::errc() || end != last || seconds < kLeastSeconds) {
      return base::ValidationError("DurationSeconds must be a number of at least 900 seconds");
    }
  }
  if (seconds > role.max_session_seconds) {
    return base::ValidationError(
        "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
  }
  if (chained && seconds > kChainedSeconds) {
    return base::ValidationError(
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role "
        "chaining");
  }
  return seconds;
}

// What the caller says in whose name it asks, for the trust policy to judge.
base::Result<std::optional<std::string>> ExternalIdOf(const Form& form) {
  constexpr std::string_view kCharacters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+=,.@:/-";
  constexpr size_t kLeast = 2;
  constexpr size_t kMost = 1224;
  std::optional<std::string> id = form.Get("ExternalId");
  if (id && (id->size() < kLeast || id->size() > kMost ||
             id->find_first_not_of(kCharacters) != std::string::npos)) {
    return base::ValidationError(
        "ExternalId must have 2 to 1224 characters, letters, digits and any of _+=,.@:/-");
  }
  return id;
}

base::Result<std::string> SessionNameOf(const Form& form) {
  constexpr std::string_view kCharacters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_=,.@-";
  constexpr size_t kLeast = 2;
  std::string name = form.GetOr("RoleSessionName", "");
  if (name.size() < kLeast || name.size() > limits::kNameBytes ||
      name.find_first_not_of(kCharacters) != std::string::npos) {
    return base::ValidationError(
        "RoleSessionName must have 2 to 64 characters, letters, digits and any of _=,.@-");
  }
  return name;
}

base::Result<void> ReadPolicies(const Identities& identities, const Form& form,
                                SessionGrant& grant) {
  grant.policy = form.Get("Policy");
  if (grant.policy) {
    if (grant.policy->size() > kSessionPolicyBytes) {
      return base::ValidationError("Policy must have at most 2048 characters");
    }
    base::Result<void> valid = CheckDocument(*grant.policy, auth::PolicyKind::kIdentity);
    if (!valid.ok()) {
      return base::Error{ErrorCode::kMalformedPolicyDocument, std::move(valid).error().message};
    }
  }
  for (size_t i = 1;; ++i) {
    std::optional<std::string> arn = form.Get("PolicyArns.member." + std::to_string(i) + ".arn");
    if (!arn) {
      return {};
    }
    const auto found = identities.policies.find(*arn);
    if (found == identities.policies.end() || found->second->account != grant.account) {
      return base::ValidationError("The policy " + *arn + " does not exist or is not attachable.");
    }
    if (i > kSessionPolicies) {
      return base::ValidationError("There may be at most 10 PolicyArns");
    }
    grant.policy_arns.push_back(*std::move(arn));
  }
}

base::Result<void> ReadTags(const Form& form, SessionGrant& grant) {
  for (size_t i = 1;; ++i) {
    const std::string prefix = "Tags.member." + std::to_string(i) + ".";
    const std::optional<std::string> key = form.Get(prefix + "Key");
    if (!key) {
      return {};
    }
    if (i > limits::kTags || key->empty() ||
        !grant.tags.emplace(*key, form.GetOr(prefix + "Value", "")).second) {
      return base::ValidationError("Tags must be at most 50, with distinct keys");
    }
  }
}

// What the session asks for and Stator cannot give must not be ignored.
base::Result<void> RefuseUnsupported(const Form& form) {
  for (const std::string name :
       {"SerialNumber", "TokenCode", "SourceIdentity", "TransitiveTagKeys.member.1",
        "ProvidedContexts.member.1.ContextAssertion"}) {
    if (form.Get(name)) {
      return base::ValidationError("The parameter " + name + " is not supported");
    }
  }
  return {};
}

// The role of an ARN, or null.
std::shared_ptr<const Principal> FindRole(const Identities& identities, std::string_view arn) {
  constexpr std::string_view kStart = "arn:aws:iam::";
  constexpr std::string_view kRole = ":role/";
  const size_t role_at = arn.find(kRole);
  if (!arn.starts_with(kStart) || role_at == std::string_view::npos) {
    return nullptr;
  }
  return identities.Find(PrincipalKind::kRole, arn.substr(kStart.size(), role_at - kStart.size()),
                         arn.substr(role_at + kRole.size()));
}

bool IsSession(const api::Caller& caller) {
  return caller.arn.find(":assumed-role/") != std::string::npos;
}

Error NotAuthorized(const api::Caller& caller, std::string_view role_arn) {
  return Error{
      ErrorCode::kAccessDenied,
      "User: " + caller.arn +
          " is not authorized to perform: sts:AssumeRole on resource: " + std::string(role_arn)};
}

std::string AssumedRole(const SessionGrant& grant, const std::string& token) {
  return "<AssumeRoleResult><Credentials>" + Element("AccessKeyId", grant.access_key_id) +
         Element("SecretAccessKey", grant.secret) + Element("SessionToken", token) +
         Element("Expiration", IsoTime(grant.expires_micros)) + "</Credentials><AssumedRoleUser>" +
         Element("AssumedRoleId", grant.role_id + ":" + grant.session) +
         Element("Arn", "arn:aws:sts::" + grant.account + ":assumed-role/" + grant.role + "/" +
                            grant.session) +
         "</AssumedRoleUser>" +
         Element("PackedPolicySize", std::to_string(100 * token.size() / kTokenBytes)) +
         "</AssumeRoleResult>";
}

}  // namespace

TokenService::TokenService(IdentityStore& identities, AssumeRoleCheck may_assume,
                           api::AuditLog audit)
    : identities_(identities), may_assume_(std::move(may_assume)), audit_(std::move(audit)) {}

base::Result<std::string> TokenService::AssumeRole(const api::Request& request,
                                                   const Form& form) const {
  STATOR_RETURN_IF_ERROR(RefuseUnsupported(form));
  STATOR_ASSIGN_OR_RETURN(const std::optional<std::string> external_id, ExternalIdOf(form));
  const std::shared_ptr<const Identities> identities = identities_.Get();
  const std::string arn = form.GetOr("RoleArn", "");
  const std::shared_ptr<const Principal> role = FindRole(*identities, arn);
  if (role == nullptr) {
    return NotAuthorized(*request.caller,
                         arn);  // as the service, which does not tell whether it exists
  }
  STATOR_RETURN_IF_ERROR(may_assume_(request, *role, external_id));
  SessionGrant grant{.access_key_id = NewAccessKeyId(true),
                     .secret = NewSecret(),
                     .account = role->account,
                     .role = role->name,
                     .role_id = role->id,
                     .session = {}};
  STATOR_ASSIGN_OR_RETURN(grant.session, SessionNameOf(form));
  STATOR_ASSIGN_OR_RETURN(const int64_t seconds,
                          DurationOf(form, *role, IsSession(*request.caller)));
  grant.expires_micros = identities_.clock().NowMicros() + seconds * kMicros;
  STATOR_RETURN_IF_ERROR(ReadPolicies(*identities, form, grant));
  STATOR_RETURN_IF_ERROR(ReadTags(form, grant));
  const std::string token = SealGrant(grant, identities_.token_key());
  if (token.size() > kTokenBytes) {
    return Error{ErrorCode::kLimitExceeded,
                 "The session policies and tags together are too large."};
  }
  return AssumedRole(grant, token);
}

base::Result<std::string> TokenService::Run(const std::string& action, const api::Request& request,
                                            const Form& form) const {
  constexpr std::string_view kVersion = "2011-06-15";
  if (form.GetOr("Version", kVersion) != kVersion) {
    return Error{ErrorCode::kUnknownOperation, "Could not find operation " + action +
                                                   " for version " + form.GetOr("Version", "")};
  }
  if (action == "GetCallerIdentity") {
    return CallerIdentity(*request.caller);
  }
  if (action == "AssumeRole") {
    return AssumeRole(request, form);
  }
  return Error{ErrorCode::kUnknownOperation,
               "Could not find operation " + action + " for version " + std::string(kVersion)};
}

api::Response TokenService::Handle(const api::Request& request) const {
  const base::Result<Form> form = Form::Parse(request.body);
  if (!form.ok()) {
    return Refuse(form.error());
  }
  const std::string action = form->GetOr("Action", "");
  const base::Result<std::string> result = Run(action, request, *form);
  const bool is_known = action == "GetCallerIdentity" || action == "AssumeRole";
  if (audit_ && is_known) {
    api::AuditEvent event{.actor = request.caller->arn,
                          .account = request.caller->account,
                          .source_address = request.source_address,
                          .action = "sts:" + action};
    if (const std::optional<std::string> arn = form->Get("RoleArn")) {
      event.resources.push_back(*arn);
    }
    event.outcome = result.ok() ? "ok" : api::ErrorName(result.error().code);
    audit_(event);
  }
  if (!result.ok()) {
    return Refuse(result.error());
  }
  return {.body = "<" + action + "Response xmlns=\"" + std::string(kNamespace) + "\">" + *result +
                  "<ResponseMetadata>" + RequestId() + "</ResponseMetadata></" + action +
                  "Response>"};
}

api::Response TokenService::Refuse(const base::Error& error) {
  const QueryError query = ToQueryError(error.code);
  const bool internal = query.status == 500;
  return {.status = query.status,
          .body = "<ErrorResponse xmlns=\"" + std::string(kNamespace) + "\"><Error>" +
                  Element("Type", internal ? "Receiver" : "Sender") + Element("Code", query.code) +
                  Element("Message", internal ? "Internal failure" : error.message) + "</Error>" +
                  RequestId() + "</ErrorResponse>"};
}

}  // namespace stator::iam
