#include "server/authorization_header.h"

#include <array>
#include <string>

#include "server/ascii.h"

namespace stator::server {

namespace {

constexpr std::string_view kScheme = "AWS4-HMAC-SHA256";

// Appends `text` as the inside of a JSON string. Control characters cannot occur in a header.
void AppendEscaped(std::string_view text, std::string& out) {
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out.push_back('\\');
    }
    if (c == '\t') {
      out.append("\\t");
    } else if (static_cast<unsigned char>(c) < 0x80) {
      out.push_back(c);
    } else {
      out.push_back('?');  // headers have no character set, and JSON has to be UTF-8
    }
  }
}

api::Response Refusal(std::string_view type, std::string_view message) {
  std::string body = R"({"__type":"com.amazon.coral.service#)";
  body.append(type).append(R"(","message":")");
  AppendEscaped(message, body);
  body.append("\"}");
  return {.status = 400, .body = std::move(body)};
}

// The parts of an Authorization header that must be there.
struct Parameters {
  bool credential = false;
  bool signature = false;
  bool signed_headers = false;
};

// Reads `Credential=..., SignedHeaders=..., Signature=...`, with or without spaces (W18). Returns
// the first part that is not a pair, or an empty view.
std::string_view ReadParameters(std::string_view rest, Parameters& parameters) {
  while (!rest.empty()) {
    std::string_view part = TakePart(rest, ',');
    // A space within a part separates, too: `Credential= AKID` is two parts.
    while (!part.empty()) {
      const std::string_view pair = TakePart(part, ' ');
      part = TrimBlanks(part);
      const size_t equal = pair.find('=');
      if (equal == std::string_view::npos) {
        return pair;
      }
      const std::string_view name = pair.substr(0, equal);
      const bool has_value = equal + 1 < pair.size();
      parameters.credential |= name == "Credential" && has_value;
      parameters.signature |= name == "Signature" && has_value;
      parameters.signed_headers |= name == "SignedHeaders" && has_value;
    }
  }
  return {};
}

std::optional<api::Response> RefuseHeader(const RequestHead& head) {
  Parameters parameters;
  const std::string_view header = head.authorization;
  if (header.starts_with(kScheme)) {
    const std::string_view bad_pair = ReadParameters(header.substr(kScheme.size()), parameters);
    if (!bad_pair.empty()) {
      return Refusal("IncompleteSignatureException",
                     "'" + std::string(bad_pair) +
                         "' not a valid key=value pair (missing equal-sign) in Authorization "
                         "header: '" +
                         std::string(header) + "'.");
    }
  }
  std::string message;
  const auto require = [&message](bool present, std::string_view text) {
    if (!present) {
      message.append("Authorization header requires ").append(text).append(" ");
    }
  };
  require(parameters.credential, "'Credential' parameter.");
  require(parameters.signature, "'Signature' parameter.");
  require(parameters.signed_headers, "'SignedHeaders' parameter.");
  require(head.has_date, "existence of either a 'X-Amz-Date' or a 'Date' header.");
  if (message.empty()) {
    return std::nullopt;
  }
  return Refusal("IncompleteSignatureException", message.append("Authorization=").append(header));
}

bool QueryHas(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const std::string_view pair = TakePart(query, '&');
    if (pair.substr(0, pair.find('=')) == name) {
      return true;
    }
  }
  return false;
}

std::optional<api::Response> RefuseQuery(std::string_view query) {
  constexpr std::array<std::string_view, 4> kRequired = {"X-Amz-Credential", "X-Amz-Signature",
                                                         "X-Amz-SignedHeaders", "X-Amz-Date"};
  std::string message;
  for (const std::string_view name : kRequired) {
    if (!QueryHas(query, name)) {
      message.append("AWS query-string parameters must include '").append(name).append("'. ");
    }
  }
  if (message.empty()) {
    return std::nullopt;
  }
  return Refusal("IncompleteSignatureException",
                 message.append("Re-examine the query-string parameters."));
}

}  // namespace

std::optional<api::Response> RefuseUnsigned(const RequestHead& head) {
  const bool presigned = QueryHas(head.query, "X-Amz-Algorithm");
  if (presigned && head.has_authorization) {
    return Refusal("InvalidSignatureException",
                   "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as "
                   "HTTP header.");
  }
  if (presigned) {
    return RefuseQuery(head.query);
  }
  if (!head.has_authorization || head.authorization.empty()) {
    return Refusal("MissingAuthenticationTokenException",
                   "Request must contain either a valid (registered) AWS access key ID or X.509 "
                   "certificate.");
  }
  return RefuseHeader(head);
}

}  // namespace stator::server
