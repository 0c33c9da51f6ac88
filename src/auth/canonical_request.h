#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace stator::auth {

// A header as it stands in the request. Borrows its bytes.
struct HeaderView {
  std::string_view name;
  std::string_view value;
};

// The part of an HTTP request that a signature covers. Borrows its bytes.
struct SignableRequest {
  std::string_view method = "POST";
  std::string_view path = "/";      // as in the request line
  std::string_view query = {};      // as in the request line, without the question mark
  std::vector<HeaderView> headers;  // the signed ones only, in any order and case
  std::string_view payload_hash;    // hexadecimal SHA-256 of the body
};

// The names of the headers in lower case, sorted, distinct, joined with semicolons.
std::string SignedHeaders(std::span<const HeaderView> headers);

// SigV4's canonical form: header values trimmed and inner spaces collapsed, headers of one name
// joined with commas, query parameters sorted. The path is encoded but not normalized: the
// protocol's only path is `/`.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
std::string CanonicalRequest(const SignableRequest& request);
// Appends the same. What comes last is the payload hash, so that it may be appended later.
void AppendCanonicalRequest(const SignableRequest& request, std::string& out);

// Undoes percent encoding; a percent sign that starts no escape stands for itself.
std::string UriDecode(std::string_view text);

}  // namespace stator::auth
