#include "cli/bench/workload.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>
#include <utility>

namespace stator::cli::bench {

namespace {

constexpr std::string_view kMisfitMissing = "MissingItem";
// What stands around the names and values of an item; so much that one item less is noticed.
constexpr size_t kItemJsonBytes = 48;
constexpr std::string_view kMisfitKeys = "UnprocessedKeys";
constexpr std::string_view kMisfitItems = "UnprocessedItems";

std::string TableName(const BenchOptions& options) {
  return R"({"TableName":")" + options.table + R"(",)";
}

Operation MakeFloor(const BenchOptions& /*options*/, const RequestFactory& factory) {
  return {.request = factory.MakeFloor(), .any_status = true};
}

Operation MakeGet(const BenchOptions& options, const RequestFactory& factory) {
  BodyBuilder body;
  body.Text(TableName(options)).Text(R"("Key":{)").Key(0).Text("}}");
  return {.request = factory.Make("GetItem", body),
          .body_bytes_min = options.item_bytes,
          .misfit = kMisfitMissing};
}

Operation MakePut(const BenchOptions& options, const RequestFactory& factory) {
  BodyBuilder body;
  body.Text(TableName(options)).Text(R"("Item":{)").Item(0, options.item_bytes).Text("}}");
  return {.request = factory.Make("PutItem", body)};
}

Operation MakeUpdate(const BenchOptions& options, const RequestFactory& factory) {
  BodyBuilder body;
  body.Text(TableName(options)).Text(R"("Key":{)").Key(0);
  body.Text(R"(},"UpdateExpression":"ADD hits :one",)");
  body.Text(R"("ExpressionAttributeValues":{":one":{"N":"1"}}})");
  return {.request = factory.Make("UpdateItem", body)};
}

// All connections add to one item.
Operation MakeCounter(const BenchOptions& options, const RequestFactory& factory) {
  BodyBuilder body;
  body.Text(TableName(options)).Text(R"("Key":{"pk":{"S":"counter"},"sk":{"S":"counter"}},)");
  body.Text(R"("UpdateExpression":"ADD hits :one",)");
  body.Text(R"("ExpressionAttributeValues":{":one":{"N":"1"}}})");
  return {.request = factory.Make("UpdateItem", body)};
}

Operation MakeUpdateConditional(const BenchOptions& options, const RequestFactory& factory) {
  BodyBuilder body;
  body.Text(TableName(options)).Text(R"("Key":{)").Key(0);
  body.Text(R"(},"UpdateExpression":"SET hits = hits + :one",)");
  body.Text(R"("ConditionExpression":"attribute_exists(pk) AND hits >= :zero",)");
  body.Text(R"("ExpressionAttributeValues":{":one":{"N":"1"},":zero":{"N":"0"}}})");
  return {.request = factory.Make("UpdateItem", body)};
}

Operation MakeQuery(const BenchOptions& options, const RequestFactory& factory) {
  BodyBuilder body;
  body.Text(TableName(options)).Text(R"("KeyConditionExpression":"pk = :pk",)");
  body.Text(R"("ExpressionAttributeValues":{":pk":{"S":)").Partition(0).Text("}}}");
  return {.request = factory.Make("Query", body),
          .body_bytes_min = (options.item_bytes + kItemJsonBytes) * kItemsPerPartition,
          .misfit = kMisfitMissing};
}

// One page from a random place: a start key need not exist.
Operation MakeScan(const BenchOptions& options, const RequestFactory& factory) {
  BodyBuilder body;
  body.Text(TableName(options)).Text(R"("Limit":)").Text(std::to_string(kScanPageItems));
  body.Text(R"(,"ExclusiveStartKey":{)").Key(0).Text("}}");
  return {.request = factory.Make("Scan", body)};
}

Operation MakeTransact(const BenchOptions& options, const RequestFactory& factory) {
  BodyBuilder body;
  body.Text(R"({"TransactItems":[)");
  for (size_t i = 0; i < kTransactItems; ++i) {
    body.Text(i == 0 ? R"({"Put":)" : R"(,{"Put":)").Text(TableName(options));
    body.Text(R"("Item":{)").Item(i, options.item_bytes).Text("}}}");
  }
  body.Text("]}");
  return {.request = factory.Make("TransactWriteItems", body)};
}

Operation MakeBatchWrite(const BenchOptions& options, const RequestFactory& factory) {
  BodyBuilder body;
  body.Text(R"({"RequestItems":{)").Text(TableMember(options.table)).Text("[");
  for (size_t i = 0; i < kBatchItems; ++i) {
    body.Text(i == 0 ? "{" : ",{").Text(R"("PutRequest":{"Item":{)");
    body.Item(i, options.item_bytes).Text("}}}");
  }
  body.Text("]}}");
  return {.request = factory.Make("BatchWriteItem", body),
          .body_bytes_max = std::string_view(R"({"UnprocessedItems":{}})").size(),
          .misfit = kMisfitItems};
}

Operation MakeBatchGet(const BenchOptions& options, const RequestFactory& factory) {
  BodyBuilder body;
  body.Text(R"({"RequestItems":{)").Text(TableMember(options.table)).Text(R"({"Keys":[)");
  for (size_t i = 0; i < kBatchItems; ++i) {
    body.Text(i == 0 ? "{" : ",{").Key(i).Text("}");
  }
  body.Text("]}}}");
  return {.request = factory.Make("BatchGetItem", body),
          .body_bytes_min = options.item_bytes * kBatchItems,
          .misfit = kMisfitKeys};
}

// A workload of one operation, by name.
struct Recipe {
  std::string_view name;
  Operation (*make)(const BenchOptions& options, const RequestFactory& factory);
};

constexpr std::string_view kMixed = "mixed";
constexpr std::array kRecipes = {
    Recipe{"floor", MakeFloor},
    Recipe{"get", MakeGet},
    Recipe{"put", MakePut},
    Recipe{"update", MakeUpdate},
    Recipe{"counter", MakeCounter},
    Recipe{"update-conditional", MakeUpdateConditional},
    Recipe{"query", MakeQuery},
    Recipe{"scan", MakeScan},
    Recipe{"transact", MakeTransact},
    Recipe{"batch-write", MakeBatchWrite},
    Recipe{"batch-get", MakeBatchGet},
};

const Recipe* FindRecipe(std::string_view name) {
  const auto* const found = std::find_if(kRecipes.begin(), kRecipes.end(),
                                         [&](const Recipe& recipe) { return recipe.name == name; });
  return found == kRecipes.end() ? nullptr : found;
}

// Reads `get=50,put=50`.
base::Result<Workload> MakeMixed(const BenchOptions& options, const RequestFactory& factory) {
  Workload workload{.name = std::string(kMixed)};
  std::string_view rest = options.mix;
  while (!rest.empty()) {
    const size_t end = std::min(rest.find(','), rest.size());
    const std::string_view part = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const size_t equals = std::min(part.find('='), part.size());
    const std::string_view number = part.substr(std::min(equals + 1, part.size()));
    const Recipe* const recipe = FindRecipe(part.substr(0, equals));
    unsigned weight = 0;
    const auto [last, error] =
        std::from_chars(number.data(), number.data() + number.size(), weight);
    if (recipe == nullptr || error != std::errc() || last != number.data() + number.size() ||
        weight == 0 || weight > 1'000'000) {
      return base::ValidationError("--mix: not <workload>=<weight>: " + std::string(part));
    }
    workload.operations.push_back(recipe->make(options, factory));
    workload.operations.back().weight = weight;
    workload.total_weight += weight;
  }
  if (workload.operations.empty()) {
    return base::ValidationError("--mix is empty");
  }
  return workload;
}

}  // namespace

std::string TableMember(std::string_view table) { return "\"" + std::string(table) + "\":"; }

std::string WorkloadNames() {
  std::string names;
  for (const Recipe& recipe : kRecipes) {
    names.append(recipe.name).append(",");
  }
  return names.append(kMixed);
}

base::Result<Workload> MakeWorkload(std::string_view name, const BenchOptions& options,
                                    const RequestFactory& factory) {
  if (name == kMixed) {
    return MakeMixed(options, factory);
  }
  const Recipe* const recipe = FindRecipe(name);
  if (recipe == nullptr) {
    return base::ValidationError("no workload '" + std::string(name) + "'; there are " +
                                 WorkloadNames());
  }
  Workload workload{.name = std::string(name), .total_weight = 1};
  workload.operations.push_back(recipe->make(options, factory));
  return workload;
}

std::optional<std::string> AnswerError(const Operation& operation, const Answer& answer) {
  if (answer.status == 200 || operation.any_status) {
    const bool fits = answer.body.size() >= operation.body_bytes_min &&
                      answer.body.size() <= operation.body_bytes_max;
    return fits ? std::nullopt : std::optional<std::string>(operation.misfit);
  }
  constexpr std::string_view kConflict = "TransactionConflict";
  if (answer.body.find(kConflict) != std::string_view::npos) {
    return std::string(kConflict);
  }
  // {"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException",...}
  const size_t type = answer.body.find("\"__type\"");
  const size_t hash = answer.body.find('#', std::min(type, answer.body.size()));
  const size_t end = answer.body.find('"', std::min(hash, answer.body.size()));
  if (end == std::string_view::npos) {
    return "HTTP " + std::to_string(answer.status);
  }
  return std::string(answer.body.substr(hash + 1, end - hash - 1));
}

bool IsExpectedError(std::string_view error) {
  constexpr std::array<std::string_view, 6> kExpected = {
      "ProvisionedThroughputExceededException",
      "ThrottlingException",
      "RequestLimitExceeded",
      "TransactionConflict",
      kMisfitItems,
      kMisfitKeys,
  };
  return std::find(kExpected.begin(), kExpected.end(), error) != kExpected.end();
}

}  // namespace stator::cli::bench
