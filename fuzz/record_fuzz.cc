// Any bytes are a record or are refused as damaged; a record that decodes is canonical.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "storage/record.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view record(reinterpret_cast<const char*>(data), size);
  (void)stator::storage::FindInRecord(record, "pk");
  const auto item = stator::storage::DecodeRecord(record);
  if (item.ok()) {
    STATOR_CHECK(stator::storage::EncodeRecord(*item) == record);
  }
  return 0;
}
