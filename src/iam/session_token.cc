#include "iam/session_token.h"

#include <utility>

#include "base/result.h"
#include "model/attribute_value.h"
#include "model/json_text.h"
#include "storage/record.h"

namespace stator::iam {

namespace {

using model::AttributeValue;
using model::Item;
using model::Number;

constexpr std::string_view kContext = "session token";

const std::string* TextOf(const Item& item, std::string_view name) {
  const AttributeValue* value = item.Find(name);
  return value == nullptr ? nullptr : value->Get<std::string>();
}

// Nothing but SealGrant has made what is read here, so that a missing member cannot be.
std::string Text(const Item& item, std::string_view name) {
  const std::string* text = TextOf(item, name);
  return text == nullptr ? std::string() : *text;
}

}  // namespace

std::string SealGrant(const SessionGrant& grant, const auth::SealingKey& key) {
  Item tags;
  for (const auto& [name, value] : grant.tags) {
    tags.Set(name, AttributeValue(value));
  }
  model::List arns;
  for (const std::string& arn : grant.policy_arns) {
    arns.emplace_back(arn);
  }
  Item item{{"id", AttributeValue(grant.access_key_id)},
            {"secret", AttributeValue(grant.secret)},
            {"account", AttributeValue(grant.account)},
            {"role", AttributeValue(grant.role)},
            {"role_id", AttributeValue(grant.role_id)},
            {"session", AttributeValue(grant.session)},
            {"expires", AttributeValue(Number::FromInteger(grant.expires_micros))},
            {"arns", AttributeValue(std::move(arns))},
            {"tags", AttributeValue(std::move(tags))}};
  if (grant.policy) {
    item.Set("policy", AttributeValue(*grant.policy));
  }
  std::string token;
  model::AppendBase64(auth::Seal(key, storage::EncodeRecord(item), kContext), token);
  return token;
}

std::optional<SessionGrant> OpenGrant(std::string_view token, const auth::SealingKey& key) {
  const std::optional<std::string> sealed = model::DecodeBase64(token);
  const std::optional<std::string> plain =
      sealed ? auth::Unseal(key, *sealed, kContext) : std::nullopt;
  if (!plain) {
    return std::nullopt;
  }
  const base::Result<Item> item = storage::DecodeRecord(*plain);
  if (!item.ok()) {
    return std::nullopt;
  }
  SessionGrant grant{.access_key_id = Text(*item, "id"),
                     .secret = Text(*item, "secret"),
                     .account = Text(*item, "account"),
                     .role = Text(*item, "role"),
                     .role_id = Text(*item, "role_id"),
                     .session = Text(*item, "session")};
  const AttributeValue* const expires = item->Find("expires");
  const auto* const number = expires == nullptr ? nullptr : expires->Get<Number>();
  const base::Result<int64_t> micros =
      number == nullptr ? base::Result<int64_t>(0) : number->ToInteger();
  grant.expires_micros = micros.ok() ? *micros : 0;
  if (const std::string* policy = TextOf(*item, "policy")) {
    grant.policy = *policy;
  }
  if (const AttributeValue* arns = item->Find("arns"); arns != nullptr && arns->is_list()) {
    for (const AttributeValue& arn : *arns->Get<model::List>()) {
      const auto* text = arn.Get<std::string>();
      grant.policy_arns.push_back(text == nullptr ? "" : *text);
    }
  }
  if (const AttributeValue* tags = item->Find("tags"); tags != nullptr && tags->is_map()) {
    for (const model::Attribute& tag : *tags->Get<Item>()) {
      grant.tags.emplace(tag.name, Text(*tags->Get<Item>(), tag.name));
    }
  }
  return grant;
}

}  // namespace stator::iam
