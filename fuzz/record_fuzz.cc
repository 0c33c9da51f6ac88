// Any bytes are a record or are refused as damaged; a record that decodes is canonical, except for
// the billed size, which `stator verify` checks.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "storage/record.h"

namespace {

// What follows the version and the billed size.
std::string_view WithoutSize(std::string_view record) {
  size_t at = 1;
  while ((static_cast<unsigned char>(record[at]) & 0x80) != 0) {
    ++at;
  }
  return record.substr(at + 1);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view record(reinterpret_cast<const char*>(data), size);
  (void)stator::storage::FindInRecord(record, "pk");
  const auto item = stator::storage::DecodeRecord(record);
  if (item.ok()) {
    STATOR_CHECK(WithoutSize(stator::storage::EncodeRecord(*item)) == WithoutSize(record));
  }
  return 0;
}
