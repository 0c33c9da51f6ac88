#pragma once

#include <cstdint>

#include "base/error.h"

namespace simdjson::dom {
class element;
}

namespace stator::model {

// What a place in a request's JSON has to hold.
enum class JsonTarget : uint8_t {
  kString,
  kBoolean,
  kInteger,
  kLong,
  kBlob,
  kList,
  kMap,
};

// The SerializationException, in the service's words, for JSON of another type than wanted.
base::Error UnexpectedJson(const simdjson::dom::element& found, JsonTarget wanted);

// The SerializationException for a name that stands twice in one object. The service keeps one of
// the two without a word; a client that sends such a request does not know what it asks for.
base::Error DuplicateJsonName();

}  // namespace stator::model
