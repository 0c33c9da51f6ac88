#include "auth/canonical_request.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace stator::auth {

namespace {

constexpr size_t kUsualHeaders = 16;

char LowerCase(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool NameLess(const HeaderView* left, const HeaderView* right) {
  return std::lexicographical_compare(left->name.begin(), left->name.end(), right->name.begin(),
                                      right->name.end(),
                                      [](char a, char b) { return LowerCase(a) < LowerCase(b); });
}

// Sorted by name; values of one name stay in the request's order.
std::vector<const HeaderView*> Sorted(std::span<const HeaderView> headers) {
  std::vector<const HeaderView*> sorted;
  sorted.reserve(std::max(headers.size(), kUsualHeaders));
  for (const HeaderView& header : headers) {
    sorted.insert(std::upper_bound(sorted.begin(), sorted.end(), &header, NameLess), &header);
  }
  return sorted;
}

void AppendName(std::string_view name, std::string& out) {
  for (const char c : name) {
    out.push_back(LowerCase(c));
  }
}

// Trims the value and makes each run of blanks one space.
void AppendValue(std::string_view value, std::string& out) {
  bool pending = false;
  const size_t start = out.size();
  for (const char c : value) {
    if (c == ' ' || c == '\t') {
      pending = true;
      continue;
    }
    if (pending && out.size() > start) {
      out.push_back(' ');
    }
    pending = false;
    out.push_back(c);
  }
}

void AppendNames(std::span<const HeaderView* const> sorted, std::string& out) {
  for (size_t i = 0; i < sorted.size(); ++i) {
    const bool first = i == 0;
    if (first || NameLess(sorted[i - 1], sorted[i])) {
      out.append(first ? "" : ";");
      AppendName(sorted[i]->name, out);
    }
  }
}

void AppendHeaders(std::span<const HeaderView* const> sorted, std::string& out) {
  for (size_t i = 0; i < sorted.size(); ++i) {
    if (i > 0 && !NameLess(sorted[i - 1], sorted[i])) {
      out.back() = ',';  // in place of the line's end
    } else {
      AppendName(sorted[i]->name, out);
      out.push_back(':');
    }
    AppendValue(sorted[i]->value, out);
    out.push_back('\n');
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

}  // namespace

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

namespace {

// The parameters sorted, but for the signature of a presigned request.
std::string CanonicalQuery(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> parameters;
  while (!query.empty()) {
    const size_t end = std::min(query.find('&'), query.size());
    const std::string_view parameter = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (parameter.empty() || parameter.starts_with("X-Amz-Signature=")) {
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
  AppendNames(Sorted(headers), out);
  return out;
}

void AppendCanonicalRequest(const SignableRequest& request, std::string& out) {
  const std::vector<const HeaderView*> headers = Sorted(request.headers);
  out.append(request.method).append("\n");
  out.append(UriEncode(request.path, true)).append("\n");
  out.append(CanonicalQuery(request.query)).append("\n");
  AppendHeaders(headers, out);
  out.append("\n");
  AppendNames(headers, out);
  out.append("\n").append(request.payload_hash);
}

std::string CanonicalRequest(const SignableRequest& request) {
  constexpr size_t kUsualBytes = 1024;
  std::string out;
  out.reserve(kUsualBytes);
  AppendCanonicalRequest(request, out);
  return out;
}

}  // namespace stator::auth
