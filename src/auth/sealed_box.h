#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "auth/hasher.h"

namespace stator::auth {

// A key of AES-256-GCM.
using SealingKey = Digest;

// Encrypts and authenticates: a random nonce of 12 bytes, the ciphertext, a tag of 16 bytes.
// `context` says what the text is for, and must be the same to open it. All threads may call it.
std::string Seal(const SealingKey& key, std::string_view plain, std::string_view context);

// The text, or nothing when it was not sealed with that key and context.
std::optional<std::string> Unseal(const SealingKey& key, std::string_view sealed,
                                  std::string_view context);

// Bytes that nobody can guess.
std::string RandomBytes(size_t count);

}  // namespace stator::auth
