#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace stator::server {

// How a body is encoded on the wire.
enum class ContentCoding : uint8_t { kIdentity, kGzip, kDeflate };

// The coding that a Content-Encoding header names; nullopt for an unknown or empty one.
std::optional<ContentCoding> ParseContentCoding(std::string_view header);

// The coding to answer with, given an Accept-Encoding header (RFC 9110, 12.5.3): the acceptable one
// with the highest weight, gzip first among equals. kIdentity when the client names none.
ContentCoding ChooseContentCoding(std::string_view accept_encoding);

// The name as in the Content-Encoding header.
std::string_view ContentCodingName(ContentCoding coding);

// What came of decoding a body.
enum class DecodeStatus : uint8_t { kOk, kBroken, kTooLarge };

// Appends the decoded `body` to `decoded`, which never grows beyond `max_bytes`. Concatenated gzip
// members are one body, and what follows a valid one is ignored, as the service does (W13).
DecodeStatus DecodeBody(ContentCoding coding, std::string_view body, size_t max_bytes,
                        std::string& decoded);

// The encoded body, at the fastest level: the client is close.
std::string EncodeBody(ContentCoding coding, std::string_view body);

}  // namespace stator::server
