#pragma once

#include <string>

#include "auth/hasher.h"
#include "base/result.h"

namespace stator::auth {

// The key that all secrets of a server are encrypted under: 32 random bytes, in a file of its own
// as 64 hexadecimal characters, readable by its owner only.

// Reads the key. Fails, with a text for people: kResourceNotFound when there is no file, kIo when
// it cannot be read, is no key, or is open to others than its owner.
base::Result<Digest> ReadKeyFile(const std::string& path);

// Makes a key and a file of it, which must not exist. The file is durable when this returns.
base::Result<Digest> CreateKeyFile(const std::string& path);

// A key for one purpose, derived of the file's, so that no key serves two.
Digest DeriveKey(const Digest& key, std::string_view purpose);

}  // namespace stator::auth
