#include "server/response_writer.h"

#include <array>
#include <charconv>
#include <ctime>

#include <zlib.h>

namespace stator::server {

namespace {

constexpr size_t kHeadBytes = 1024;     // more than what usually stands before a body
constexpr size_t kRequestIdChars = 52;  // as the service: 256 bits in base 32

std::string_view StatusLine(int status) {
  switch (status) {
    case 200:
      return "HTTP/1.1 200 OK\r\n";
    case 400:
      return "HTTP/1.1 400 Bad Request\r\n";
    case 403:
      return "HTTP/1.1 403 Forbidden\r\n";
    case 404:
      return "HTTP/1.1 404 Not Found\r\n";
    case 409:
      return "HTTP/1.1 409 Conflict\r\n";
    case 413:
      return "HTTP/1.1 413 Content Too Large\r\n";
    case 421:
      return "HTTP/1.1 421 Misdirected Request\r\n";
    case 503:
      return "HTTP/1.1 503 Service Unavailable\r\n";
    default:
      return "HTTP/1.1 500 Internal Server Error\r\n";
  }
}

void AppendNumber(uint64_t number, std::string& out) {
  std::array<char, 20> digits;  // NOLINT(cppcoreguidelines-pro-type-member-init): written next
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

void AppendCors(const CorsHeaders& cors, std::string& out) {
  out.append("\r\nAccess-Control-Allow-Origin: ").append(cors.allow_origin);
  if (cors.allow_origin != "*") {
    out.append("\r\nVary: Origin");
  }
  out.append(
      "\r\nAccess-Control-Expose-Headers: x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,"
      "x-amz-crc32,Date");
  if (cors.preflight) {
    out.append("\r\nAccess-Control-Max-Age: 172800");
    if (!cors.methods.empty()) {
      out.append("\r\nAccess-Control-Allow-Methods: ").append(cors.methods);
    }
    if (!cors.headers.empty()) {
      out.append("\r\nAccess-Control-Allow-Headers: ").append(cors.headers);
    }
  }
}

}  // namespace

uint32_t Checksum(std::string_view body) {
  return static_cast<uint32_t>(
      crc32_z(0, reinterpret_cast<const Bytef*>(body.data()), body.size()));
}

void ResponseWriter::Append(const Reply& reply, std::string& out) {
  out.reserve(out.size() + kHeadBytes + reply.body.size());
  AppendHead(reply, out);
  if (!reply.omit_body) {
    out.append(reply.body);
  }
}

void ResponseWriter::AppendHead(const Reply& reply, std::string& out) {
  out.append(StatusLine(reply.status));
  out.append("Server: Stator\r\nDate: ");
  AppendDate(out);
  out.append("\r\nContent-Type: ").append(reply.content_type);
  out.append("\r\nContent-Length: ");
  AppendNumber(reply.body.size(), out);
  out.append(reply.keep_alive ? "\r\nConnection: keep-alive" : "\r\nConnection: close");
  out.append("\r\nx-amzn-RequestId: ");
  AppendRequestId(out);
  out.append("\r\nx-amz-crc32: ");
  AppendNumber(reply.checksum ? *reply.checksum
                              : Checksum(reply.omit_body ? std::string_view() : reply.body),
               out);
  if (reply.coding != ContentCoding::kIdentity) {
    out.append("\r\nContent-Encoding: ").append(ContentCodingName(reply.coding));
  }
  if (!reply.cors.allow_origin.empty()) {
    AppendCors(reply.cors, out);
  }
  out.append("\r\n\r\n");
}

void ResponseWriter::AppendDate(std::string& out) {
  const int64_t second = clock_.NowMicros() / 1'000'000;
  if (second != date_second_) {
    date_second_ = second;
    const std::time_t time = second;
    std::tm parts{};
    gmtime_r(&time, &parts);
    std::array<char, 40> text{};
    date_.assign(text.data(),
                 strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts));
  }
  out.append(date_);
}

void ResponseWriter::AppendRequestId(std::string& out) {
  constexpr std::string_view kAlphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUV";
  constexpr size_t kCharsPerDraw = 12;   // of five bits each
  std::array<char, kRequestIdChars> id;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled
  uint64_t bits = 0;
  for (size_t i = 0; i < id.size(); ++i) {
    bits = i % kCharsPerDraw == 0 ? random_.Next() : bits >> 5;
    id[i] = kAlphabet[bits & 31];
  }
  out.append(id.data(), id.size());
}

}  // namespace stator::server
