#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>

namespace stator::server {

// The bytes that a connection has received and not yet used, in one piece. Views into it are valid
// until the next call that is not const. Not synchronized.
class ReadBuffer {
 public:
  static constexpr size_t kInitialBytes = 8 * 1024;

  std::string_view view() const { return {data_.get() + begin_, end_ - begin_}; }
  size_t size() const { return end_ - begin_; }
  size_t capacity() const { return capacity_; }

  // Where the next bytes go; `FreeBytes` may be written there, then Produce.
  char* FreeSpace() { return data_.get() + end_; }
  size_t FreeBytes() const { return capacity_ - end_; }
  void Produce(size_t bytes) { end_ += bytes; }

  void Consume(size_t bytes) {
    begin_ += bytes;
    if (begin_ == end_) {
      begin_ = end_ = 0;
    }
  }

  // Makes room for `total` unread bytes, and for at least one more to come.
  void Reserve(size_t total) {
    if (total < size() + 1) {
      total = size() + 1;
    }
    if (capacity_ - begin_ >= total && FreeBytes() > 0) {
      return;
    }
    if (capacity_ >= total) {
      std::memmove(data_.get(), data_.get() + begin_, size());
    } else {
      const size_t grown = total > 2 * capacity_ ? total : 2 * capacity_;
      Move(grown < kInitialBytes ? kInitialBytes : grown);
    }
    end_ -= begin_;
    begin_ = 0;
  }

  // Gives memory back after a large request.
  void Shrink() {
    if (size() == 0 && capacity_ > 2 * kInitialBytes) {
      *this = ReadBuffer();
    }
  }

 private:
  void Move(size_t capacity) {
    auto grown = std::make_unique_for_overwrite<char[]>(capacity);
    if (size() > 0) {
      std::memcpy(grown.get(), data_.get() + begin_, size());
    }
    data_ = std::move(grown);
    capacity_ = capacity;
  }

  std::unique_ptr<char[]> data_;
  size_t capacity_ = 0;
  size_t begin_ = 0;
  size_t end_ = 0;
};

}  // namespace stator::server
