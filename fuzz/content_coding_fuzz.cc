// Any bytes are a compressed body or are refused, within the bound; what is encoded decodes; any
// Accept-Encoding gives a coding. The first two bytes choose the coding and the bound.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "server/content_coding.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using stator::server::ContentCoding;
  using stator::server::DecodeStatus;
  if (size < 2) {
    return 0;
  }
  const ContentCoding coding = data[0] % 2 == 0 ? ContentCoding::kGzip : ContentCoding::kDeflate;
  const size_t max_bytes = size_t{data[1]} * 1024;
  const std::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);
  (void)stator::server::ChooseContentCoding(text);
  (void)stator::server::ParseContentCoding(text);
  std::string decoded;
  (void)stator::server::DecodeBody(coding, text, max_bytes, decoded);
  STATOR_CHECK(decoded.size() <= max_bytes);

  const std::string encoded = stator::server::EncodeBody(coding, text);
  std::string again;
  const DecodeStatus status = stator::server::DecodeBody(coding, encoded, max_bytes, again);
  STATOR_CHECK((status == DecodeStatus::kOk) == (text.size() <= max_bytes));
  STATOR_CHECK(status != DecodeStatus::kOk || again == text);
  return 0;
}
