#include "engine/verify_index.h"

#include <fmt/format.h>

#include "engine/item_key.h"
#include "model/item_json.h"
#include "model/item_size.h"
#include "storage/record.h"

namespace stator::engine {
namespace {

constexpr uint64_t kRowsPerProgress = 1024;
constexpr size_t kKeyTextBytes = 300;

std::string Hexadecimal(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes.substr(0, kKeyTextBytes / 2)) {
    text += fmt::format("{:02x}", static_cast<uint8_t>(byte));
  }
  return text;
}

std::string Shortened(std::string text) {
  if (text.size() > kKeyTextBytes) {
    text.resize(kKeyTextBytes);
    text += "...";
  }
  return text;
}

// The item that an entry with these attributes would belong to.
std::optional<storage::Key> ItemRowOf(const model::TableSchema& schema, const model::Item& entry) {
  if (!CheckItemKey(schema, entry).ok()) {
    return std::nullopt;
  }
  return ItemRowKey(schema, entry);
}

// Whether the item that the entry names calls for an entry in that row.
bool BelongsToItem(RowVerifier& verifier, const std::string& place,
                   const model::TableSchema& schema, const model::IndexSchema& index,
                   const storage::RowView& row, const model::Item& entry) {
  const std::optional<storage::Key> item_row = ItemRowOf(schema, entry);
  if (!item_row) {
    return false;
  }
  const std::optional<std::string> record = verifier.Get(place, *item_row);
  if (!record) {
    return false;
  }
  const base::Result<model::Item> item = storage::DecodeRecord(*record);
  if (!item.ok() || !CheckItemKey(schema, *item).ok()) {
    return true;  // told of the item
  }
  const std::optional<IndexEntry> expected = IndexEntryOf(schema, index, *item);
  return expected && expected->key.partition == row.partition && expected->key.sort == row.sort &&
         expected->record == row.value;
}

}  // namespace

void RowSum::Add(std::string_view partition, std::string_view sort, std::string_view record,
                 uint64_t size_bytes) {
  std::string row = fmt::format("{} {} ", partition.size(), sort.size());
  row.append(partition).append(sort).append(record);
  ++rows;
  bytes += size_bytes;
  hashes += storage::GroupHash(row);
}

bool RowVerifier::ForEachRow(const std::string& place, storage::Space space, storage::RowKind kind,
                             base::FunctionRef<void(const storage::RowView& row)> visit) {
  const base::Result<void> read = store_.ScanSpace(
      {.space = space, .kind = kind, .after = {}}, {}, [&](const storage::RowView& row) {
        if (row.hash != storage::GroupHash(row.partition)) {
          Problem(place, "the row " + KeyText(row) + " stands under the hash of another");
        }
        visit(row);
        progress_.bytes += row.partition.size() + row.sort.size() + row.value.size();
        if (++progress_.rows % kRowsPerProgress == 0) {
          observer_.progress(progress_);
        }
        return true;
      });
  if (!read.ok()) {
    Problem(place, "the rest could not be read: " + read.error().message);
  }
  return read.ok();
}

std::optional<model::Item> RowVerifier::ReadRecord(const std::string& place,
                                                   const storage::RowView& row) {
  base::Result<model::Item> item = storage::DecodeRecord(row.value);
  if (!item.ok()) {
    Problem(place, "the record in the row " + KeyText(row) + " does not decode");
    return std::nullopt;
  }
  const base::Result<uint64_t> size_bytes = storage::RecordSizeBytes(row.value);
  if (!size_bytes.ok() || *size_bytes != model::ItemSizeBytes(*item)) {
    Problem(place, "the size of the record in the row " + KeyText(row) + " is wrong");
  }
  return *std::move(item);
}

std::optional<std::string> RowVerifier::Get(const std::string& place, const storage::Key& key) {
  std::optional<std::string> found;
  const base::Result<void> read =
      store_.Get(key, {}, [&found](std::string_view value) { found = value; });
  if (!read.ok()) {
    Problem(place, "a row could not be read: " + read.error().message);
    return std::nullopt;
  }
  return found;
}

std::string KeyText(const model::TableSchema& schema, const model::Item& item) {
  std::string text;
  model::AppendItem(KeyOf(schema, item), text);
  return Shortened(std::move(text));
}

std::string KeyText(const storage::RowView& row) {
  return Hexadecimal(row.partition) + "|" + Hexadecimal(row.sort);
}

void FindMissingEntries(RowVerifier& verifier, const std::string& place,
                        const model::TableSchema& schema, const model::IndexSchema& index) {
  const auto look_up = [&](const storage::RowView& row) {
    const base::Result<model::Item> item = storage::DecodeRecord(row.value);
    if (!item.ok() || !CheckItemKey(schema, *item).ok()) {
      return;  // told when the items were read
    }
    const std::optional<IndexEntry> entry = IndexEntryOf(schema, index, *item);
    if (!entry) {
      return;
    }
    const std::optional<std::string> found = verifier.Get(place, entry->key);
    if (!found) {
      verifier.Problem(place, "no entry for the item " + KeyText(schema, *item));
    } else if (*found != entry->record) {
      verifier.Problem(place, "the entry for the item " + KeyText(schema, *item) + " is not its");
    }
  };
  // What cannot be read is told again, which does no harm.
  (void)verifier.ForEachRow(place, schema.space, storage::RowKind::kItem, look_up);
}

void FindStrayEntries(RowVerifier& verifier, const std::string& place,
                      const model::TableSchema& schema, const model::IndexSchema& index) {
  const auto look_up = [&](const storage::RowView& row) {
    if (!index.global && LocalIndexOf(row) != index.id) {
      return;
    }
    const base::Result<model::Item> entry = storage::DecodeRecord(row.value);
    if (entry.ok() && !BelongsToItem(verifier, place, schema, index, row, *entry)) {
      verifier.Problem(place, "no item calls for the entry of " + KeyText(schema, *entry) +
                                  " in the row " + KeyText(row));
    }
  };
  const KeySpace rows = KeySpaceOf(schema, &index);
  (void)verifier.ForEachRow(place, rows.space, rows.kind, look_up);
}

std::optional<uint32_t> LocalIndexOf(const storage::RowView& row) {
  constexpr size_t kPrefixBytes = 4;  // KeySpace::sort_prefix
  if (row.sort.size() < kPrefixBytes) {
    return std::nullopt;
  }
  uint32_t id = 0;
  for (const char byte : row.sort.substr(0, kPrefixBytes)) {
    id = (id << 8) | static_cast<uint8_t>(byte);
  }
  return id;
}

}  // namespace stator::engine
