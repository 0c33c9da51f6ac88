#include "model/json_text.h"

#include <array>
#include <cstdint>
#include <cstring>

namespace stator::model {
namespace {

constexpr uint64_t kOnes = 0x0101010101010101;
constexpr uint64_t kHighBits = 0x8080808080808080;
constexpr size_t kWordBytes = sizeof(uint64_t);

// Whether a byte of the word is zero.
constexpr uint64_t ZeroBytes(uint64_t word) { return (word - kOnes) & ~word & kHighBits; }

bool NeedsEscape(char c) { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\'; }

// NeedsEscape of any of eight bytes. May say yes for the byte behind one that needs it, never no.
bool WordNeedsEscape(const char* bytes) {
  uint64_t word = 0;
  std::memcpy(&word, bytes, kWordBytes);
  const uint64_t below_space = (word - kOnes * 0x20) & ~word & kHighBits;
  return (below_space | ZeroBytes(word ^ (kOnes * '"')) | ZeroBytes(word ^ (kOnes * '\\'))) != 0;
}

// The length of the front part of `text` that needs no escape.
size_t PlainPrefix(std::string_view text) {
  size_t length = 0;
  while (length + kWordBytes <= text.size() && !WordNeedsEscape(text.data() + length)) {
    length += kWordBytes;
  }
  while (length < text.size() && !NeedsEscape(text[length])) {
    ++length;
  }
  return length;
}

void AppendEscaped(char c, std::string& out) {
  constexpr char kHex[] = "0123456789abcdef";
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\b':
      out += "\\b";
      return;
    case '\f':
      out += "\\f";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      out += "\\u00";
      out += kHex[static_cast<unsigned char>(c) >> 4];
      out += kHex[static_cast<unsigned char>(c) & 15];
  }
}

constexpr char kBase64Digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr uint8_t kNoDigit = 0xFF;

constexpr std::array<uint8_t, 256> MakeBase64Values() {
  std::array<uint8_t, 256> values{};
  values.fill(kNoDigit);
  for (uint8_t i = 0; i < 64; ++i) {
    values[static_cast<unsigned char>(kBase64Digits[i])] = i;
  }
  return values;
}
constexpr std::array<uint8_t, 256> kBase64Values = MakeBase64Values();

// The 24 bits of four digits, or a number above 24 bits when one is none.
uint32_t DecodeQuad(const char* digits) {
  uint32_t bits = 0;
  uint8_t seen = 0;
  for (int i = 0; i < 4; ++i) {
    const uint8_t value = kBase64Values[static_cast<unsigned char>(digits[i])];
    seen |= value;
    bits = (bits << 6) | (value & 63);
  }
  return (seen & 0xC0) != 0 ? UINT32_MAX : bits;
}

}  // namespace

void AppendJsonString(std::string_view text, std::string& out) {
  out += '"';
  for (;;) {
    const size_t plain = PlainPrefix(text);
    out.append(text.data(), plain);
    if (plain == text.size()) {
      break;
    }
    AppendEscaped(text[plain], out);
    text.remove_prefix(plain + 1);
  }
  out += '"';
}

void AppendBase64(std::string_view bytes, std::string& out) {
  const size_t start = out.size();
  out.resize(start + (bytes.size() + 2) / 3 * 4, '=');
  char* to = out.data() + start;
  size_t i = 0;
  const auto byte = [&](size_t at) -> uint32_t { return static_cast<unsigned char>(bytes[at]); };
  for (; i + 3 <= bytes.size(); i += 3) {
    const uint32_t bits = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
    *to++ = kBase64Digits[bits >> 18];
    *to++ = kBase64Digits[(bits >> 12) & 63];
    *to++ = kBase64Digits[(bits >> 6) & 63];
    *to++ = kBase64Digits[bits & 63];
  }
  const size_t rest = bytes.size() - i;
  if (rest == 0) {
    return;
  }
  const uint32_t bits = byte(i) << 16 | (rest == 2 ? byte(i + 1) << 8 : 0);
  to[0] = kBase64Digits[bits >> 18];
  to[1] = kBase64Digits[(bits >> 12) & 63];
  if (rest == 2) {
    to[2] = kBase64Digits[(bits >> 6) & 63];
  }
}

std::optional<std::string> DecodeBase64(std::string_view text) {
  if (text.size() % 4 != 0) {
    return std::nullopt;
  }
  if (text.empty()) {
    return std::string();
  }
  const size_t padding = text.back() != '=' ? 0 : text[text.size() - 2] == '=' ? 2 : 1;
  std::string bytes(text.size() / 4 * 3, '\0');
  char last_quad[4];
  std::memcpy(last_quad, text.data() + text.size() - 4, 4);
  for (size_t i = 4 - padding; i < 4; ++i) {
    last_quad[i] = 'A';
  }
  char* to = bytes.data();
  for (size_t i = 0; i < text.size(); i += 4) {
    const bool last = i + 4 == text.size();
    const uint32_t bits = DecodeQuad(last ? last_quad : text.data() + i);
    const uint32_t unused = !last || padding == 0 ? 0 : padding == 1 ? 0xFF : 0xFFFF;
    if (bits == UINT32_MAX || (bits & unused) != 0) {
      return std::nullopt;
    }
    *to++ = static_cast<char>(bits >> 16);
    *to++ = static_cast<char>(bits >> 8);
    *to++ = static_cast<char>(bits);
  }
  bytes.resize(bytes.size() - padding);
  return bytes;
}

}  // namespace stator::model
