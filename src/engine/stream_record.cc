#include "engine/stream_record.h"

#include <utility>

#include "model/attribute_value.h"
#include "storage/record.h"

namespace stator::engine {
namespace {

constexpr uint8_t kVersion = 1;
// The second byte: the event, and what is there.
constexpr uint8_t kEventMask = 0x03;
constexpr uint8_t kByService = 0x04;
constexpr uint8_t kHasOld = 0x08;
constexpr uint8_t kHasNew = 0x10;
constexpr uint8_t kHasKeys = 0x20;
constexpr uint8_t kAllFlags = 0x3F;

constexpr std::optional<std::string_view> kNoImage;
constexpr size_t kTimeBytes = 8;
constexpr size_t kSizeBytes = 4;

void AppendInteger(uint64_t value, size_t bytes, std::string& out) {
  for (size_t i = bytes; i-- > 0;) {
    out.push_back(static_cast<char>(value >> (8 * i)));
  }
}

// Removes an integer from the front; nullopt when there are not enough bytes.
std::optional<uint64_t> TakeInteger(size_t bytes, std::string_view& rest) {
  if (rest.size() < bytes) {
    return std::nullopt;
  }
  uint64_t value = 0;
  for (const char byte : rest.substr(0, bytes)) {
    value = (value << 8) | static_cast<uint8_t>(byte);
  }
  rest.remove_prefix(bytes);
  return value;
}

void AppendImage(const std::optional<std::string_view>& image, std::string& out) {
  if (image) {
    AppendInteger(image->size(), kSizeBytes, out);
    out += *image;
  }
}

// Removes an image, if there has to be one, from the front. False when there is not.
bool TakeImage(bool is_there, std::optional<std::string_view>& image, std::string_view& rest) {
  if (!is_there) {
    return true;
  }
  const std::optional<uint64_t> size = TakeInteger(kSizeBytes, rest);
  if (!size || *size > rest.size()) {
    return false;
  }
  image = rest.substr(0, *size);
  rest.remove_prefix(*size);
  return true;
}

base::Error Damaged() {
  return {base::ErrorCode::kCorruption, "a record of a stream does not decode"};
}

std::string KeyRecord(const model::Item& item, const model::KeySchema& key) {
  model::Item keys;
  for (const auto* attributes : {&key.partition, &key.sort}) {
    for (const model::KeyAttribute& attribute : *attributes) {
      if (const model::AttributeValue* value = item.Find(attribute.name)) {
        keys.Set(attribute.name, *value);
      }
    }
  }
  return storage::EncodeRecord(keys);
}

base::Result<std::string> KeyRecord(std::string_view record, const model::KeySchema& key) {
  model::Item keys;
  for (const auto* attributes : {&key.partition, &key.sort}) {
    for (const model::KeyAttribute& attribute : *attributes) {
      STATOR_ASSIGN_OR_RETURN(std::optional<model::AttributeValue> value,
                              storage::FindInRecord(record, attribute.name));
      if (!value) {
        return Damaged();
      }
      keys.Set(attribute.name, *std::move(value));
    }
  }
  return storage::EncodeRecord(keys);
}

}  // namespace

std::string EncodeStreamRecord(const StreamChange& change) {
  const StreamViewType view = change.view;
  const bool wants_old =
      view == StreamViewType::kOldImage || view == StreamViewType::kNewAndOldImages;
  const bool wants_new =
      view == StreamViewType::kNewImage || view == StreamViewType::kNewAndOldImages;
  // References: GCC 12 takes a copied empty one for one that is read.
  const std::optional<std::string_view>& old_image = wants_old ? change.before : kNoImage;
  const std::optional<std::string_view>& new_image = wants_new ? change.after : kNoImage;
  std::optional<std::string> keys;
  if (!old_image && !new_image) {
    keys = KeyRecord(change.item, change.key);
  }
  const StreamEvent event = !change.before  ? StreamEvent::kInsert
                            : !change.after ? StreamEvent::kRemove
                                            : StreamEvent::kModify;
  uint8_t flags = static_cast<uint8_t>(event);
  flags |= change.by_service ? kByService : 0;
  flags |= old_image ? kHasOld : 0;
  flags |= new_image ? kHasNew : 0;
  flags |= keys ? kHasKeys : 0;
  std::string out;
  out.reserve(2 + kTimeBytes + 3 * kSizeBytes + old_image.value_or("").size() +
              new_image.value_or("").size() + (keys ? keys->size() : 0));
  out.push_back(static_cast<char>(kVersion));
  out.push_back(static_cast<char>(flags));
  AppendInteger(static_cast<uint64_t>(change.now_micros), kTimeBytes, out);
  AppendImage(old_image, out);
  AppendImage(new_image, out);
  AppendImage(keys ? std::optional<std::string_view>(*keys) : kNoImage, out);
  return out;
}

base::Result<StreamRecordView> DecodeStreamRecord(std::string_view bytes) {
  StreamRecordView record;
  const std::optional<uint64_t> version = TakeInteger(1, bytes);
  const uint64_t flags = TakeInteger(1, bytes).value_or(0);
  const std::optional<uint64_t> micros = TakeInteger(kTimeBytes, bytes);
  const bool has_image = (flags & (kHasOld | kHasNew)) != 0;
  const bool has_keys = (flags & kHasKeys) != 0;
  if (version != kVersion || (flags & kEventMask) == 0 || (flags & ~uint64_t{kAllFlags}) != 0 ||
      !micros || has_image == has_keys ||
      !TakeImage((flags & kHasOld) != 0, record.old_image, bytes) ||
      !TakeImage((flags & kHasNew) != 0, record.new_image, bytes) ||
      !TakeImage(has_keys, record.keys, bytes) || !bytes.empty()) {
    return Damaged();
  }
  record.event = static_cast<StreamEvent>(flags & kEventMask);
  record.by_service = (flags & kByService) != 0;
  record.created_micros = static_cast<int64_t>(*micros);
  return record;
}

base::Result<std::string> KeysOf(const StreamRecordView& record, const model::KeySchema& key) {
  if (record.keys) {
    return std::string(*record.keys);
  }
  return KeyRecord(record.new_image ? *record.new_image : *record.old_image, key);
}

}  // namespace stator::engine
