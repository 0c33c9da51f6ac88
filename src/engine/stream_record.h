#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "engine/stream.h"
#include "model/attribute_value.h"
#include "model/table_schema.h"

// The records of streams, as they are stored in logs; docs/catalog_format.md has the bytes.
namespace stator::engine {

// What happened to an item (R2). Stored on disk.
enum class StreamEvent : uint8_t { kInsert = 1, kModify = 2, kRemove = 3 };

// A change of an item for a stream.
struct StreamChange {
  StreamViewType view = StreamViewType::kNewAndOldImages;
  const model::KeySchema& key;
  const model::Item& item;  // has the item's key, and perhaps more
  int64_t now_micros = 0;
  bool by_service = false;                      // not by a user: expired (R4)
  std::optional<std::string_view> before = {};  // encoded item; one of both is there
  std::optional<std::string_view> after = {};
};

// The record of a change: the images that the view asks for, or else the key (R3).
std::string EncodeStreamRecord(const StreamChange& change);

// A record of a stream; views into its bytes.
struct StreamRecordView {
  StreamEvent event = StreamEvent::kInsert;
  bool by_service = false;
  int64_t created_micros = 0;
  std::optional<std::string_view> old_image;  // encoded items
  std::optional<std::string_view> new_image;
  std::optional<std::string_view> keys;  // when there is no image
};

// Fails with kCorruption on anything but what EncodeStreamRecord makes.
base::Result<StreamRecordView> DecodeStreamRecord(std::string_view bytes);

// The encoded key of the item that a record is about.
base::Result<std::string> KeysOf(const StreamRecordView& record, const model::KeySchema& key);

}  // namespace stator::engine
