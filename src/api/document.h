#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <memory_resource>
#include <string>
#include <vector>

#include "api/node.h"
#include "api/shape.h"
#include "base/result.h"
#include "model/item_json.h"

namespace simdjson::dom {
class element;
class parser;
}  // namespace simdjson::dom

namespace stator::api {

// One request's JSON as a tree of nodes. It owns the nodes, but their texts live in a parser that
// the thread's documents share: only the thread's newest Document may be read. Not synchronized.
class Document {
 public:
  Document();
  ~Document();
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;

  // Reads the body against the shape of its operation's input. REQUIRES: called once. Members that
  // the shape does not know are ignored, and null counts as absent, as the service does. Fails with
  // SerializationException when it is no JSON, nests deeper than limits::kJsonDepth, holds lone
  // surrogates or a name twice, or has another JSON type than the shape wants (W10, W11).
  base::Result<Node*> Parse(const std::string& json, const Shape& shape);

  // Makes the tables that a request names those of an account, by qualified names; ARNs stay as
  // they are. Request tokens become the account's, too. REQUIRES: its constraints have been
  // checked.
  void Qualify(Node& node, std::string_view account);

 private:
  // Each returns null, and leaves the error in `error_`, when it fails.
  Node* Read(const simdjson::dom::element& json, const Shape& shape);
  Node* ReadString(const simdjson::dom::element& json, const Shape& shape);
  Node* ReadNumber(const simdjson::dom::element& json, const Shape& shape);
  Node* ReadBoolean(const simdjson::dom::element& json, const Shape& shape);
  Node* ReadList(const simdjson::dom::element& json, const Shape& shape);
  Node* ReadMap(const simdjson::dom::element& json, const Shape& shape);
  Node* ReadStructure(const simdjson::dom::element& json, const Shape& shape);
  Node* ReadAttributeValue(const simdjson::dom::element& json, const Shape& shape);
  Node* ReadAttributeMap(const simdjson::dom::element& json, const Shape& shape);

  std::string_view Qualified(std::string_view name, std::string_view account);
  void QualifyKeys(Node& map, std::string_view account);
  Node* NewNode(const Shape& shape);
  template <typename T>
  std::span<T> NewSpan(size_t size);
  Node* Fail(base::Error error);

  static constexpr size_t kArenaBytes = 8192;  // enough for all but batches and transactions

  std::array<std::byte, kArenaBytes> buffer_;
  std::pmr::monotonic_buffer_resource arena_{buffer_.data(), buffer_.size()};
  std::unique_ptr<simdjson::dom::parser> own_parser_;  // of a large document
  std::vector<std::unique_ptr<model::ParsedItem>> items_;
  std::vector<std::unique_ptr<model::ParsedValue>> values_;
  std::optional<base::Error> error_;
};

}  // namespace stator::api
