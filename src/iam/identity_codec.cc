#include "iam/identity_codec.h"

#include <optional>
#include <utility>

#include "model/attribute_value.h"
#include "storage/record.h"

namespace stator::iam {

namespace {

using base::Error;
using base::ErrorCode;
using model::AttributeValue;
using model::Binary;
using model::Item;
using model::Number;

constexpr int64_t kVersion = 1;

Error Damaged() { return Error{ErrorCode::kCorruption, "a stored identity does not decode"}; }

AttributeValue Integer(int64_t number) { return AttributeValue(Number::FromInteger(number)); }

AttributeValue Texts(const std::map<std::string, std::string>& texts) {
  Item item;
  for (const auto& [name, text] : texts) {
    item.Set(name, AttributeValue(text));
  }
  return AttributeValue(std::move(item));
}

AttributeValue Names(const std::set<std::string>& names) {
  model::List list;
  for (const std::string& name : names) {
    list.emplace_back(name);
  }
  return AttributeValue(std::move(list));
}

// Reads the members of one row. What is not there, or of another type, makes it fail.
class Reader {
 public:
  explicit Reader(Item item) : item_(std::move(item)) { failed_ = Integer("version") != kVersion; }

  std::string Text(std::string_view name) { return Get<std::string>(name).value_or(""); }
  std::optional<std::string> OptionalText(std::string_view name) {
    return item_.Find(name) == nullptr ? std::nullopt : std::optional(Text(name));
  }
  std::string Bytes(std::string_view name) { return Get<Binary>(name).value_or(Binary{}).bytes; }
  bool Boolean(std::string_view name) { return Get<bool>(name).value_or(false); }
  int64_t Integer(std::string_view name) {
    const std::optional<Number> number = Get<Number>(name);
    const base::Result<int64_t> integer = number ? number->ToInteger() : base::Result<int64_t>(0);
    failed_ = failed_ || !integer.ok();
    return integer.ok() ? *integer : 0;
  }
  std::map<std::string, std::string> Texts(std::string_view name) {
    std::map<std::string, std::string> texts;
    for (const model::Attribute& attribute : Get<Item>(name).value_or(Item())) {
      const auto* text = attribute.value.Get<std::string>();
      failed_ = failed_ || text == nullptr;
      texts.emplace(attribute.name, text == nullptr ? "" : *text);
    }
    return texts;
  }
  std::set<std::string> Names(std::string_view name) {
    std::set<std::string> names;
    for (const AttributeValue& value : Get<model::List>(name).value_or(model::List())) {
      const auto* text = value.Get<std::string>();
      failed_ = failed_ || text == nullptr;
      names.insert(text == nullptr ? "" : *text);
    }
    return names;
  }
  bool failed() const { return failed_; }

 private:
  template <typename T>
  std::optional<T> Get(std::string_view name) {
    const AttributeValue* value = item_.Find(name);
    const T* typed = value == nullptr ? nullptr : value->Get<T>();
    failed_ = failed_ || typed == nullptr;
    return typed == nullptr ? std::nullopt : std::optional<T>(*typed);
  }

  Item item_;
  bool failed_ = false;
};

base::Result<Reader> Open(std::string_view bytes) {
  STATOR_ASSIGN_OR_RETURN(Item item, storage::DecodeRecord(bytes));
  return Reader(std::move(item));
}

}  // namespace

std::string EncodeAccount(const Account& account) {
  return storage::EncodeRecord({{"version", Integer(kVersion)},
                                {"id", AttributeValue(account.id)},
                                {"created", Integer(account.created_micros)}});
}

base::Result<Account> DecodeAccount(std::string_view bytes) {
  STATOR_ASSIGN_OR_RETURN(Reader row, Open(bytes));
  Account account{.id = row.Text("id"), .created_micros = row.Integer("created")};
  return row.failed() ? base::Result<Account>(Damaged()) : account;
}

std::string EncodePrincipal(const Principal& principal) {
  Item item{{"version", Integer(kVersion)},
            {"kind", Integer(static_cast<int64_t>(principal.kind))},
            {"account", AttributeValue(principal.account)},
            {"name", AttributeValue(principal.name)},
            {"id", AttributeValue(principal.id)},
            {"created", Integer(principal.created_micros)},
            {"tags", Texts(principal.tags)},
            {"policies", Texts(principal.policies)},
            {"attached", Names(principal.attached)},
            {"groups", Names(principal.groups)},
            {"trust", AttributeValue(principal.trust_policy)},
            {"max_session", Integer(principal.max_session_seconds)}};
  if (principal.boundary) {
    item.Set("boundary", AttributeValue(*principal.boundary));
  }
  return storage::EncodeRecord(item);
}

base::Result<Principal> DecodePrincipal(std::string_view bytes) {
  STATOR_ASSIGN_OR_RETURN(Reader row, Open(bytes));
  const int64_t kind = row.Integer("kind");
  if (kind < 1 || kind > static_cast<int64_t>(PrincipalKind::kRole)) {
    return Damaged();
  }
  Principal principal{.kind = static_cast<PrincipalKind>(kind),
                      .account = row.Text("account"),
                      .name = row.Text("name"),
                      .id = row.Text("id"),
                      .created_micros = row.Integer("created"),
                      .tags = row.Texts("tags"),
                      .policies = row.Texts("policies"),
                      .attached = row.Names("attached"),
                      .boundary = row.OptionalText("boundary"),
                      .groups = row.Names("groups"),
                      .trust_policy = row.Text("trust"),
                      .max_session_seconds = row.Integer("max_session")};
  return row.failed() ? base::Result<Principal>(Damaged()) : std::move(principal);
}

std::string EncodePolicy(const ManagedPolicy& policy) {
  return storage::EncodeRecord({{"version", Integer(kVersion)},
                                {"account", AttributeValue(policy.account)},
                                {"name", AttributeValue(policy.name)},
                                {"document", AttributeValue(policy.document)},
                                {"created", Integer(policy.created_micros)}});
}

base::Result<ManagedPolicy> DecodePolicy(std::string_view bytes) {
  STATOR_ASSIGN_OR_RETURN(Reader row, Open(bytes));
  ManagedPolicy policy{.account = row.Text("account"),
                       .name = row.Text("name"),
                       .document = row.Text("document"),
                       .created_micros = row.Integer("created")};
  return row.failed() ? base::Result<ManagedPolicy>(Damaged()) : std::move(policy);
}

std::string EncodeCertificate(const ClientCertificate& certificate) {
  return storage::EncodeRecord({{"version", Integer(kVersion)},
                                {"fingerprint", AttributeValue(certificate.fingerprint)},
                                {"account", AttributeValue(certificate.account)},
                                {"user", AttributeValue(certificate.user)},
                                {"subject", AttributeValue(certificate.subject)},
                                {"not_before", Integer(certificate.not_before_micros)},
                                {"not_after", Integer(certificate.not_after_micros)},
                                {"created", Integer(certificate.created_micros)}});
}

base::Result<ClientCertificate> DecodeCertificate(std::string_view bytes) {
  STATOR_ASSIGN_OR_RETURN(Reader row, Open(bytes));
  ClientCertificate certificate{.fingerprint = row.Text("fingerprint"),
                                .account = row.Text("account"),
                                .user = row.Text("user"),
                                .subject = row.Text("subject"),
                                .not_before_micros = row.Integer("not_before"),
                                .not_after_micros = row.Integer("not_after"),
                                .created_micros = row.Integer("created")};
  return row.failed() ? base::Result<ClientCertificate>(Damaged()) : std::move(certificate);
}

std::string EncodeKey(const AccessKey& key, const auth::SealingKey& sealing_key) {
  return storage::EncodeRecord(
      {{"version", Integer(kVersion)},
       {"id", AttributeValue(key.id)},
       {"account", AttributeValue(key.account)},
       {"user", AttributeValue(key.user)},
       {"secret", AttributeValue(Binary{auth::Seal(sealing_key, key.secret, key.id)})},
       {"active", AttributeValue(key.active)},
       {"created", Integer(key.created_micros)}});
}

base::Result<AccessKey> DecodeKey(std::string_view bytes, const auth::SealingKey* sealing_key) {
  STATOR_ASSIGN_OR_RETURN(Reader row, Open(bytes));
  AccessKey key{.id = row.Text("id"),
                .account = row.Text("account"),
                .user = row.Text("user"),
                .secret = {},
                .active = row.Boolean("active"),
                .created_micros = row.Integer("created")};
  const std::string sealed = row.Bytes("secret");
  if (row.failed()) {
    return Damaged();
  }
  if (sealing_key == nullptr) {
    return key;
  }
  std::optional<std::string> secret = auth::Unseal(*sealing_key, sealed, key.id);
  if (!secret) {
    return Error{ErrorCode::kAccessDenied,
                 "the secrets of the access keys were stored with another key file"};
  }
  key.secret = *std::move(secret);
  return key;
}

}  // namespace stator::iam
