#include <string>

#include "api/json_writer.h"
#include "api/operations/operations.h"
#include "api/shapes_tables.h"
#include "api/table_parameters.h"

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTimeToLive.html
namespace stator::api::operations {
namespace {

enum SpecificationMember : size_t { kEnabled, kAttributeName };

constexpr Shape kAttributeNameShape = StringShape(1, 255);
constexpr Field kSpecificationFields[] = {
    {kEnabled, "Enabled", &shapes::kBoolean, kRequired},
    {kAttributeName, "AttributeName", &kAttributeNameShape, kRequired},
};
constexpr Shape kSpecification = StructureShape("TimeToLiveSpecification", kSpecificationFields);

enum Member : size_t { kTableName, kTimeToLiveSpecification };

constexpr Field kFields[] = {
    {kTableName, "TableName", &shapes::kTableArn, kRequired},
    {kTimeToLiveSpecification, "TimeToLiveSpecification", &kSpecification, kRequired},
};
constexpr Shape kInput = StructureShape("UpdateTimeToLiveInput", kFields);

// What the request asks for.
struct TimeToLiveRequest {
  std::string table;
  engine::TimeToLiveSpec specification;
};

base::Result<TimeToLiveRequest> Decode(const Node& body) {
  const Node& specification = *body.Member(kTimeToLiveSpecification);
  return TimeToLiveRequest{
      .table = std::string(body.Text(kTableName)),
      .specification = {.enabled = specification.BooleanOr(kEnabled, false),
                        .attribute = std::string(specification.Text(kAttributeName))}};
}

void DescribeAccess(const TimeToLiveRequest& request, AccessList& accesses) {
  accesses.AddTable("UpdateTimeToLive", request.table);
}

base::Result<engine::TimeToLiveSpec> Execute(engine::Tables& tables,
                                             const TimeToLiveRequest& request) {
  STATOR_RETURN_IF_ERROR(tables.UpdateTimeToLive(request.table, request.specification));
  return request.specification;
}

// The answer repeats what was asked for.
void Encode(const engine::TimeToLiveSpec& specification, std::string& out) {
  ObjectWriter body(out);
  ObjectWriter object(body.Member("TimeToLiveSpecification"));
  object.Boolean("Enabled", specification.enabled);
  object.String("AttributeName", specification.attribute);
  object.End();
  body.End();
}

}  // namespace

constinit const Operation kUpdateTimeToLive{
    .name = "UpdateTimeToLive",
    .input = &kInput,
    .pace = Pace::kLong,
    .run = &RunTableOperation<Decode, DescribeAccess, Execute, Encode>};

}  // namespace stator::api::operations
