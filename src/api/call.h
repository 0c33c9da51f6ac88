#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "api/caller.h"
#include "base/error.h"

namespace stator::api {

// One call as the server hands it over: framing, limits, content coding and signature are done.
struct Request {
  std::string target = {};                    // X-Amz-Target; empty when the header is missing
  std::string body = {};                      // after decompression
  std::string host = {};                      // the Host header, for DescribeEndpoints
  std::shared_ptr<const Caller> caller = {};  // null: no authentication, nothing is checked
  std::string source_address = {};            // the client's, as text
  bool secure_transport = false;              // TLS
  // Whether the calling thread may wait for a device or compute for long. When false, a call that
  // cannot be answered at once is answered by `Response::retry_blocking`.
  bool may_block = true;
  // Of the client's certificate, which the handshake has verified; empty without one. What they are
  // is said by auth::CertificateSummary.
  std::string client_subject = {};
  std::string client_fingerprint = {};
};

// The answer, except for what every HTTP response carries.
struct Response {
  int status = 200;
  std::string body = {};  // JSON, or empty for the operations that have no output (W6)
  // Nothing was done: call again with `may_block`, from a thread that may wait.
  bool retry_blocking = false;
  std::optional<base::ErrorCode> error = {};  // of a call that was refused or failed
  // What went wrong inside, when something did: for the operator, not for the client.
  std::string failure = {};
};

// Receives the answer of one call, exactly once, on any thread. It must not block.
using ResponseSink = std::function<void(Response response)>;

}  // namespace stator::api
