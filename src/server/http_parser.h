#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/canonical_request.h"
#include "server/body_buffer.h"

namespace stator::server {

// The methods that the server tells apart.
enum class Method : uint8_t { kGet, kHead, kPost, kOptions, kOther };

// What the server uses of a request's head. The views point into the bytes that were parsed.
struct RequestHead {
  Method method = Method::kOther;
  std::string_view path;   // of the request target, up to a '?'
  std::string_view query;  // after it
  std::string_view host;
  std::string_view amz_target;
  std::string_view authorization;
  std::string_view origin;
  std::string_view cors_method;   // Access-Control-Request-Method
  std::string_view cors_headers;  // Access-Control-Request-Headers
  std::optional<std::string_view> content_encoding;
  std::string accept_encoding;  // all such headers, joined by commas
  std::string_view content_type;
  std::vector<auth::HeaderView> fields;  // all headers, when the parser keeps them
  bool has_authorization = false;
  bool has_date = false;  // X-Amz-Date or Date
  bool expects_continue = false;
  bool keep_alive = true;
  bool chunked = false;
  uint64_t content_length = 0;
};

// Frames the requests of one connection. Strict: what two parsers could read differently is
// refused (RFC 9112: Transfer-Encoding beside Content-Length, any coding but `chunked`, bare CR or
// LF, folded lines, white space before a colon, more than one Host). Not synchronized.
class HttpParser {
 public:
  // `keep_fields`: whether RequestHead::fields is wanted.
  explicit HttpParser(bool keep_fields = false);
  ~HttpParser();
  HttpParser(const HttpParser&) = delete;
  HttpParser& operator=(const HttpParser&) = delete;

  enum class Status : uint8_t { kNeedMore, kDone, kBad, kTooLarge };

  // What a call did: `consumed` bytes are used up unless the status is kNeedMore for a head.
  struct Outcome {
    Status status = Status::kNeedMore;
    size_t consumed = 0;
  };

  // Parses the head at the start of `bytes`, which must begin with what earlier calls for the same
  // head have seen. kTooLarge: the request line or the headers exceed their limit (W9).
  Outcome ParseHead(std::string_view bytes);
  // The head, after ParseHead was done and while its bytes stay where they are.
  const RequestHead& head() const;

  // Parses a part of a chunked body and appends its data to `body`. kTooLarge: the body exceeds its
  // limit, or a chunk's extension or the trailer is unreasonably long (kBad then).
  Outcome ParseChunks(std::string_view bytes, BodyBuffer& body);

 private:
  class Impl;

  Outcome FindHeadEnd(std::string_view bytes);

  std::unique_ptr<Impl> impl_;
  size_t line_start_ = 0;  // of the line whose end has not been seen
  size_t request_line_bytes_ = 0;
};

}  // namespace stator::server
