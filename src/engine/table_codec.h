#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "engine/stream.h"
#include "engine/table.h"

namespace stator::engine {

// The bytes of a catalog row: a version byte, then every member of Table in the order of
// `docs/catalog_format.md`.
std::string EncodeTable(const Table& table);

// Reads what EncodeTable wrote. Fails with kCorruption when the bytes are of an unknown version,
// cut short, too long, or hold a value that no Table can have.
base::Result<Table> DecodeTable(std::string_view bytes);

// The same for the row of a stream that has ended.
std::string EncodeStream(const Stream& stream);
base::Result<Stream> DecodeStream(std::string_view bytes);

}  // namespace stator::engine
