#include "auth/canonical_request.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace stator::auth {

namespace {

// A header with its name in lower case and its value in canonical form.
struct CanonicalHeader {
  std::string name;
  std::string value;
};

std::string LowerCase(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return lower;
}

std::string CollapseSpaces(std::string_view value) {
  std::string out;
  out.reserve(value.size());
  for (const char c : value) {
    const bool space = c == ' ' || c == '\t';
    if (!space) {
      out.push_back(c);
    } else if (!out.empty() && out.back() != ' ') {
      out.push_back(' ');
    }
  }
  if (!out.empty() && out.back() == ' ') {
    out.pop_back();
  }
  return out;
}

// Sorted by name; values of one name stay in the request's order.
std::vector<CanonicalHeader> CanonicalHeaders(std::span<const HeaderView> headers) {
  std::vector<CanonicalHeader> sorted;
  sorted.reserve(headers.size());
  for (const HeaderView& header : headers) {
    sorted.push_back({LowerCase(header.name), CollapseSpaces(header.value)});
  }
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const CanonicalHeader& left, const CanonicalHeader& right) {
                     return left.name < right.name;
                   });
  std::vector<CanonicalHeader> joined;
  joined.reserve(sorted.size());
  for (CanonicalHeader& header : sorted) {
    if (!joined.empty() && joined.back().name == header.name) {
      joined.back().value.append(",").append(header.value);
    } else {
      joined.push_back(std::move(header));
    }
  }
  return joined;
}

void AppendNames(std::span<const CanonicalHeader> headers, std::string& out) {
  for (size_t i = 0; i < headers.size(); ++i) {
    out.append(i == 0 ? "" : ";").append(headers[i].name);
  }
}

bool IsUnreserved(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

std::string UriEncode(std::string_view text, bool keep_slash) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (IsUnreserved(c) || (keep_slash && c == '/')) {
      out.push_back(c);
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out.push_back('%');
    out.push_back(kHex[byte >> 4]);
    out.push_back(kHex[byte & 15]);
  }
  return out;
}

std::optional<int> HexValue(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  if (c >= 'a' && c <= 'f') {
    return c - 'a' + 10;
  }
  if (c >= 'A' && c <= 'F') {
    return c - 'A' + 10;
  }
  return std::nullopt;
}

// Undoes percent encoding; a percent sign that starts no escape stands for itself.
std::string UriDecode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      const std::optional<int> high = HexValue(text[i + 1]);
      const std::optional<int> low = HexValue(text[i + 2]);
      if (high.has_value() && low.has_value()) {
        out.push_back(static_cast<char>(*high * 16 + *low));
        i += 2;
        continue;
      }
    }
    out.push_back(text[i]);
  }
  return out;
}

std::string CanonicalQuery(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> parameters;
  while (!query.empty()) {
    const size_t end = std::min(query.find('&'), query.size());
    const std::string_view parameter = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (parameter.empty()) {
      continue;
    }
    const size_t equals = std::min(parameter.find('='), parameter.size());
    const std::string_view value = parameter.substr(std::min(equals + 1, parameter.size()));
    parameters.emplace_back(UriEncode(UriDecode(parameter.substr(0, equals)), false),
                            UriEncode(UriDecode(value), false));
  }
  std::sort(parameters.begin(), parameters.end());
  std::string out;
  for (const auto& [name, value] : parameters) {
    out.append(out.empty() ? "" : "&").append(name).append("=").append(value);
  }
  return out;
}

}  // namespace

std::string SignedHeaders(std::span<const HeaderView> headers) {
  std::string out;
  AppendNames(CanonicalHeaders(headers), out);
  return out;
}

std::string CanonicalRequest(const SignableRequest& request) {
  const std::vector<CanonicalHeader> headers = CanonicalHeaders(request.headers);
  std::string out;
  out.reserve(512);
  out.append(request.method).append("\n");
  out.append(UriEncode(request.path, true)).append("\n");
  out.append(CanonicalQuery(request.query)).append("\n");
  for (const CanonicalHeader& header : headers) {
    out.append(header.name).append(":").append(header.value).append("\n");
  }
  out.append("\n");
  AppendNames(headers, out);
  out.append("\n").append(request.payload_hash);
  return out;
}

}  // namespace stator::auth
