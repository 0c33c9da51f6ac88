#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/attribute_value.h"

// The bytes of key attributes in row keys. `docs/storage_format.md` has the encodings; they are
// stored on disk. Only strings, numbers and binaries are key values: REQUIRES that everywhere.
namespace stator::storage {

// Appends one attribute of a partition key: a type tag and the value, self-delimiting, so that the
// attributes of a key with several of them can follow each other. Says nothing about order.
void AppendPartitionKey(std::string& out, const model::AttributeValue& value);

// Sort keys. Unsigned byte order of the encodings is the service's order of the values: strings and
// binaries by their bytes, numbers by value. A sort key is a sequence of values that compares
// component by component: the attributes of the key and, for an index, the keys of the item that
// the entry belongs to. `last` says whether the value is the very last of the whole sequence. Such
// a string stands as it is; every other is escaped and terminated, and numbers delimit themselves,
// so no encoding of a component before the last is a prefix of another.
//
// With `p` the encoding of the components before the queried one, which all are equal, conditions
// on it are ranges of bytes [lower, upper):
//
//   = v            [AppendSortKey(p, v),      AppendSortKeyAfter(p, v))
//   < v            [p,                        AppendSortKey(p, v))
//   <= v           [p,                        AppendSortKeyAfter(p, v))
//   > v            [AppendSortKeyAfter(p, v), PrefixSuccessor(p))
//   >= v           [AppendSortKey(p, v),      PrefixSuccessor(p))
//   BETWEEN v, w   [AppendSortKey(p, v),      AppendSortKeyAfter(p, w))
//   begins_with v  [b, PrefixSuccessor(b))    where b is AppendSortKeyPrefix(p, v)
//   no condition   [p, PrefixSuccessor(p))

// Appends the encoding of one component.
void AppendSortKey(std::string& out, const model::AttributeValue& value, bool last);

// Appends the least bytes above all sort keys that have `value` in this place.
void AppendSortKeyAfter(std::string& out, const model::AttributeValue& value, bool last);

// Appends what the encodings of exactly those strings or binaries begin with that begin with
// `value`. REQUIRES: a string or binary.
void AppendSortKeyPrefix(std::string& out, const model::AttributeValue& value, bool last);

// Appends bytes so that they delimit themselves and keep their order: each 0x00 is followed by
// 0xFF, and 0x00 0x00 ends them. How sort keys write their strings, and row keys their partition.
void AppendTerminated(std::string& out, std::string_view bytes);

// The least bytes above everything that begins with `prefix`; nullopt when there are none, because
// it is empty or all its bytes are 0xFF: an upper bound at the end of the group.
std::optional<std::string> PrefixSuccessor(std::string prefix);

}  // namespace stator::storage
