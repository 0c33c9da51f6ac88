#include "storage/record.h"

#include <utility>
#include <vector>

#include "model/item_size.h"

namespace stator::storage {
namespace {

void AppendVarint(std::string& out, uint64_t value) {
  while (value >= 0x80) {
    out.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<char>(value));
}

void AppendBytes(std::string& out, std::string_view bytes) {
  AppendVarint(out, bytes.size());
  out.append(bytes);
}

void AppendNumber(std::string& out, const model::Number& number) {
  if (number.is_zero()) {
    out.push_back(0);
    return;
  }
  const size_t head = out.size();
  auto flags = static_cast<uint8_t>(number.negative() ? kNumberNegative : 0);
  out.push_back(0);
  if (const int exponent = number.exponent(); exponent != 0) {
    flags |= kNumberHasExponent;
    AppendVarint(out, exponent > 0 ? 2U * exponent : 2U * -exponent - 1);
  }
  uint8_t bytes = 0;
  for (unsigned __int128 rest = number.coefficient(); rest != 0; rest >>= 8) {
    out.push_back(static_cast<char>(rest & 0xFF));
    ++bytes;
  }
  out[head] = static_cast<char>(flags | bytes);
}

// Appends values; one overload for each type, picked by std::visit. Recurses as deep as the item
// nests, which requests bound.
class Encoder {
 public:
  explicit Encoder(std::string& out) : out_(out) {}

  void Members(const model::Item& map) {
    AppendVarint(out_, map.size());
    for (const model::Attribute& attribute : map) {
      AppendBytes(out_, attribute.name);
      std::visit(*this, attribute.value.storage());
    }
  }

  void operator()(const std::string& string) {
    Tag(RecordTag::kString);
    AppendBytes(out_, string);
  }
  void operator()(const model::Number& number) {
    Tag(RecordTag::kNumber);
    AppendNumber(out_, number);
  }
  void operator()(const model::Binary& binary) {
    Tag(RecordTag::kBinary);
    AppendBytes(out_, binary.bytes);
  }
  void operator()(const model::StringSet& set) { Set(RecordTag::kStringSet, set.members); }
  void operator()(const model::BinarySet& set) { Set(RecordTag::kBinarySet, set.members); }
  void operator()(const model::NumberSet& set) {
    Tag(RecordTag::kNumberSet);
    AppendVarint(out_, set.members.size());
    for (const model::Number& member : set.members) {
      AppendNumber(out_, member);
    }
  }
  void operator()(const model::Item& map) {
    Tag(RecordTag::kMap);
    Members(map);
  }
  void operator()(const model::List& list) {
    Tag(RecordTag::kList);
    AppendVarint(out_, list.size());
    for (const model::AttributeValue& member : list) {
      std::visit(*this, member.storage());
    }
  }
  void operator()(const model::Null&) { Tag(RecordTag::kNull); }
  void operator()(bool boolean) { Tag(boolean ? RecordTag::kTrue : RecordTag::kFalse); }

 private:
  void Tag(RecordTag tag) { out_.push_back(static_cast<char>(tag)); }

  void Set(RecordTag tag, const std::vector<std::string>& members) {
    Tag(tag);
    AppendVarint(out_, members.size());
    for (const std::string& member : members) {
      AppendBytes(out_, member);
    }
  }

  std::string& out_;
};

// Steps over values.
struct Skipper {
  void Name(std::string_view) {}
  void String(std::string_view) {}
  void NumberValue(const model::Number&) {}
  void Binary(std::string_view) {}
  void Null() {}
  void Boolean(bool) {}
  void BeginMap(size_t) {}
  void EndMap() {}
  void BeginList(size_t) {}
  void EndList() {}
  void BeginSet(model::ValueType, size_t) {}
  void EndSet() {}
};

// Builds an item, or one value, from the parts of a record, and checks that names and members of
// sets are in order and distinct.
class Builder {
 public:
  void BeginItem(size_t count) { item_.Reserve(count); }
  void EndItem() {}
  void Name(std::string_view name) {
    model::Item& map = open_.empty() ? item_ : *open_.back().value.Get<model::Item>();
    if (!map.empty() && std::string_view((map.end() - 1)->name) >= name) {
      canonical_ = false;
    }
    (open_.empty() ? name_ : open_.back().name) = name;
  }

  void String(std::string_view string) {
    if (auto* set = OpenSet<model::StringSet>()) {
      AddMember(set->members, std::string(string));
    } else {
      Add(model::AttributeValue(string));
    }
  }
  void NumberValue(const model::Number& number) {
    if (auto* set = OpenSet<model::NumberSet>()) {
      AddMember(set->members, number);
    } else {
      Add(model::AttributeValue(number));
    }
  }
  void Binary(std::string_view bytes) {
    if (auto* set = OpenSet<model::BinarySet>()) {
      AddMember(set->members, std::string(bytes));
    } else {
      Add(model::AttributeValue(model::Binary{std::string(bytes)}));
    }
  }
  void Null() { Add(model::AttributeValue(model::Null{})); }
  void Boolean(bool boolean) { Add(model::AttributeValue(boolean)); }

  void BeginMap(size_t count) {
    Open(model::AttributeValue(model::Item()));
    open_.back().value.Get<model::Item>()->Reserve(count);
  }
  void EndMap() { Close(); }
  void BeginList(size_t count) {
    Open(model::AttributeValue(model::List()));
    open_.back().value.Get<model::List>()->reserve(count);
  }
  void EndList() { Close(); }
  void BeginSet(model::ValueType type, size_t) {
    if (type == model::ValueType::kStringSet) {
      Open(model::AttributeValue(model::StringSet()));
    } else if (type == model::ValueType::kNumberSet) {
      Open(model::AttributeValue(model::NumberSet()));
    } else {
      Open(model::AttributeValue(model::BinarySet()));
    }
  }
  void EndSet() { Close(); }

  bool canonical() const { return canonical_; }
  model::Item TakeItem() { return std::move(item_); }
  // After one value that belongs to no item.
  model::AttributeValue TakeValue() { return std::move((item_.end() - 1)->value); }

 private:
  // A map, list or set whose members are being read. `name` is of the map's next value.
  struct Container {
    model::AttributeValue value;
    std::string_view name;
  };

  template <typename T>
  T* OpenSet() {
    return open_.empty() ? nullptr : open_.back().value.Get<T>();
  }

  template <typename T>
  void AddMember(std::vector<T>& members, T member) {
    if (!members.empty() && members.back() >= member) {
      canonical_ = false;
    }
    members.push_back(std::move(member));
  }

  void Add(model::AttributeValue value) {
    if (open_.empty()) {
      item_.Set(name_, std::move(value));
    } else if (auto* list = open_.back().value.Get<model::List>()) {
      list->push_back(std::move(value));
    } else {
      open_.back().value.Get<model::Item>()->Set(open_.back().name, std::move(value));
    }
  }

  void Open(model::AttributeValue value) { open_.push_back({std::move(value), {}}); }

  void Close() {
    model::AttributeValue value = std::move(open_.back().value);
    open_.pop_back();
    Add(std::move(value));
  }

  model::Item item_;
  std::string_view name_;
  std::vector<Container> open_;
  bool canonical_ = true;
};

}  // namespace

std::string EncodeRecord(const model::Item& item) {
  const size_t size_bytes = model::ItemSizeBytes(item);
  constexpr size_t kHeaderBytesMax = 16;
  constexpr size_t kBytesMoreEach = 6;
  std::string out;
  out.reserve(kHeaderBytesMax + size_bytes + kBytesMoreEach * item.size());
  out.push_back(static_cast<char>(kRecordVersion));
  AppendVarint(out, size_bytes);
  Encoder(out).Members(item);
  return out;
}

base::Error DamagedRecordError() {
  return {base::ErrorCode::kCorruption, "A stored record is damaged"};
}

base::Result<model::Item> DecodeRecord(std::string_view record) {
  Builder builder;
  STATOR_RETURN_IF_ERROR(VisitRecord(record, builder));
  if (!builder.canonical()) {
    return DamagedRecordError();
  }
  return builder.TakeItem();
}

base::Result<uint64_t> RecordSizeBytes(std::string_view record) {
  RecordReader reader(record);
  const uint64_t size_bytes = reader.ReadHeader();
  if (reader.failed()) {
    return DamagedRecordError();
  }
  return size_bytes;
}

base::Result<std::optional<model::AttributeValue>> FindInRecord(std::string_view record,
                                                                std::string_view name) {
  RecordReader reader(record);
  reader.ReadHeader();
  Skipper skipper;
  for (size_t left = reader.ReadCount(2); left > 0; --left) {
    const std::string_view found = reader.ReadBytes();
    if (reader.failed() || found > name) {
      break;
    }
    if (found == name) {
      Builder builder;
      RecordWalker<Builder>(reader, builder).WalkValue();
      if (reader.failed() || !builder.canonical()) {
        return DamagedRecordError();
      }
      return std::make_optional(builder.TakeValue());
    }
    RecordWalker<Skipper>(reader, skipper).WalkValue();
  }
  if (reader.failed()) {
    return DamagedRecordError();
  }
  return std::optional<model::AttributeValue>();
}

}  // namespace stator::storage
