#include "cli/bench/response_parser.h"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace stator::cli::bench {

namespace {

constexpr size_t kMaxHeadBytes = 64 * 1024;
constexpr std::string_view kHeadEnd = "\r\n\r\n";

// `lower` is in lower case.
bool EqualsIgnoringCase(std::string_view text, std::string_view lower) {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(), [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
  });
}

std::string_view Trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
    text.remove_prefix(1);
  }
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) {
    text.remove_suffix(1);
  }
  return text;
}

template <typename Integer>
bool ParseInteger(std::string_view text, Integer& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

ResponseParser::Progress ResponseParser::Advance(std::string_view received) {
  if (body_offset_ == 0) {
    const size_t end = received.find(kHeadEnd, searched_);
    if (end == std::string_view::npos) {
      searched_ = received.size() - std::min(received.size(), kHeadEnd.size() - 1);
      return received.size() > kMaxHeadBytes ? Progress::kMalformed : Progress::kIncomplete;
    }
    if (!ParseHead(received.substr(0, end))) {
      return Progress::kMalformed;
    }
    body_offset_ = end + kHeadEnd.size();
  }
  if (received.size() < body_offset_ + body_size_) {
    return Progress::kIncomplete;
  }
  // Nothing was pipelined, so nothing may follow.
  return received.size() == body_offset_ + body_size_ ? Progress::kComplete : Progress::kMalformed;
}

bool ResponseParser::ParseHead(std::string_view head) {
  constexpr std::string_view kVersion = "HTTP/1.1 ";
  constexpr size_t kStatusDigits = 3;
  size_t line_end = std::min(head.find("\r\n"), head.size());
  const std::string_view status_line = head.substr(0, line_end);
  if (!status_line.starts_with(kVersion) ||
      !ParseInteger(status_line.substr(kVersion.size(), kStatusDigits), status_) || status_ < 200) {
    return false;
  }
  while (line_end < head.size()) {
    head.remove_prefix(line_end + 2);
    line_end = std::min(head.find("\r\n"), head.size());
    if (!ParseHeader(head.substr(0, line_end))) {
      return false;
    }
  }
  return has_length_;
}

bool ResponseParser::ParseHeader(std::string_view line) {
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos) {
    return false;
  }
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = Trim(line.substr(colon + 1));
  if (EqualsIgnoringCase(name, "content-length")) {
    const bool first = !has_length_;
    has_length_ = true;
    return first && ParseInteger(value, body_size_);
  }
  if (EqualsIgnoringCase(name, "connection")) {
    close_ = EqualsIgnoringCase(value, "close");
  }
  return !EqualsIgnoringCase(name, "transfer-encoding");
}

}  // namespace stator::cli::bench
