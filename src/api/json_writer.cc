#include "api/json_writer.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "model/attribute_value.h"
#include "storage/record.h"

namespace stator::api {
namespace {

// Prints the parts of a record. Each value is followed by a comma, and the end of what it is in
// takes the last one back: so the writer needs no memory of where it is.
class RecordPrinter {
 public:
  explicit RecordPrinter(std::string& out) : out_(out) {}

  void BeginItem(size_t) { out_ += '{'; }
  void EndItem() { Close("}"); }
  void Name(std::string_view name) {
    model::AppendJsonString(name, out_);
    out_ += ':';
  }

  void String(std::string_view text) {
    Tag("S");
    model::AppendJsonString(text, out_);
    EndScalar();
  }
  void NumberValue(const model::Number& number) {
    Tag("N");
    out_ += '"';
    number.AppendTo(out_);
    out_ += '"';
    EndScalar();
  }
  void Binary(std::string_view bytes) {
    Tag("B");
    out_ += '"';
    model::AppendBase64(bytes, out_);
    out_ += '"';
    EndScalar();
  }
  void Null() { out_ += R"({"NULL":true},)"; }
  void Boolean(bool boolean) { out_ += boolean ? R"({"BOOL":true},)" : R"({"BOOL":false},)"; }

  void BeginMap(size_t) { out_ += R"({"M":{)"; }
  void EndMap() { Close("}},"); }
  void BeginList(size_t) { out_ += R"({"L":[)"; }
  void EndList() { Close("]},"); }
  void BeginSet(model::ValueType type, size_t) {
    Tag(model::ValueTypeName(type));
    out_ += '[';
    in_set_ = true;
  }
  void EndSet() {
    in_set_ = false;
    Close("]},");
  }

 private:
  void Tag(std::string_view tag) {
    if (!in_set_) {
      out_ += "{\"";
      out_ += tag;
      out_ += "\":";
    }
  }
  void EndScalar() { out_ += in_set_ ? "," : "},"; }
  void Close(std::string_view end) {
    if (out_.back() == ',') {
      out_.pop_back();
    }
    out_ += end;
  }

  std::string& out_;
  bool in_set_ = false;
};

}  // namespace

void AppendInteger(int64_t number, std::string& out) {
  char digits[24];
  const auto [end, error] = std::to_chars(digits, digits + sizeof(digits), number);
  out.append(digits, end);
}

void AppendDouble(double number, std::string& out) {
  // Capacity comes in halves, which need no general printing.
  constexpr double kExactBelow = 1e7;
  if (number >= 0 && number < kExactBelow && number * 2 == std::floor(number * 2)) {
    AppendInteger(static_cast<int64_t>(number), out);
    out += number == std::floor(number) ? ".0" : ".5";
    return;
  }
  char digits[32];
  const auto [end, error] = std::to_chars(digits, digits + sizeof(digits), number);
  std::string_view text(digits, static_cast<size_t>(end - digits));
  out += text;
  if (text.find_first_of(".e") == std::string_view::npos) {
    out += ".0";
  }
}

base::Result<void> AppendRecord(std::string_view record, std::string& out) {
  RecordPrinter printer(out);
  return storage::VisitRecord(record, printer);
}

}  // namespace stator::api
