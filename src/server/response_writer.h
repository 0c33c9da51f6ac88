#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/random.h"
#include "server/content_coding.h"

namespace stator::server {

// The CORS headers of one response (W21). All empty for a request without an Origin.
struct CorsHeaders {
  std::string_view allow_origin;
  bool preflight = false;
  std::string_view methods;  // echoed, on a preflight only
  std::string_view headers;  // likewise
};

// One response, except for what the writer adds. The views are valid during the call.
struct Reply {
  int status = 200;
  std::string_view body;  // as it goes over the wire
  std::string_view content_type = "application/x-amz-json-1.0";
  ContentCoding coding = ContentCoding::kIdentity;
  bool keep_alive = true;
  bool omit_body = false;  // the answer to HEAD
  CorsHeaders cors;
  std::optional<uint32_t> checksum;  // Checksum(body), when it is known already
};

// What x-amz-crc32 says of a body as it goes over the wire (W16).
uint32_t Checksum(std::string_view body);

// Writes responses: status line, headers, checksum, request id, body. One per event loop.
class ResponseWriter {
 public:
  // `seed` makes the request ids of different loops and runs differ.
  ResponseWriter(const base::Clock& clock, uint64_t seed) : clock_(clock), random_(seed) {}

  // Appends the whole response to `out`.
  void Append(const Reply& reply, std::string& out);

  // Appends all that stands before the body.
  void AppendHead(const Reply& reply, std::string& out);

 private:
  void AppendDate(std::string& out);
  void AppendRequestId(std::string& out);

  const base::Clock& clock_;
  base::Random random_;
  int64_t date_second_ = -1;
  std::string date_;
};

}  // namespace stator::server
