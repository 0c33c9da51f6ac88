#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "model/json_text.h"

// Answers are written by appending to one buffer: no tree is built.
namespace stator::api {

// Append a number as the service prints it: 1.0, 0.5, 1.5E9.
void AppendDouble(double number, std::string& out);
void AppendInteger(int64_t number, std::string& out);

// Appends an encoded item (storage/record.h) as the JSON of an item, without decoding it. Fails
// with kCorruption, having appended a part, when the record is damaged.
base::Result<void> AppendRecord(std::string_view record, std::string& out);

// Writes one JSON object onto the end of a buffer, which must outlive it: members in the order of
// the calls, then End(). Nested values are appended to what Member() returns before the next call.
class ObjectWriter {
 public:
  explicit ObjectWriter(std::string& out) : out_(out) {}

  // Begins a member and returns the buffer, to which the caller appends the member's value.
  // `name` of Member needs no escapes; that of EscapedMember is data.
  std::string& Member(std::string_view name) {
    Separate();
    out_ += '"';
    out_ += name;
    out_ += "\":";
    return out_;
  }
  std::string& EscapedMember(std::string_view name) {
    Separate();
    model::AppendJsonString(name, out_);
    out_ += ':';
    return out_;
  }

  void String(std::string_view name, std::string_view text) {
    model::AppendJsonString(text, Member(name));
  }
  void Integer(std::string_view name, int64_t number) { AppendInteger(number, Member(name)); }
  void Double(std::string_view name, double number) { AppendDouble(number, Member(name)); }
  void Boolean(std::string_view name, bool boolean) { Member(name) += boolean ? "true" : "false"; }
  base::Result<void> Record(std::string_view name, std::string_view record) {
    return AppendRecord(record, Member(name));
  }

  void End() { out_ += empty_ ? "{}" : "}"; }

 private:
  void Separate() {
    out_ += empty_ ? '{' : ',';
    empty_ = false;
  }

  std::string& out_;
  bool empty_ = true;
};

// The same for an array.
class ArrayWriter {
 public:
  explicit ArrayWriter(std::string& out) : out_(out) {}

  // Begins an element and returns the buffer, to which the caller appends it.
  std::string& Next() {
    out_ += empty_ ? '[' : ',';
    empty_ = false;
    return out_;
  }
  void String(std::string_view text) { model::AppendJsonString(text, Next()); }

  void End() { out_ += empty_ ? "[]" : "]"; }

 private:
  std::string& out_;
  bool empty_ = true;
};

}  // namespace stator::api
