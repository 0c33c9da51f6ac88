#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "api/call.h"
#include "auth/signature_claim.h"
#include "server/content_coding.h"
#include "server/http_parser.h"
#include "server/http_server_options.h"
#include "server/metrics.h"
#include "server/response_writer.h"

namespace stator::server {

// Where a request goes.
enum class Route : uint8_t { kCall, kForm, kHealth, kMetrics, kPreflight, kNotFound };

// What is kept of a request from its head to its answer. A connection has one and uses it again and
// again, so that strings keep their memory.
struct Exchange {
  Route route = Route::kNotFound;
  api::Request request;
  size_t operation = 0;                  // in the OperationIndex
  std::optional<api::Response> refusal;  // decided by the head alone; sent once the body is read
  std::optional<auth::SignatureClaim> claim;  // of who signed the request, to be verified
  bool by_certificate = false;  // unsigned: who made it is to be told by the client's certificate
  std::optional<ContentCoding> request_coding;  // nullopt: one that we do not know
  ContentCoding response_coding = ContentCoding::kIdentity;
  bool keep_alive = true;
  bool omit_body = false;
  std::string allow_origin;
  std::string cors_methods;
  std::string cors_headers;
  int64_t start_micros = 0;  // when the request was complete

  // Takes over all that is needed from a head, whose views may then end.
  void Begin(const RequestHead& head, const OperationIndex& operations,
             const HttpServerOptions& options);

  // Finds out who made the request, once its body is there as it came over the wire. Returns the
  // answer when nobody did. REQUIRES: there is a claim, or by_certificate. May take milliseconds
  // for a large body.
  std::optional<api::Response> Verify(iam::Authenticator& authenticator);

  // Undoes the content coding of the request's body, if there is one. Returns the answer when that
  // fails. May take milliseconds.
  std::optional<api::Response> DecodeRequest();

  // The CORS headers of the answer; they point into this.
  CorsHeaders cors() const;

  // Forgets who called.
  void End();

 private:
  void CheckSignature(const RequestHead& head, const HttpServerOptions& options);
  api::Response Refusal(const base::Error& error) const;
};

}  // namespace stator::server
