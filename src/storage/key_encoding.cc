#include "storage/key_encoding.h"

#include <string_view>
#include <utility>

#include "base/check.h"

namespace stator::storage {
namespace {

// A byte 0x00 within a component, and a component's end. The end sorts first.
constexpr std::string_view kEscapedZero("\x00\xFF", 2);
constexpr std::string_view kComponentEnd("\x00\x00", 2);

// The bytes of a string or binary; nullopt for a number.
std::optional<std::string_view> KeyBytes(const model::AttributeValue& value) {
  if (const auto* string = value.Get<std::string>()) {
    return *string;
  }
  if (const auto* binary = value.Get<model::Binary>()) {
    return binary->bytes;
  }
  STATOR_CHECK(value.is_number());
  return std::nullopt;
}

void AppendVarint(std::string& out, size_t value) {
  while (value >= 0x80) {
    out.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<char>(value));
}

void AppendEscaped(std::string& out, std::string_view bytes) {
  for (size_t zero = bytes.find('\0'); zero != std::string_view::npos; zero = bytes.find('\0')) {
    out.append(bytes.substr(0, zero));
    out.append(kEscapedZero);
    bytes.remove_prefix(zero + 1);
  }
  out.append(bytes);
}

}  // namespace

void AppendTerminated(std::string& out, std::string_view bytes) {
  AppendEscaped(out, bytes);
  out.append(kComponentEnd);
}

void AppendPartitionKey(std::string& out, const model::AttributeValue& value) {
  out.push_back(static_cast<char>(value.type()));
  if (const auto bytes = KeyBytes(value)) {
    AppendVarint(out, bytes->size());
    out.append(*bytes);
  } else {
    value.Get<model::Number>()->AppendKeyTo(out);
  }
}

void AppendSortKey(std::string& out, const model::AttributeValue& value, bool last) {
  const auto bytes = KeyBytes(value);
  if (!bytes) {
    value.Get<model::Number>()->AppendKeyTo(out);
  } else if (last) {
    out.append(*bytes);
  } else {
    AppendTerminated(out, *bytes);
  }
}

void AppendSortKeyAfter(std::string& out, const model::AttributeValue& value, bool last) {
  AppendSortKey(out, value, last);
  if (last) {
    out.push_back('\0');  // nothing lies between bytes and the same bytes with a zero
    return;
  }
  // Neither a component's end nor a number is all 0xFF.
  std::optional<std::string> successor = PrefixSuccessor(std::move(out));
  STATOR_CHECK(successor.has_value());
  out = *std::move(successor);
}

void AppendSortKeyPrefix(std::string& out, const model::AttributeValue& value, bool last) {
  const auto bytes = KeyBytes(value);
  STATOR_CHECK(bytes.has_value());
  if (last) {
    out.append(*bytes);
  } else {
    AppendEscaped(out, *bytes);
  }
}

std::optional<std::string> PrefixSuccessor(std::string prefix) {
  while (!prefix.empty() && prefix.back() == '\xFF') {
    prefix.pop_back();
  }
  if (prefix.empty()) {
    return std::nullopt;
  }
  prefix.back() = static_cast<char>(prefix.back() + 1);
  return prefix;
}

}  // namespace stator::storage
