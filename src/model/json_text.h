#pragma once

#include <optional>
#include <string>
#include <string_view>

// The pieces of JSON text that every answer is made of.
namespace stator::model {

// Appends the text as a JSON string with its quotes. REQUIRES: valid UTF-8.
void AppendJsonString(std::string_view text, std::string& out);

// Appends the padded base64 form of the bytes, without quotes: it needs no escapes.
void AppendBase64(std::string_view bytes, std::string& out);

// The bytes behind padded base64 text, or nothing when the text is not exactly that (W12).
std::optional<std::string> DecodeBase64(std::string_view text);

}  // namespace stator::model
