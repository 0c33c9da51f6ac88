#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "model/attribute_value.h"
#include "model/limits.h"

namespace stator::storage {

// The first byte of every record.
inline constexpr uint8_t kRecordVersion = 1;

// What a value in a record begins with. Those of model::ValueType have its numbers. Stored on disk:
// never renumber.
enum class RecordTag : uint8_t {
  kString = 1,
  kNumber = 2,
  kBinary = 3,
  kStringSet = 4,
  kNumberSet = 5,
  kBinarySet = 6,
  kMap = 7,
  kList = 8,
  kNull = 9,
  kFalse = 10,
  kTrue = 11,
};

// The first byte of a number: 0 for zero, or the number of coefficient bytes and these flags.
inline constexpr uint8_t kNumberSizeMask = 0x3F;
inline constexpr uint8_t kNumberHasExponent = 0x40;
inline constexpr uint8_t kNumberNegative = 0x80;

// Reads the parts of a record off its front. Once damaged bytes were met, `failed()` stays true and
// every read returns an empty value: callers check it where they would otherwise act on one. Views
// are valid as long as the record's bytes are. A value type; not synchronized.
class RecordReader {
 public:
  explicit RecordReader(std::string_view record) : rest_(record) {}

  // Checks the version and returns the billed size: what a record begins with.
  uint64_t ReadHeader();
  // A number of members. Fails unless there are `bytes_each` bytes left for each of them.
  size_t ReadCount(size_t bytes_each) {
    const uint64_t count = ReadVarint();
    if (count > rest_.size() / bytes_each) [[unlikely]] {
      Fail();
      return 0;
    }
    return static_cast<size_t>(count);
  }
  // A name, a string or a binary.
  std::string_view ReadBytes() {
    const size_t size = ReadCount(1);
    const std::string_view bytes = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return bytes;
  }
  model::Number ReadNumber();
  // Not necessarily one of the enumerators.
  RecordTag ReadTag() { return static_cast<RecordTag>(ReadByte()); }

  void Fail() {
    failed_ = true;
    rest_ = {};
  }
  bool failed() const { return failed_; }
  bool at_end() const { return rest_.empty(); }

 private:
  uint8_t ReadByte() {
    if (rest_.empty()) [[unlikely]] {
      Fail();
      return 0;
    }
    const auto byte = static_cast<uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return byte;
  }
  uint64_t ReadVarint() {
    const uint8_t first = ReadByte();
    return first < 0x80 ? first : ReadRestOfVarint(first);
  }
  uint64_t ReadRestOfVarint(uint8_t first);
  int ReadExponent();

  std::string_view rest_;
  bool failed_ = false;
};

// Reports what a RecordReader reads to a visitor; VisitRecord in record.h says how. It iterates
// over a stack of its own, so that the bytes decide neither how deep it recurses nor what it
// allocates. Lives as long as one call; both arguments must outlive it.
template <typename Visitor>
class RecordWalker {
 public:
  RecordWalker(RecordReader& reader, Visitor& visitor) : reader_(reader), visitor_(visitor) {}

  // Reports an item, from its count to its last attribute.
  void WalkItem() {
    const size_t count = reader_.ReadCount(2);
    visitor_.BeginItem(count);
    for (size_t i = 0; i < count; ++i) {
      visitor_.Name(reader_.ReadBytes());
      WalkValue();
      if (reader_.failed()) {
        return;
      }
    }
    visitor_.EndItem();
  }

  // Reports one value with everything in it.
  void WalkValue() {
    Value();
    while (depth_ > 0 && !reader_.failed()) {
      Frame& frame = stack_[depth_ - 1];
      if (frame.members_left == 0) {
        --depth_;
        frame.is_map ? visitor_.EndMap() : visitor_.EndList();
        continue;
      }
      --frame.members_left;
      if (frame.is_map) {
        visitor_.Name(reader_.ReadBytes());
      }
      Value();
    }
  }

 private:
  // A map or list whose members are being read.
  struct Frame {
    size_t members_left;
    bool is_map;
  };

  // The service's limit counts the maps and lists of an attribute; some to spare.
  static constexpr size_t kMaxDepth = model::limits::kNestingDepth + 2;

  // Reports a scalar or a set, or begins a map or list.
  void Value() {
    const RecordTag tag = reader_.ReadTag();
    switch (tag) {
      case RecordTag::kString:
        return visitor_.String(reader_.ReadBytes());
      case RecordTag::kNumber:
        return visitor_.NumberValue(reader_.ReadNumber());
      case RecordTag::kBinary:
        return visitor_.Binary(reader_.ReadBytes());
      case RecordTag::kStringSet:
      case RecordTag::kNumberSet:
      case RecordTag::kBinarySet:
        return Set(static_cast<model::ValueType>(tag));
      case RecordTag::kMap:
      case RecordTag::kList:
        return Begin(tag == RecordTag::kMap);
      case RecordTag::kNull:
        return visitor_.Null();
      case RecordTag::kFalse:
      case RecordTag::kTrue:
        return visitor_.Boolean(tag == RecordTag::kTrue);
    }
    reader_.Fail();
  }

  void Set(model::ValueType type) {
    const size_t count = reader_.ReadCount(1);
    visitor_.BeginSet(type, count);
    for (size_t i = 0; i < count && !reader_.failed(); ++i) {
      if (type == model::ValueType::kNumberSet) {
        visitor_.NumberValue(reader_.ReadNumber());
      } else if (type == model::ValueType::kStringSet) {
        visitor_.String(reader_.ReadBytes());
      } else {
        visitor_.Binary(reader_.ReadBytes());
      }
    }
    visitor_.EndSet();
  }

  void Begin(bool is_map) {
    const size_t count = reader_.ReadCount(is_map ? 2 : 1);
    if (depth_ == kMaxDepth) {
      reader_.Fail();
      return;
    }
    is_map ? visitor_.BeginMap(count) : visitor_.BeginList(count);
    stack_[depth_++] = {count, is_map};
  }

  RecordReader& reader_;
  Visitor& visitor_;
  size_t depth_ = 0;
  std::array<Frame, kMaxDepth> stack_;
};

}  // namespace stator::storage
