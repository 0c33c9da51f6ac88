#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "model/attribute_value.h"
#include "storage/record_reader.h"

// An item, or a part of one, as bytes: the value of item rows and index rows. The encoding is
// canonical: equal items have equal bytes. `docs/storage_format.md` has the format, which is stored
// on disk. Whatever the bytes, reading them gives a value or kCorruption.
namespace stator::storage {

// Encodes the item with its billed size (model::ItemSizeBytes).
std::string EncodeRecord(const model::Item& item);

// The item that was encoded. Accepts what EncodeRecord makes, and nothing else, except that it
// believes the billed size, which would take a walk over the item to check.
base::Result<model::Item> DecodeRecord(std::string_view record);

// The billed size of the encoded item, from the record's header, at a constant cost.
base::Result<uint64_t> RecordSizeBytes(std::string_view record);

// The value of the item's attribute of that name. The others are only stepped over, and those
// behind it not even that.
base::Result<std::optional<model::AttributeValue>> FindInRecord(std::string_view record,
                                                                std::string_view name);

// What reading a damaged record answers.
base::Error DamagedRecordError();

// Reports a record's parts in their order, without allocating:
//
//   BeginItem(size_t count)   `count` times Name(std::string_view) and one value   EndItem()
//
// where a value is one of
//
//   String(std::string_view)  NumberValue(const model::Number&)  Binary(std::string_view)
//   Null()  Boolean(bool)
//   BeginMap(size_t count)    `count` times Name(std::string_view) and one value   EndMap()
//   BeginList(size_t count)   `count` values                                       EndList()
//   BeginSet(model::ValueType, size_t count)
//                             `count` times String, NumberValue or Binary          EndSet()
//
// The nesting is bounded (32 levels of maps and lists, and 2 to spare), and a count never exceeds
// the record's bytes, so that it may size a buffer. On kCorruption the visitor has seen a part of
// the item, perhaps followed by empty values that are not there. Views are valid as long as
// `record` is.
template <typename Visitor>
base::Result<void> VisitRecord(std::string_view record, Visitor& visitor) {
  RecordReader reader(record);
  reader.ReadHeader();
  RecordWalker<Visitor>(reader, visitor).WalkItem();
  if (reader.failed() || !reader.at_end()) {
    return DamagedRecordError();
  }
  return {};
}

}  // namespace stator::storage
