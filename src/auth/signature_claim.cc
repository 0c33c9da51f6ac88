#include "auth/signature_claim.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <ctime>
#include <optional>
#include <utility>
#include <vector>

#include <strings.h>

namespace stator::auth {

namespace {

using base::Error;
using base::ErrorCode;

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";
constexpr std::string_view kTerminator = "aws4_request";
constexpr std::string_view kUnsignedPayload = "UNSIGNED-PAYLOAD";
constexpr int64_t kDefaultExpiresSeconds = 15 * 60;
constexpr int64_t kMostExpiresSeconds = 7 * 24 * 60 * 60;
constexpr size_t kScopeParts = 5;
constexpr size_t kDateBytes = 8;

// Headers have no character set, and what they are quoted in has to be UTF-8.
std::string Ascii(std::string text) {
  std::ranges::replace_if(
      text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; }, '?');
  return text;
}

Error Incomplete(std::string message) {
  return Error{ErrorCode::kIncompleteSignature, Ascii(std::move(message))};
}

Error Invalid(std::string message) {
  return Error{ErrorCode::kInvalidSignature, Ascii(std::move(message))};
}

bool SameName(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

const HeaderView* Find(std::span<const HeaderView> headers, std::string_view name) {
  const auto found = std::ranges::find_if(
      headers, [name](const HeaderView& header) { return SameName(header.name, name); });
  return found == headers.end() ? nullptr : &*found;
}

std::string_view Trim(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// The parameters of an Authorization header.
struct HeaderParts {
  std::string_view credential;
  std::string_view signed_headers;
  std::string_view signature;
};

// The same of either form, and the date.
struct Parts {
  std::string credential;
  std::string signed_headers;
  std::string signature;
  std::string date;
};

// Cuts off `rest` what stands before the next of the separators.
std::string_view Take(std::string_view& rest, std::string_view separators) {
  const size_t end = rest.find_first_of(separators);
  const std::string_view part = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  return part;
}

// Reads `Credential=..., SignedHeaders=..., Signature=...`, with or without spaces (W18).
base::Result<HeaderParts> ReadHeader(std::string_view header) {
  HeaderParts parts;
  std::string_view rest =
      header.starts_with(kAlgorithm) ? header.substr(kAlgorithm.size()) : std::string_view();
  while (!rest.empty()) {
    const std::string_view pair = Take(rest, ", \t");
    const size_t equal = pair.find('=');
    if (pair.empty()) {
      continue;
    }
    if (equal == std::string_view::npos) {
      return Incomplete("'" + std::string(pair) +
                        "' not a valid key=value pair (missing equal-sign) in Authorization "
                        "header: '" +
                        std::string(header) + "'.");
    }
    const std::string_view name = pair.substr(0, equal);
    const std::string_view value = pair.substr(equal + 1);
    if (name == "Credential") {
      parts.credential = value;
    } else if (name == "SignedHeaders") {
      parts.signed_headers = value;
    } else if (name == "Signature") {
      parts.signature = value;
    }
  }
  return parts;
}

base::Result<HeaderParts> CheckHeader(std::string_view header, bool has_date) {
  STATOR_ASSIGN_OR_RETURN(const HeaderParts parts, ReadHeader(header));
  std::string message;
  const auto require = [&message](bool present, std::string_view text) {
    if (!present) {
      message.append("Authorization header requires ").append(text).append(" ");
    }
  };
  require(!parts.credential.empty(), "'Credential' parameter.");
  require(!parts.signature.empty(), "'Signature' parameter.");
  require(!parts.signed_headers.empty(), "'SignedHeaders' parameter.");
  require(has_date, "existence of either a 'X-Amz-Date' or a 'Date' header.");
  if (!message.empty()) {
    return Incomplete(message.append("Authorization=").append(header));
  }
  return parts;
}

// The decoded value of a query parameter; nullopt when it is not there.
std::optional<std::string> QueryValue(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    std::string_view pair = Take(query, "&");
    if (Take(pair, "=") == name) {
      return UriDecode(pair);
    }
  }
  return std::nullopt;
}

bool IsPresigned(std::string_view query) {
  return !query.empty() && QueryValue(query, "X-Amz-Algorithm").has_value();
}

base::Result<Parts> ReadQuery(std::string_view query) {
  Parts parts;
  const std::array<std::pair<std::string_view, std::string*>, 4> wanted = {
      {{"X-Amz-Credential", &parts.credential},
       {"X-Amz-Signature", &parts.signature},
       {"X-Amz-SignedHeaders", &parts.signed_headers},
       {"X-Amz-Date", &parts.date}}};
  std::string message;
  for (const auto& [name, part] : wanted) {
    *part = QueryValue(query, name).value_or("");
    if (part->empty()) {
      message.append("AWS query-string parameters must include '").append(name).append("'. ");
    }
  }
  if (!message.empty()) {
    return Incomplete(message.append("Re-examine the query-string parameters."));
  }
  return parts;
}

base::Result<Parts> ReadParts(const SignedHead& head) {
  if (IsPresigned(head.query)) {
    return ReadQuery(head.query);
  }
  const HeaderView* const authorization = Find(head.headers, "authorization");
  const HeaderView* date = Find(head.headers, "x-amz-date");
  date = date != nullptr ? date : Find(head.headers, "date");
  STATOR_ASSIGN_OR_RETURN(
      const HeaderParts parts,
      CheckHeader(authorization == nullptr ? "" : Trim(authorization->value), date != nullptr));
  return Parts{.credential = std::string(parts.credential),
               .signed_headers = std::string(parts.signed_headers),
               .signature = std::string(parts.signature),
               .date = std::string(Trim(date->value))};
}

// The number that a part of a text spells, or -1.
int Digits(std::string_view text, size_t begin, size_t count) {
  int number = 0;
  for (const char c : text.substr(begin, count)) {
    if (c < '0' || c > '9') {
      return -1;
    }
    number = number * 10 + (c - '0');
  }
  return number;
}

// Seconds since 1970 of 20150830T123600Z, the form that signers use.
std::optional<int64_t> ReadBasicTime(std::string_view text) {
  constexpr size_t kBasicBytes = 16;
  if (text.size() != kBasicBytes || text[8] != 'T' || text[15] != 'Z') {
    return std::nullopt;
  }
  const int hour = Digits(text, 9, 2);
  const int minute = Digits(text, 11, 2);
  const int second = Digits(text, 13, 2);
  const std::chrono::year_month_day day(
      std::chrono::year(Digits(text, 0, 4)),
      std::chrono::month(static_cast<unsigned>(Digits(text, 4, 2))),
      std::chrono::day(static_cast<unsigned>(Digits(text, 6, 2))));
  if (!day.ok() || day.year() < std::chrono::year(0) || hour < 0 || hour > 23 || minute < 0 ||
      minute > 59 || second < 0 || second > 60) {
    return std::nullopt;
  }
  return std::chrono::sys_seconds(std::chrono::sys_days(day)).time_since_epoch().count() +
         hour * 3600 + minute * 60 + second;
}

// The same of `Sun, 30 Aug 2015 12:36:00 GMT`, which a Date header may have.
std::optional<int64_t> ReadHttpTime(const std::string& text) {
  std::tm time{};
  const char* const end = strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &time);
  return end != nullptr && *end == '\0' ? std::optional<int64_t>(timegm(&time)) : std::nullopt;
}

base::Result<void> SetDate(std::string text, SignatureClaim& claim) {
  constexpr int64_t kMicros = 1'000'000;
  if (const std::optional<int64_t> seconds = ReadBasicTime(text)) {
    claim.signed_micros = *seconds * kMicros;
    claim.date_time = std::move(text);
    return {};
  }
  const std::optional<int64_t> seconds = ReadHttpTime(text);
  if (!seconds) {
    return Incomplete("Date must be in ISO-8601 'basic format'. Got '" + text +
                      "'. See http://en.wikipedia.org/wiki/ISO_8601");
  }
  claim.signed_micros = *seconds * kMicros;
  claim.date_time = AmzDateTime(claim.signed_micros);
  return {};
}

base::Result<void> SetCredential(std::string_view text, SignatureClaim& claim) {
  std::array<std::string_view, kScopeParts> parts;
  size_t count = 0;
  std::string_view rest = text;
  bool more = true;
  while (more) {
    more = rest.find('/') != std::string_view::npos;
    const std::string_view part = Take(rest, "/");
    if (count < kScopeParts) {
      parts[count] = part;
    }
    ++count;
  }
  if (count != kScopeParts) {
    return Incomplete(
        "Credential must have exactly 5 slash-delimited elements, e.g. "
        "keyid/date/region/service/term, got '" +
        std::string(text) + "'");
  }
  if (parts[4] != kTerminator) {
    return Invalid("Credential should be scoped with a valid terminator: 'aws4_request', not '" +
                   std::string(parts[4]) + "'.");
  }
  claim.access_key_id = parts[0];
  claim.scope = {std::string(parts[1]), std::string(parts[2]), std::string(parts[3])};
  if (claim.scope.date != std::string_view(claim.date_time).substr(0, kDateBytes)) {
    return Invalid(
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from "
        "HTTP: '" +
        claim.scope.date + "' != '" + claim.date_time.substr(0, kDateBytes) + "', from '" +
        claim.date_time + "'.");
  }
  return {};
}

// Makes the canonical request of the headers that the list names. What a signature must cover, so
// that it stands for one call to one server only, has to be among them.
base::Result<void> SetCanonical(const SignedHead& head, std::string_view names,
                                SignatureClaim& claim) {
  constexpr size_t kUsualHeaders = 16;
  constexpr size_t kUsualBytes = 1024;
  bool host = false;
  bool target = Find(head.headers, "x-amz-target") == nullptr;
  std::vector<HeaderView> covered;
  covered.reserve(kUsualHeaders);
  while (!names.empty()) {
    const std::string_view name = Take(names, ";");
    host = host || SameName(name, "host");
    target = target || SameName(name, "x-amz-target");
    for (const HeaderView& header : head.headers) {
      if (SameName(header.name, name)) {
        covered.push_back(header);
      }
    }
    if (covered.size() > head.headers.size()) {
      break;  // a name comes twice, which no signer does: it will not match
    }
  }
  if (!host) {
    return Invalid("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  }
  if (!target) {
    return Invalid("'X-Amz-Target' must be a 'SignedHeader' in the AWS Authorization.");
  }
  claim.canonical.reserve(kUsualBytes);
  AppendCanonicalRequest({.method = head.method,
                          .path = head.path,
                          .query = head.query,
                          .headers = std::move(covered),
                          .payload_hash = {}},
                         claim.canonical);
  return {};
}

base::Result<void> SetExpiry(std::string_view query, SignatureClaim& claim) {
  claim.expires_seconds = kDefaultExpiresSeconds;
  const std::optional<std::string> text = QueryValue(query, "X-Amz-Expires");
  if (!text) {
    return {};
  }
  const char* const last = text->data() + text->size();
  const auto [end, error] = std::from_chars(text->data(), last, claim.expires_seconds);
  if (error != std::errc() || end != last || claim.expires_seconds < 1 ||
      claim.expires_seconds > kMostExpiresSeconds) {
    return Incomplete("X-Amz-Expires must be a number of seconds from 1 to 604800, got '" + *text +
                      "'");
  }
  return {};
}

base::Result<void> CheckPayloadHash(const SignatureClaim& claim, bool secure_transport) {
  if (claim.payload_hash == kUnsignedPayload && !secure_transport) {
    return Invalid(
        "X-Amz-Content-Sha256 must not be 'UNSIGNED-PAYLOAD' on a connection without TLS.");
  }
  return {};
}

}  // namespace

base::Error MissingAuthenticationToken() {
  return Error{ErrorCode::kMissingAuthenticationToken,
               "Request must contain either a valid (registered) AWS access key ID or X.509 "
               "certificate."};
}

base::Result<void> CheckSignatureForm(const SignatureForm& form) {
  if (IsPresigned(form.query)) {
    if (form.has_authorization) {
      return Invalid(
          "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP "
          "header.");
    }
    STATOR_RETURN_IF_ERROR(ReadQuery(form.query));
    return {};
  }
  if (!form.has_authorization || form.authorization.empty()) {
    return MissingAuthenticationToken();
  }
  STATOR_RETURN_IF_ERROR(CheckHeader(form.authorization, form.has_date));
  return {};
}

base::Result<SignatureClaim> ReadSignature(const SignedHead& head) {
  STATOR_ASSIGN_OR_RETURN(Parts parts, ReadParts(head));
  SignatureClaim claim;
  STATOR_RETURN_IF_ERROR(SetDate(std::move(parts.date), claim));
  STATOR_RETURN_IF_ERROR(SetCredential(parts.credential, claim));
  if (IsPresigned(head.query)) {
    STATOR_RETURN_IF_ERROR(SetExpiry(head.query, claim));
    claim.session_token = QueryValue(head.query, "X-Amz-Security-Token").value_or("");
    claim.payload_hash = QueryValue(head.query, "X-Amz-Content-Sha256").value_or("");
  }
  const auto take = [&head](std::string_view name, std::string& text) {
    const HeaderView* const header = Find(head.headers, name);
    if (text.empty() && header != nullptr) {
      text = Trim(header->value);
    }
  };
  take("x-amz-security-token", claim.session_token);
  take("x-amz-content-sha256", claim.payload_hash);
  STATOR_RETURN_IF_ERROR(CheckPayloadHash(claim, head.secure_transport));
  claim.signature = std::move(parts.signature);
  STATOR_RETURN_IF_ERROR(SetCanonical(head, parts.signed_headers, claim));
  return claim;
}

}  // namespace stator::auth
