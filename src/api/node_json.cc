#include "api/node_json.h"

#include "model/item_json.h"

namespace stator::api {
namespace {

void AppendStructure(const Node& node, std::string& out) {
  ObjectWriter object(out);
  for (const Field& field : node.shape().fields) {
    WriteMemberJson(node, field.index, object);
  }
  object.End();
}

void AppendList(const Node& node, std::string& out) {
  ArrayWriter array(out);
  for (const Node* element : node.elements()) {
    AppendNodeJson(*element, array.Next());
  }
  array.End();
}

void AppendMap(const Node& node, std::string& out) {
  ObjectWriter object(out);
  for (const NodeEntry& entry : node.entries()) {
    AppendNodeJson(*entry.value, object.EscapedMember(entry.key));
  }
  object.End();
}

}  // namespace

void AppendNodeJson(const Node& node, std::string& out) {
  switch (node.shape().type) {
    case ShapeType::kString:
      return model::AppendJsonString(node.text(), out);
    case ShapeType::kInteger:
    case ShapeType::kLong:
      return AppendInteger(node.integer(), out);
    case ShapeType::kBoolean:
      out += node.boolean() ? "true" : "false";
      return;
    case ShapeType::kList:
      return AppendList(node, out);
    case ShapeType::kMap:
      return AppendMap(node, out);
    case ShapeType::kStructure:
      return AppendStructure(node, out);
    case ShapeType::kAttributeValue:
      return model::AppendAttributeValue(node.parsed_value().value, out);
    case ShapeType::kAttributeMap:
      return model::AppendItem(node.parsed_item().item, out);
  }
}

void WriteMemberJson(const Node& structure, size_t member, ObjectWriter& object) {
  if (const Node* node = structure.Member(member)) {
    AppendNodeJson(*node, object.Member(structure.shape().fields[member].name));
  }
}

}  // namespace stator::api
