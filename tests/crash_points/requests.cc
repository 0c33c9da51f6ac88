#include "requests.h"

#include <cstdlib>
#include <optional>
#include <utility>

#include "base/check.h"
#include "expression/condition.h"
#include "expression/placeholders.h"
#include "expression/update.h"

namespace stator::crash_points {
namespace {

using expression::Placeholders;
using model::AttributeValue;
using model::Item;
using model::Number;

AttributeValue Whole(int64_t number) { return AttributeValue(Number::FromInteger(number)); }

// The update expression of kAdd and kMove.
expression::Update UpdateOf(const Change& change) {
  std::string text = "ADD n :n SET v = :v";
  Placeholders::Values values = {{":v", Whole(change.version)}};
  if (change.kind == Change::Kind::kMove) {
    text = "SET g = :g, v = :v REMOVE a";
    values.emplace_back(":g", AttributeValue(change.group));
  } else {
    values.emplace_back(":n", Whole(1));
  }
  Placeholders placeholders = *Placeholders::Create(std::nullopt, std::move(values));
  return *expression::ParseUpdate(text, placeholders);
}

std::optional<expression::Condition> ConditionOf(const Change& change) {
  if (change.kind != Change::Kind::kMove) {
    return std::nullopt;
  }
  Placeholders placeholders;
  return *expression::ParseCondition(expression::ExpressionKind::kCondition, "attribute_exists(pk)",
                                     placeholders);
}

engine::TransactWriteItemsRequest::Action ActionOf(const Change& change) {
  engine::TransactWriteItemsRequest::Action action;
  action.table = change.key.table;
  switch (change.kind) {
    case Change::Kind::kPut:
      action.type = engine::TransactAction::kPut;
      action.item = change.item;
      return action;
    case Change::Kind::kErase:
      action.type = engine::TransactAction::kDelete;
      break;
    case Change::Kind::kAdd:
    case Change::Kind::kMove:
      action.type = engine::TransactAction::kUpdate;
      action.update = UpdateOf(change);
      action.condition = ConditionOf(change);
      break;
  }
  action.item = KeyItem(change.key);
  return action;
}

engine::IndexSpec Index(const std::string& name, std::vector<engine::KeyElement> key,
                        model::ProjectionType projection) {
  return {.name = name,
          .key = std::move(key),
          .projection = {.type = projection, .non_key_attributes = {}},
          .settings = {}};
}

std::string NameOf(Change::Kind kind) {
  switch (kind) {
    case Change::Kind::kPut:
      return "put";
    case Change::Kind::kErase:
      return "erase";
    case Change::Kind::kAdd:
      return "add";
    case Change::Kind::kMove:
      return "move";
  }
  std::abort();
}

std::string NameOf(TableChange::Kind kind) {
  switch (kind) {
    case TableChange::Kind::kNone:
      return "nothing";
    case TableChange::Kind::kCreate:
      return "create";
    case TableChange::Kind::kDelete:
      return "delete";
    case TableChange::Kind::kAddIndex:
      return "add the index of";
    case TableChange::Kind::kRemoveIndex:
      return "remove the index of";
  }
  std::abort();
}

}  // namespace

std::string ToText(const ItemKey& key) {
  return key.table + "/" + key.partition + "/" + std::to_string(key.sort);
}

std::string ToText(const Request& request) {
  if (request.kind == Request::Kind::kTable) {
    return NameOf(request.table.kind) + " table " + request.table.table;
  }
  std::string text = request.token.empty() ? "" : "(token " + request.token + ")";
  for (const Change& change : request.changes) {
    text += (text.empty() ? "" : " ") + NameOf(change.kind) + " " + ToText(change.key) + " v" +
            std::to_string(change.version);
  }
  return text;
}

Item KeyItem(const ItemKey& key) {
  return Item{{"pk", AttributeValue(key.partition)}, {"sk", Whole(key.sort)}};
}

engine::PutItemRequest MakePut(const Change& change) {
  engine::PutItemRequest request;
  request.table = change.key.table;
  request.item = change.item;
  return request;
}

engine::DeleteItemRequest MakeDelete(const Change& change) {
  engine::DeleteItemRequest request;
  request.table = change.key.table;
  request.key = KeyItem(change.key);
  return request;
}

engine::UpdateItemRequest MakeUpdate(const Change& change) {
  engine::UpdateItemRequest request;
  request.table = change.key.table;
  request.key = KeyItem(change.key);
  request.update = UpdateOf(change);
  request.condition = ConditionOf(change);
  return request;
}

engine::BatchWriteItemRequest MakeBatch(const Request& request) {
  engine::BatchWriteItemRequest batch;
  batch.tables.push_back({.table = request.changes[0].key.table, .writes = {}});
  for (const Change& change : request.changes) {
    STATOR_CHECK(change.key.table == batch.tables[0].table);
    engine::BatchWriteItemRequest::Write write;
    if (change.kind == Change::Kind::kPut) {
      write.put = change.item;
    } else {
      write.remove = KeyItem(change.key);
    }
    batch.tables[0].writes.push_back(std::move(write));
  }
  return batch;
}

engine::TransactWriteItemsRequest MakeTransaction(const Request& request) {
  engine::TransactWriteItemsRequest transaction;
  for (const Change& change : request.changes) {
    transaction.actions.push_back(ActionOf(change));
  }
  transaction.token = request.token;
  transaction.request_digest = request.token;
  return transaction;
}

engine::CreateTableRequest MakeCreateTable(const std::string& table) {
  engine::CreateTableRequest request;
  request.table = table;
  request.attributes = {{"pk", model::ScalarType::kString},
                        {"sk", model::ScalarType::kNumber},
                        {"a", model::ScalarType::kNumber},
                        {"g", model::ScalarType::kString},
                        {"h", model::ScalarType::kNumber}};
  request.key = {{"pk", true}, {"sk", false}};
  request.local_indexes.emplace().push_back(
      Index(kLocalIndex, {{"pk", true}, {"a", false}}, model::ProjectionType::kKeysOnly));
  request.global_indexes.emplace().push_back(
      Index(kGroupIndex, {{"g", true}, {"h", false}}, model::ProjectionType::kAll));
  request.billing_mode = engine::BillingMode::kPayPerRequest;
  request.stream =
      engine::StreamSpec{.enabled = true, .view = engine::StreamViewType::kNewAndOldImages};
  return request;
}

engine::UpdateTableRequest MakeAddIndex(const std::string& table) {
  engine::UpdateTableRequest request;
  request.table = table;
  request.attributes = {{"e", model::ScalarType::kString}};
  request.index_updates.emplace().emplace_back().create =
      Index(kExtraIndex, {{"e", true}}, model::ProjectionType::kAll);
  return request;
}

engine::UpdateTableRequest MakeRemoveIndex(const std::string& table) {
  engine::UpdateTableRequest request;
  request.table = table;
  request.index_updates.emplace().emplace_back().remove = kExtraIndex;
  return request;
}

}  // namespace stator::crash_points
