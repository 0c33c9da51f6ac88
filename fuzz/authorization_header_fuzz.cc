// Any Authorization header or query is well-formed or gets an answer that is valid JSON, whatever
// of it is repeated there. The first byte chooses which.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <simdjson.h>

#include "base/check.h"
#include "server/authorization_header.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) {
    return 0;
  }
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  // The framing lets no other control characters into a header.
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < ' ' && c != '\t') {
      return 0;
    }
  }
  stator::server::RequestHead head;
  head.has_date = (data[0] & 1) != 0;
  head.has_authorization = (data[0] & 2) != 0;
  head.authorization = head.has_authorization ? text : "";
  head.query = (data[0] & 4) != 0 ? text : "";
  const auto refusal = stator::server::RefuseUnsigned(head);
  if (refusal) {
    STATOR_CHECK(refusal->status == 400);
    simdjson::dom::parser parser;
    std::string_view type;
    STATOR_CHECK(parser.parse(refusal->body)["__type"].get(type) == simdjson::SUCCESS);
  }
  return 0;
}
