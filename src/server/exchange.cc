#include "server/exchange.h"

#include <algorithm>

#include "api/error_json.h"
#include "auth/signature_claim.h"
#include "iam/sts.h"
#include "model/limits.h"
#include "server/ascii.h"

namespace stator::server {

namespace {

bool IsForm(std::string_view content_type) {
  return EqualsIgnoringCase(TrimBlanks(content_type.substr(0, content_type.find(';'))),
                            "application/x-www-form-urlencoded");
}

Route RouteOf(const RequestHead& head, bool takes_forms) {
  if (head.path != "/") {
    return head.method == Method::kGet && head.path == "/metrics" ? Route::kMetrics
                                                                  : Route::kNotFound;
  }
  switch (head.method) {
    case Method::kPost:
      return takes_forms && head.amz_target.empty() && IsForm(head.content_type) ? Route::kForm
                                                                                 : Route::kCall;
    case Method::kGet:
      return head.query.empty() ? Route::kHealth : Route::kNotFound;
    case Method::kOptions:
      return head.origin.empty() ? Route::kNotFound : Route::kPreflight;
    default:
      return Route::kNotFound;
  }
}

// The value of Access-Control-Allow-Origin, empty for none.
std::string_view AllowedOrigin(std::string_view origin, const std::vector<std::string>& allowed) {
  if (origin.empty()) {
    return {};
  }
  if (allowed.empty() || std::ranges::find(allowed, "*") != allowed.end()) {
    return "*";
  }
  return std::ranges::find(allowed, origin) != allowed.end() ? origin : std::string_view();
}

}  // namespace

void Exchange::Begin(const RequestHead& head, const OperationIndex& operations,
                     const HttpServerOptions& options) {
  route = RouteOf(head, options.form_handler != nullptr);
  request.target.assign(head.amz_target);
  request.host.assign(head.host);
  request.body.clear();
  request.may_block = false;
  operation = operations.Find(head.amz_target);
  refusal.reset();
  claim.reset();
  by_certificate = false;
  request.caller = nullptr;
  // The service looks at the target first: an unknown one is that, signed or not.
  if (route == Route::kForm || (route == Route::kCall && operation < operations.size())) {
    CheckSignature(head, options);
  }
  request_coding =
      head.content_encoding ? ParseContentCoding(*head.content_encoding) : ContentCoding::kIdentity;
  response_coding = head.accept_encoding.empty() ? ContentCoding::kIdentity
                                                 : ChooseContentCoding(head.accept_encoding);
  keep_alive = head.keep_alive;
  omit_body = head.method == Method::kHead;
  allow_origin.assign(route == Route::kMetrics ? std::string_view()
                                               : AllowedOrigin(head.origin, options.cors_origins));
  cors_methods.assign(head.cors_method);
  cors_headers.assign(head.cors_headers);
}

void Exchange::CheckSignature(const RequestHead& head, const HttpServerOptions& options) {
  if (options.credentials == Credentials::kNone) {
    return;
  }
  const base::Result<void> form =
      auth::CheckSignatureForm({.query = head.query,
                                .authorization = head.authorization,
                                .has_authorization = head.has_authorization,
                                .has_date = head.has_date});
  if (!form.ok()) {
    // Browsers send certificates on behalf of any page, and then say which: pages have to sign.
    by_certificate = options.credentials == Credentials::kVerified && options.client_users &&
                     !request.client_fingerprint.empty() && !head.has_authorization &&
                     head.origin.empty() &&
                     form.error().code == base::ErrorCode::kMissingAuthenticationToken;
    if (!by_certificate) {
      refusal = Refusal(form.error());
    }
    return;
  }
  if (options.credentials == Credentials::kAny) {
    return;
  }
  base::Result<auth::SignatureClaim> read =
      options.authenticator->Begin({.path = head.path,
                                    .query = head.query,
                                    .headers = head.fields,
                                    .secure_transport = request.secure_transport},
                                   route == Route::kForm ? "sts" : "dynamodb");
  if (read.ok()) {
    claim = *std::move(read);
  } else {
    refusal = Refusal(read.error());
  }
}

api::Response Exchange::Refusal(const base::Error& error) const {
  api::Response response =
      route == Route::kForm ? iam::TokenService::Refuse(error) : api::ErrorResponse(error);
  response.error = error.code;
  return response;
}

std::optional<api::Response> Exchange::Verify(iam::Authenticator& authenticator) {
  base::Result<std::shared_ptr<const api::Caller>> caller =
      by_certificate ? authenticator.FindCertified(request.client_fingerprint)
                     : authenticator.Finish(*claim, request.body);
  if (!caller.ok()) {
    return Refusal(caller.error());
  }
  request.caller = *std::move(caller);
  return std::nullopt;
}

std::optional<api::Response> Exchange::DecodeRequest() {
  if (request_coding == ContentCoding::kIdentity) {
    return std::nullopt;
  }
  // The service answers 500, although the client is at fault (W13).
  const api::Response broken{
      .status = 500,
      .body = R"({"__type":"com.amazon.coral.service#InternalFailure"})",
  };
  if (!request_coding) {
    return broken;
  }
  std::string decoded;
  const DecodeStatus status =
      DecodeBody(*request_coding, request.body, model::limits::kRequestBodyBytes, decoded);
  request_coding = ContentCoding::kIdentity;
  request.body = std::move(decoded);
  switch (status) {
    case DecodeStatus::kOk:
      return std::nullopt;
    case DecodeStatus::kTooLarge:
      return api::Response{.status = 413, .body = ""};  // W14
    case DecodeStatus::kBroken:
      break;
  }
  return broken;
}

CorsHeaders Exchange::cors() const {
  return {.allow_origin = allow_origin,
          .preflight = route == Route::kPreflight,
          .methods = cors_methods,
          .headers = cors_headers};
}

void Exchange::End() {
  claim.reset();
  request.caller = nullptr;
}

}  // namespace stator::server
