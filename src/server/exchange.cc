#include "server/exchange.h"

#include <algorithm>

#include "model/limits.h"
#include "server/authorization_header.h"

namespace stator::server {

namespace {

constexpr size_t kKeptBodyBytes = 64 * 1024;

Route RouteOf(const RequestHead& head) {
  if (head.path != "/") {
    return head.method == Method::kGet && head.path == "/metrics" ? Route::kMetrics
                                                                  : Route::kNotFound;
  }
  switch (head.method) {
    case Method::kPost:
      return Route::kCall;
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
  route = RouteOf(head);
  request.target.assign(head.amz_target);
  request.host.assign(head.host);
  request.body.clear();
  request.may_block = false;
  operation = operations.Find(head.amz_target);
  refusal.reset();
  // The service looks at the target first: an unknown one is that, signed or not.
  if (route == Route::kCall && operation < operations.size()) {
    refusal = RefuseUnsigned(head);
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

void Exchange::Shrink() {
  if (request.body.capacity() > kKeptBodyBytes) {
    request.body = std::string();
  }
}

}  // namespace stator::server
