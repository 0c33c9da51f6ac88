#include <string>

#include "api/json_writer.h"
#include "api/operations/operations.h"
#include "api/shapes_tables.h"
#include "api/table_parameters.h"

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeTimeToLive.html
namespace stator::api::operations {
namespace {

enum Member : size_t { kTableName };

constexpr Field kFields[] = {
    {kTableName, "TableName", &shapes::kTableArn, kRequired},
};
constexpr Shape kInput = StructureShape("DescribeTimeToLiveInput", kFields);

base::Result<std::string> Decode(const Node& body) { return std::string(body.Text(kTableName)); }

void DescribeAccess(const std::string& table, AccessList& accesses) {
  accesses.AddTable("DescribeTimeToLive", table);
}

base::Result<engine::TimeToLiveDescription> Execute(engine::Tables& tables,
                                                    const std::string& table) {
  return tables.DescribeTimeToLive(table);
}

void Encode(const engine::TimeToLiveDescription& time_to_live, std::string& out) {
  ObjectWriter body(out);
  ObjectWriter description(body.Member("TimeToLiveDescription"));
  description.String("TimeToLiveStatus", time_to_live.status);
  if (time_to_live.attribute) {
    description.String("AttributeName", *time_to_live.attribute);
  }
  description.End();
  body.End();
}

}  // namespace

constinit const Operation kDescribeTimeToLive{
    .name = "DescribeTimeToLive",
    .input = &kInput,
    .run = &RunTableOperation<Decode, DescribeAccess, Execute, Encode>};

}  // namespace stator::api::operations
